// SPDX-License-Identifier: Apache-2.0
// Which rules the headers of a message satisfy, found in one walk over them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"
#include "decode/sip_message.h"
#include "trunks/rule_set.h"
#include "trunks/text_rules.h"

namespace sipsonde {

class HeaderRules {
 public:
  explicit HeaderRules(const TrunkTable& trunks);

  // The rules that name headers.
  const RuleSet& asking() const { return asking_; }

  // Takes those out of `rules` whose headers the message does not have. A header that is repeated satisfies a
  // rule by one of its values. Names are full or compact (RFC 3261 section 7.3.3).
  void narrow(const SipMessage& sip, RuleSet& rules) const;

 private:
  struct Name {
    std::string full;
    char compact = 0;  // 0: none
    TextRules values;
    RuleSet unasked;  // rules that do not name this header
  };

  bool is_named(const Name& name, std::string_view found) const;

  std::vector<Name> names_;
  std::uint64_t lengths_ = 0;  // of all names, a bit each: most headers are passed by without a look
  RuleSet asking_;
};

}  // namespace sipsonde
