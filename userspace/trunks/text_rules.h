// SPDX-License-Identifier: Apache-2.0
// Which rules a text satisfies: the texts of all rules in one hash table that is made once. A question builds
// no text, however the letters stand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trunks/rule_set.h"

namespace sipsonde {

class TextRules {
 public:
  enum class Letters : std::uint8_t { as_written, any_case };

  TextRules() = default;
  // With any_case the texts are in lower case.
  TextRules(const std::map<std::string, RuleSet>& texts, Letters letters);

  bool empty() const { return places_.empty(); }

  // The rules that name this text; nullptr when there are none.
  const RuleSet* find(std::string_view text) const;

 private:
  struct Place {
    std::uint64_t hash = 0;
    std::uint32_t entry = 0;  // from 1; 0: free
  };
  struct Entry {
    std::string text;
    RuleSet rules;
  };

  std::uint64_t hash_of(std::string_view text) const;

  Letters letters_ = Letters::as_written;
  std::size_t longest_ = 0;
  std::vector<Place> places_;  // a power of two, at most half of them taken
  std::vector<Entry> entries_;
};

}  // namespace sipsonde
