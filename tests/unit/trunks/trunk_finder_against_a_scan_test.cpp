// SPDX-License-Identifier: Apache-2.0
// The compiled table says what a reader of the rules would say who goes through them one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>

#include "trunks/trunk_finder.h"

namespace sipsonde {
namespace {

// ---- the plain reading ----

struct Seen {
  Address peer{};
  std::string from;
  std::string to;
  std::string request;
  bool is_request = true;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string interface;
  std::uint16_t vlan = 0;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <typename List, typename Value>
bool has(const List& list, const Value& value) {
  return std::ranges::find(list, value) != list.end();
}

bool header_holds(const HeaderCondition& condition, const Seen& seen) {
  return std::ranges::any_of(seen.headers, [&](const auto& header) {
    return lower(header.first) == lower(condition.name) && has(condition.values, header.second);
  });
}

bool holds(const TrunkRule& rule, const Seen& seen) {
  const auto contains = [&](const Network& network) { return network.contains(seen.peer); };
  if (!rule.peers.empty() && std::ranges::none_of(rule.peers, contains)) return false;
  const auto named = [&](const std::string& host) { return has(rule.domains, lower(host)); };
  if (!rule.domains.empty() && !named(seen.from) && !named(seen.to) &&
      !(seen.is_request && named(seen.request)))
    return false;
  if (!rule.interfaces.empty() && !has(rule.interfaces, seen.interface)) return false;
  if (!rule.vlans.empty() && !has(rule.vlans, seen.vlan)) return false;
  return std::ranges::all_of(rule.headers,
                             [&](const auto& condition) { return header_holds(condition, seen); });
}

std::size_t scan(const TrunkTable& rules, const Seen& seen) {
  std::size_t rule = 0;
  while (!holds(rules[rule], seen)) ++rule;
  return rule;
}

// ---- chance, with a fixed seed ----

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }
  bool one_in(unsigned n) { return below(n) == 0; }

  // Few bits differ, so that networks lie within one another and addresses in them.
  Address address() {
    Address made{};
    if (below(3) != 0) {
      made[10] = made[11] = 0xff;
      made[12] = 192;
      for (int i = 13; i < 16; ++i) made[static_cast<std::size_t>(i)] = edge_byte();
    } else {
      made[0] = 0x20;
      for (int i : {1, 7, 8, 14, 15}) made[static_cast<std::size_t>(i)] = edge_byte();
    }
    return made;
  }
  Network network() {
    Network made{address(), 0};
    const unsigned least = is_ipv4(made.address) ? 96 : 0;
    made.prefix_bits = static_cast<std::uint8_t>(least + below(129 - least));
    for (unsigned bit = made.prefix_bits; bit < 128; ++bit)
      made.address[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
    return made;
  }
  std::string host() { return "host-" + std::to_string(below(12)) + ".example"; }
  std::string shouted(std::string text) {
    for (char& c : text)
      if (one_in(3)) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }
  std::string header_name() { return "X-" + std::string(1 + below(5), 'h'); }
  std::string header_value() { return "value-" + std::to_string(below(4)); }
  std::string interface() { return "eth" + std::to_string(below(4)); }
  std::uint16_t vlan() { return static_cast<std::uint16_t>(1 + below(5)); }

 private:
  std::uint8_t edge_byte() {
    constexpr std::uint8_t kBytes[] = {0, 1, 0x7f, 0x80, 0xff};
    return kBytes[below(5)];
  }
  std::mt19937 engine_;
};

TrunkRule random_rule(Dice& dice) {
  TrunkRule rule{.name = "rule"};
  if (dice.one_in(2))
    for (unsigned i = dice.below(4); i > 0; --i) rule.peers.push_back(dice.network());
  if (dice.one_in(3))
    for (unsigned i = dice.below(3); i > 0; --i) rule.domains.push_back(dice.host());
  if (dice.one_in(3))
    for (unsigned i = dice.below(3); i > 0; --i) {
      const std::string name = dice.header_name();
      if (std::ranges::any_of(rule.headers, [&](const auto& other) { return other.name == name; })) continue;
      rule.headers.push_back({name, {dice.header_value(), dice.header_value()}});
    }
  if (dice.one_in(4)) rule.interfaces = {dice.interface(), dice.interface()};
  if (dice.one_in(4)) rule.vlans = {dice.vlan(), dice.vlan()};
  return rule;
}

Seen random_message(Dice& dice) {
  Seen seen{.peer = dice.address(),
            .from = dice.shouted(dice.host()),
            .to = dice.host(),
            .request = dice.host(),
            .is_request = !dice.one_in(4),
            .headers = {},
            .interface = dice.interface(),
            .vlan = static_cast<std::uint16_t>(dice.one_in(3) ? 0 : dice.vlan())};
  for (unsigned i = dice.below(6); i > 0; --i)
    seen.headers.emplace_back(dice.shouted(dice.header_name()), dice.header_value());
  return seen;
}

std::size_t ask(const TrunkFinder& finder, const Seen& seen) {
  SipMessage sip;
  sip.is_request = seen.is_request;
  sip.from.host = seen.from;
  sip.to.host = seen.to;
  sip.request_uri.host = seen.request;
  std::string headers;
  for (const auto& [name, value] : seen.headers) headers += name + ": " + value + "\r\n";
  sip.headers = headers;
  const auto index = static_cast<std::uint32_t>(seen.interface.back() - '0') + 1;
  return finder.find({sip, seen.peer, index, seen.vlan});
}

TEST(TrunkFinderAgainstAScan, SaysTheSameForRandomRulesAndMessages) {
  std::size_t decided = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    Dice dice(seed);
    TrunkTable rules;
    for (unsigned i = 1 + dice.below(seed % 4 == 0 ? 200 : 12); i > 0; --i) {
      rules.push_back(random_rule(dice));
      const TrunkRule& made = rules.back();
      if (made.peers.empty() && made.domains.empty() && made.headers.empty() && made.interfaces.empty() &&
          made.vlans.empty())
        rules.pop_back();  // the loader takes no rule that matches everything
    }
    rules.push_back({.name = "default"});
    TrunkFinder finder(rules);
    finder.resolve_interfaces(
        [](const std::string& name) { return static_cast<std::uint32_t>(name.back() - '0') + 1; });
    for (int i = 0; i < 100; ++i) {
      const Seen seen = random_message(dice);
      const std::size_t expected = scan(rules, seen);
      ASSERT_EQ(ask(finder, seen), expected) << "seed " << seed << ", message " << i;
      decided += expected + 1 < rules.size();
    }
  }
  EXPECT_GT(decided, 2000u) << "the rules must match often enough to prove anything";
}

}  // namespace
}  // namespace sipsonde
