// SPDX-License-Identifier: Apache-2.0
#include "trunks/header_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "decode/characters.h"
#include "decode/header_walk.h"

namespace sipsonde {
namespace {

// IANA, sip-parameters, header fields with a compact form.
constexpr std::pair<std::string_view, char> kCompactForms[] = {{"accept-contact", 'a'},
                                                               {"referred-by", 'b'},
                                                               {"content-type", 'c'},
                                                               {"request-disposition", 'd'},
                                                               {"content-encoding", 'e'},
                                                               {"from", 'f'},
                                                               {"call-id", 'i'},
                                                               {"reject-contact", 'j'},
                                                               {"supported", 'k'},
                                                               {"content-length", 'l'},
                                                               {"contact", 'm'},
                                                               {"identity-info", 'n'},
                                                               {"event", 'o'},
                                                               {"refer-to", 'r'},
                                                               {"subject", 's'},
                                                               {"to", 't'},
                                                               {"allow-events", 'u'},
                                                               {"via", 'v'},
                                                               {"session-expires", 'x'},
                                                               {"identity", 'y'}};

// Of a name in lower case, which may be a compact form itself.
std::pair<std::string, char> both_forms(const std::string& name) {
  for (const auto& [full, compact] : kCompactForms)
    if (name == full || (name.size() == 1 && name.front() == compact)) return {std::string(full), compact};
  return {name, 0};
}

std::string in_lower_case(std::string_view text) {
  std::string lower;
  for (const char c : text) lower.push_back(to_lower(c));
  return lower;
}

constexpr std::uint64_t length_bit(std::size_t length) {
  return 1ull << (length % 64);
}

}  // namespace

HeaderRules::HeaderRules(const TrunkTable& trunks) {
  using Values = std::map<std::string, RuleSet>;
  std::map<std::pair<std::string, char>, Values> names;
  for (std::size_t rule = 0; rule < trunks.size(); ++rule)
    for (const HeaderCondition& condition : trunks[rule].headers) {
      asking_.add(rule);
      for (const std::string& value : condition.values)
        names[both_forms(in_lower_case(condition.name))][value].add(rule);
    }
  for (const auto& [forms, values] : names) {
    RuleSet wanting;
    for (const auto& [value, rules] : values) wanting |= rules;
    Name name{forms.first, forms.second, TextRules(values, TextRules::Letters::as_written), {}};
    for (std::size_t rule = 0; rule < trunks.size(); ++rule)
      if (!wanting.has(rule)) name.unasked.add(rule);
    lengths_ |= length_bit(name.full.size()) | (name.compact ? length_bit(1) : 0);
    names_.push_back(std::move(name));
  }
}

bool HeaderRules::is_named(const Name& name, std::string_view found) const {
  return equals_ignoring_case(found, name.full) ||
         (name.compact && found.size() == 1 && to_lower(found.front()) == name.compact);
}

void HeaderRules::narrow(const SipMessage& sip, RuleSet& rules) const {
  std::array<RuleSet, kTrunkHeadersMax> satisfied;
  for (std::size_t i = 0; i < names_.size(); ++i) satisfied[i] = names_[i].unasked;
  HeaderWalk walk(sip.headers, false);
  HeaderLine line;
  while (walk.take(line)) {
    if (!(lengths_ & length_bit(line.name.size()))) continue;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (is_named(names_[i], line.name))
        if (const RuleSet* const named = names_[i].values.find(line.value)) satisfied[i] |= *named;
  }
  for (std::size_t i = 0; i < names_.size(); ++i) rules &= satisfied[i];
}

}  // namespace sipsonde
