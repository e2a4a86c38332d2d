// SPDX-License-Identifier: Apache-2.0
#include "config/dispositions.h"

#include <algorithm>

#include "config/keys.h"
#include "config/nearest.h"
#include "config/values.h"

namespace sipsonde {
namespace {

bool is_cause(std::uint64_t number) {
  return number >= 1 && number <= 127;
}
bool is_refusal(std::uint64_t number) {
  return number >= 300 && number <= 699;
}

Result<DispositionRule> read_rule(const Given& given, const std::string& key) {
  DispositionRule rule;
  const auto number = parse_count(key, 1, 699);
  if (!number || !(is_cause(*number) || is_refusal(*number)))
    return given.error(
        in_quotes(key) +
        " is neither a status code (300 to 699) nor a Q.850 cause (1 to 127); write for example "
        "{480: busy, 31: failed}");
  rule.number = static_cast<std::uint16_t>(*number);
  const auto choice = read_choice(given, kDispositionWords);
  if (!choice) return choice.error();
  rule.disposition = kDispositionWords[*choice];
  return rule;
}

}  // namespace

Result<Done> read_dispositions(const Given& given, std::vector<DispositionRule>& rules) {
  rules.clear();
  if (given.node.kind == YamlNode::Kind::null) return Done{};
  if (given.node.kind != YamlNode::Kind::map)
    return given.error("takes a block of codes or causes; write for example {480: busy, 31: failed}");
  if (auto unique = check_keys_are_unique(given.source, given.node); !unique) return unique;
  for (const YamlNode& child : given.node.children) {
    const auto rule = read_rule({given.source, child, given.path}, child.key);
    if (!rule) return rule.error();
    rules.push_back(*rule);
  }
  return Done{};
}

std::string dispositions_to_text(const std::vector<DispositionRule>& rules) {
  std::string text = "{";
  for (const DispositionRule& rule : rules) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(rule.number) + ": " + rule.disposition;
  }
  return text + "}";
}

}  // namespace sipsonde
