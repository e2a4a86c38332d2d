// SPDX-License-Identifier: Apache-2.0
#include "config/trunks.h"

#include <algorithm>
#include <iterator>

#include "config/header_names.h"
#include "config/keys.h"
#include "config/nearest.h"
#include "config/network.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kDomainsMax = 1000;
constexpr std::size_t kHeaderValuesMax = 1000;
constexpr std::size_t kVlansMax = 4094;
constexpr std::size_t kNameMax = 64;
constexpr std::size_t kAccountMax = 128;

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

// No label, so any text will do.
Result<Done> read_account(const Given& given, std::string& account) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (text->empty() || text->size() > kAccountMax)
    return given.error("takes 1 to " + std::to_string(kAccountMax) +
                       " characters; shorten it or remove the key");
  account = *text;
  return Done{};
}

Result<Done> read_header_value(const Given& given, std::vector<std::string>& values) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (text->empty() || text->size() > kHeaderValueMax)
    return given.error("a value has 1 to " + std::to_string(kHeaderValueMax) +
                       " characters; write it in full");
  if (text->front() == ' ' || text->back() == ' ' || text->find_first_of("*\t\r\n") != text->npos)
    return given.error(in_quotes(*text) +
                       " never matches: values are compared whole, without blanks around them and without"
                       " wildcards; write each value in full");
  values.push_back(*text);
  return Done{};
}

Result<Done> read_headers(const Given& given, std::vector<HeaderCondition>& headers) {
  headers.clear();
  if (given.node.kind != YamlNode::Kind::map)
    return given.error("takes header names with their values; write {X-Trunk: carrier-a}");
  if (auto unique = check_keys_are_unique(given.source, given.node); !unique) return unique;
  for (const YamlNode& child : given.node.children) {
    HeaderCondition condition{child.key, {}};
    if (!is_header_name(child.key))
      return given.source.error(child.key_line, std::string(given.path) + ": " + in_quotes(child.key) +
                                                    " is no header name; write one such as X-Trunk");
    const auto same = [&child](const HeaderCondition& other) {
      return equal_header_names(other.name, child.key);
    };
    if (std::any_of(headers.begin(), headers.end(), same))
      return given.source.error(child.key_line, std::string(given.path) + ": " + in_quotes(child.key) +
                                                    " is named twice; give one name a list of values");
    const Given value{given.source, child, given.path};
    const auto read = [&condition](const Given& item) { return read_header_value(item, condition.values); };
    auto done = child.kind == YamlNode::Kind::list ? read_each(value, kHeaderValuesMax, read) : read(value);
    if (!done) return done;
    if (condition.values.empty()) return value.error(in_quotes(child.key) + " has no value; give one");
    headers.push_back(std::move(condition));
  }
  return Done{};
}

Result<Done> read_rule_interfaces(const Given& given, std::vector<std::string>& interfaces) {
  interfaces.clear();
  return read_each(given, kTrunkInterfacesMax, [&interfaces](const Given& item) -> Result<Done> {
    const auto name = read_text(item);
    if (!name) return name.error();
    if (!is_interface_name(*name))
      return item.error(in_quotes(*name) + " is no interface name; see `ip link` for the names of this host");
    interfaces.push_back(*name);
    return Done{};
  });
}

// IEEE 802.1Q: 0 and 4095 are no VLANs.
Result<Done> read_vlans(const Given& given, std::vector<std::uint16_t>& vlans) {
  vlans.clear();
  return read_each(given, kVlansMax, [&vlans](const Given& item) {
    vlans.emplace_back();
    return read_parsed(
        item, [](std::string_view text) { return parse_count(text, 1, 4094); }, vlans.back());
  });
}

Result<Done> read_field(const Given& given, std::string_view field, TrunkRule& rule) {
  if (field == "name") return read_name(given, rule.name);
  if (field == "tenant") return read_name(given, rule.tenant);
  if (field == "account_id") return read_account(given, rule.account_id);
  if (field == "peers") return read_networks(given, rule.peers);
  if (field == "headers") return read_headers(given, rule.headers);
  if (field == "interfaces") return read_rule_interfaces(given, rule.interfaces);
  if (field == "vlans") return read_vlans(given, rule.vlans);
  rule.domains.clear();
  return read_each(given, kDomainsMax,
                   [&rule](const Given& item) { return read_domain(item, rule.domains); });
}

bool matches_nothing(const TrunkRule& rule) {
  return rule.peers.empty() && rule.domains.empty() && rule.headers.empty() && rule.interfaces.empty() &&
         rule.vlans.empty();
}

Result<Done> read_rule(const Given& given, TrunkTable& trunks) {
  if (given.node.kind != YamlNode::Kind::map)
    return given.error("each trunk is a block of keys; write {name: carrier-a, peers: [192.0.2.0/24]}");
  if (auto unique = check_keys_are_unique(given.source, given.node); !unique) return unique;
  TrunkRule rule;
  for (const YamlNode& child : given.node.children) {
    constexpr std::string_view kFields[] = {"name",    "tenant",  "account_id", "peers",
                                            "domains", "headers", "interfaces", "vlans"};
    if (std::find(std::begin(kFields), std::end(kFields), child.key) == std::end(kFields))
      return unknown_key(given.source, child, nearest(child.key, kFields));
    const std::string path = "trunks." + child.key;
    if (auto done = read_field({given.source, child, path}, child.key, rule); !done) return done;
  }
  if (rule.name.empty()) return given.error("a trunk has no name; add name: carrier-a");
  if (matches_nothing(rule))
    return given.error("trunk " + in_quotes(rule.name) +
                       " matches nothing; add peers, domains, headers, interfaces or vlans");
  if (rule.name == default_trunk().name)
    return given.error("\"default\" is the trunk of what no rule matched; choose another name");
  const auto same = [&rule](const TrunkRule& other) { return other.name == rule.name; };
  if (std::any_of(trunks.begin(), trunks.end(), same))
    return given.error("trunk " + in_quotes(rule.name) + " is defined twice; join the two");
  trunks.push_back(std::move(rule));
  return Done{};
}

// A message is asked for each of them, so there may not be many.
Result<Done> check_sums(const Given& given, const TrunkTable& trunks) {
  std::vector<std::string_view> headers;
  std::vector<std::string_view> interfaces;
  for (const TrunkRule& rule : trunks) {
    for (const HeaderCondition& header : rule.headers) {
      const auto same = [&header](std::string_view name) { return equal_header_names(name, header.name); };
      if (std::none_of(headers.begin(), headers.end(), same)) headers.push_back(header.name);
    }
    for (const std::string& name : rule.interfaces)
      if (std::find(interfaces.begin(), interfaces.end(), name) == interfaces.end())
        interfaces.push_back(name);
  }
  if (headers.size() > kTrunkHeadersMax)
    return given.error("more than " + std::to_string(kTrunkHeadersMax) + " different headers; name fewer");
  if (interfaces.size() > kTrunkInterfacesMax)
    return given.error("more than " + std::to_string(kTrunkInterfacesMax) +
                       " different interfaces; name fewer");
  return Done{};
}

std::string texts_to_yaml(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(yaml_text(text));
  return yaml_list(items);
}

std::string to_yaml(const std::vector<HeaderCondition>& headers) {
  std::string out = "{";
  for (const HeaderCondition& header : headers) {
    if (out.size() > 1) out += ", ";
    out += yaml_text(header.name) + ": ";
    out += header.values.size() == 1 ? yaml_text(header.values.front()) : texts_to_yaml(header.values);
  }
  return out + "}";
}

std::string to_yaml(const TrunkRule& rule) {
  std::string out = "{name: " + yaml_text(rule.name) + ", tenant: " + yaml_text(rule.tenant);
  if (!rule.account_id.empty()) out += ", account_id: " + yaml_text(rule.account_id);
  if (!rule.peers.empty()) {
    std::vector<std::string> peers;
    for (const Network& peer : rule.peers) peers.push_back(yaml_text(to_text(peer)));
    out += ", peers: " + yaml_list(peers);
  }
  if (!rule.domains.empty()) out += ", domains: " + texts_to_yaml(rule.domains);
  if (!rule.headers.empty()) out += ", headers: " + to_yaml(rule.headers);
  if (!rule.interfaces.empty()) out += ", interfaces: " + texts_to_yaml(rule.interfaces);
  if (!rule.vlans.empty()) {
    std::vector<std::string> vlans;
    for (const std::uint16_t vlan : rule.vlans) vlans.push_back(std::to_string(vlan));
    out += ", vlans: " + yaml_list(vlans);
  }
  return out + "}";
}

}  // namespace

TrunkRule default_trunk() {
  return TrunkRule{.name = "default", .tenant = "default"};
}

Result<Done> read_trunks(const Given& given, TrunkTable& trunks) {
  trunks.clear();
  auto done = read_each(given, kTrunksMax, [&trunks](const Given& item) { return read_rule(item, trunks); });
  if (done) done = check_sums(given, trunks);
  trunks.push_back(default_trunk());
  return done;
}

std::string trunks_to_text(const TrunkTable& trunks) {
  std::vector<std::string> rules;
  for (std::size_t i = 0; i + 1 < trunks.size(); ++i) rules.push_back(to_yaml(trunks[i]));
  return yaml_list(rules);
}

}  // namespace sipsonde
