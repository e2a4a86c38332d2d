// SPDX-License-Identifier: Apache-2.0
#include "config/trunks.h"

#include <algorithm>
#include <iterator>

#include "config/keys.h"
#include "config/nearest.h"
#include "config/network.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kTrunksMax = 1000;  // each is a label value of several metric families
constexpr std::size_t kDomainsMax = 1000;
constexpr std::size_t kNameMax = 64;

// Names become label values: short, and nothing in them that needs thought when it is quoted.
Result<Done> read_name(const Given& given, std::string& name) {
  const auto text = read_text(given);
  if (!text) return text.error();
  const bool plain = std::all_of(text->begin(), text->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':' || c == '@';
  });
  if (text->empty() || text->size() > kNameMax || !plain)
    return given.error(in_quotes(*text) + " is no name; use 1 to " + std::to_string(kNameMax) +
                       " letters, digits or - _ . : @");
  name = *text;
  return Done{};
}

// Hosts of URIs compare without regard to case (RFC 3261 section 19.1.4): kept in lower case.
Result<Done> read_domain(const Given& given, std::vector<std::string>& domains) {
  const auto text = read_text(given);
  if (!text) return text.error();
  std::string domain;
  for (const char c : *text) domain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  constexpr std::string_view kTaken = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  if (domain.empty() || domain.size() > 253 || domain.find_first_not_of(kTaken) != domain.npos)
    return given.error(in_quotes(*text) + " is no domain; write one such as pbx.example.com");
  domains.push_back(std::move(domain));
  return Done{};
}

Result<Done> read_field(const Given& given, std::string_view field, TrunkRule& rule) {
  if (field == "name") return read_name(given, rule.name);
  if (field == "tenant") return read_name(given, rule.tenant);
  if (field == "peers") return read_networks(given, rule.peers);
  rule.domains.clear();
  return read_each(given, kDomainsMax,
                   [&rule](const Given& item) { return read_domain(item, rule.domains); });
}

Result<Done> read_rule(const Given& given, TrunkTable& trunks) {
  if (given.node.kind != YamlNode::Kind::map)
    return given.error("each trunk is a block of keys; write {name: carrier-a, peers: [192.0.2.0/24]}");
  if (auto unique = check_keys_are_unique(given.source, given.node); !unique) return unique;
  TrunkRule rule;
  for (const YamlNode& child : given.node.children) {
    constexpr std::string_view kFields[] = {"name", "tenant", "peers", "domains"};
    if (std::find(std::begin(kFields), std::end(kFields), child.key) == std::end(kFields))
      return unknown_key(given.source, child, nearest(child.key, kFields));
    const std::string path = "trunks." + child.key;
    if (auto done = read_field({given.source, child, path}, child.key, rule); !done) return done;
  }
  if (rule.name.empty()) return given.error("a trunk has no name; add name: carrier-a");
  if (rule.peers.empty() && rule.domains.empty())
    return given.error("trunk " + in_quotes(rule.name) + " matches nothing; add peers or domains");
  if (rule.name == default_trunk().name)
    return given.error("\"default\" is the trunk of what no rule matched; choose another name");
  const auto same = [&rule](const TrunkRule& other) { return other.name == rule.name; };
  if (std::any_of(trunks.begin(), trunks.end(), same))
    return given.error("trunk " + in_quotes(rule.name) + " is defined twice; join the two");
  trunks.push_back(std::move(rule));
  return Done{};
}

}  // namespace

TrunkRule default_trunk() {
  return TrunkRule{.name = "default", .tenant = "default"};
}

Result<Done> read_trunks(const Given& given, TrunkTable& trunks) {
  trunks.clear();
  auto done = read_each(given, kTrunksMax, [&trunks](const Given& item) { return read_rule(item, trunks); });
  trunks.push_back(default_trunk());
  return done;
}

std::string trunks_to_text(const TrunkTable& trunks) {
  std::vector<std::string> rules;
  for (std::size_t i = 0; i + 1 < trunks.size(); ++i) {
    const TrunkRule& rule = trunks[i];
    std::vector<std::string> peers;
    for (const Network& peer : rule.peers) peers.push_back(yaml_text(to_text(peer)));
    std::vector<std::string> domains;
    for (const std::string& domain : rule.domains) domains.push_back(yaml_text(domain));
    rules.push_back("{name: " + yaml_text(rule.name) + ", tenant: " + yaml_text(rule.tenant) +
                    ", peers: " + yaml_list(peers) + ", domains: " + yaml_list(domains) + "}");
  }
  return yaml_list(rules);
}

}  // namespace sipsonde
