// SPDX-License-Identifier: Apache-2.0
// Facts as they may leave the process: numbers as privacy.numbers wants them, and a caller that withholds
// its number without one (docs/privacy.md). The Call-ID stays as it is. One for each thread.
#pragma once

#include <string>
#include <utility>

#include "facts/fact.h"
#include "privacy/number_privacy.h"

namespace sipsonde {

class FactPrivacy {
 public:
  explicit FactPrivacy(NumberPrivacy numbers) : numbers_(std::move(numbers)) {}

  // Puts other views into the fact, whose texts are then in `texts`.
  void apply(CallEvent& event, Arena& texts);
  void apply(CallRecord& record, Arena& texts);

 private:
  using Append = void (NumberPrivacy::*)(std::string&, std::string_view);

  bool touches(const CallEvent& event) const;
  void replace(std::string_view& text, Append append, Arena& texts);
  void replace_attribute(Attribute& attribute, bool sender_withheld, Arena& texts);

  NumberPrivacy numbers_;
  std::string scratch_;
};

}  // namespace sipsonde
