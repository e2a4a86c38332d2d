// SPDX-License-Identifier: Apache-2.0
#include "trunks/trunk_finder.h"

#include <gtest/gtest.h>

#include "config/network.h"

namespace sipsonde {
namespace {

Network network(std::string_view text) {
  return *parse_network(text);
}

class Finder : public testing::Test {
 protected:
  TrunkIndex find(const TrunkTable& rules) { return finder(rules).find(question()); }

  static TrunkFinder finder(TrunkTable rules) {
    rules.push_back({.name = "default"});
    return TrunkFinder(rules);
  }
  TrunkQuestion question() { return {sip, peer, interface, vlan}; }

  SipMessage sip;
  Address peer = *parse_address("192.0.2.9");
  std::uint32_t interface = 0;
  std::uint16_t vlan = 0;
};

TEST_F(Finder, TakesTheFirstRuleThatMatchesThePeersAddress) {
  const TrunkTable rules = {{.name = "host", .peers = {network("192.0.2.9")}},
                            {.name = "net", .peers = {network("192.0.2.0/24")}}};
  EXPECT_EQ(find(rules), 0);
  EXPECT_EQ(find({rules[1], rules[0]}), 0) << "first, not longest";
  peer = *parse_address("192.0.2.8");
  EXPECT_EQ(find(rules), 1);
  peer = *parse_address("192.0.3.0");
  EXPECT_EQ(find(rules), 2) << "the default trunk";
}

TEST_F(Finder, KeepsTheFamiliesApart) {
  const TrunkTable rules = {{.name = "all-of-ipv6", .peers = {network("::/0")}},
                            {.name = "all-of-ipv4", .peers = {network("0.0.0.0/0")}}};
  EXPECT_EQ(find(rules), 1);
  peer = *parse_address("255.255.255.255");
  EXPECT_EQ(find(rules), 1);
  peer = *parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(find(rules), 0);
}

TEST_F(Finder, FindsDomainsWithoutRegardToCaseInFromToAndRequestUri) {
  const TrunkTable rules = {{.name = "carrier", .domains = {"carrier.example"}},
                            {.name = "pbx", .domains = {"other.example", "pbx.example"}}};
  sip.is_request = true;
  sip.from.host = "PBX.example";
  EXPECT_EQ(find(rules), 1);
  sip.from.host = "notpbx.example";
  sip.to.host = "pbx.EXAMPLE";
  EXPECT_EQ(find(rules), 1);
  sip.request_uri.host = "carrier.example";
  EXPECT_EQ(find(rules), 0);
  sip.is_request = false;
  EXPECT_EQ(find(rules), 1) << "a response has no Request-URI";
}

TEST_F(Finder, WantsEachKindThatARuleNames) {
  const TrunkTable rules = {{.name = "both", .peers = {network("192.0.2.0/24")}, .domains = {"pbx.example"}}};
  EXPECT_EQ(find(rules), 1) << "the peer alone";
  sip.to.host = "pbx.example";
  EXPECT_EQ(find(rules), 0);
  peer = *parse_address("192.0.3.1");
  EXPECT_EQ(find(rules), 1) << "the domain alone";
}

TEST_F(Finder, ComparesHeaderValuesWholeAndNamesInAnyCase) {
  const TrunkTable rules = {
      {.name = "a", .headers = {{.name = "x-trunk", .values = {"carrier-a", "carrier-A"}}}},
      {.name = "b", .headers = {{.name = "X-Trunk", .values = {"carrier-b"}}}}};
  for (const auto& [headers, expected] : {
           std::pair{"X-TRUNK:  carrier-a \r\n", 0},
           std::pair{"X-Trunk: carrier-A\r\n", 0},
           std::pair{"X-Trunk: CARRIER-A\r\n", 2},
           std::pair{"X-Trunk: carrier-a2\r\n", 2},
           std::pair{"X-Trunks: carrier-a\r\n", 2},
           std::pair{"X-Trunk: other\r\nX-Trunk: carrier-b\r\n", 1},
           std::pair{"X-Trunk: carrier-b\r\nX-Trunk: carrier-a\r\n", 0},
           std::pair{"", 2},
       }) {
    sip.headers = headers;
    EXPECT_EQ(find(rules), expected) << headers;
  }
}

TEST_F(Finder, WantsEveryHeaderThatARuleNames) {
  const TrunkTable rules = {
      {.name = "a",
       .headers = {{.name = "X-Trunk", .values = {"a"}}, {.name = "X-Region", .values = {"eu", "us"}}}}};
  sip.headers = "X-Trunk: a\r\nX-Region: us\r\n";
  EXPECT_EQ(find(rules), 0);
  sip.headers = "X-Trunk: a\r\nX-Region: asia\r\n";
  EXPECT_EQ(find(rules), 1);
  sip.headers = "X-Region: eu\r\n";
  EXPECT_EQ(find(rules), 1);
}

TEST_F(Finder, KnowsTheCompactFormOfAHeader) {
  const TrunkTable rules = {{.name = "a", .headers = {{.name = "Subject", .values = {"sales"}}}},
                            {.name = "b", .headers = {{.name = "k", .values = {"timer"}}}}};
  sip.headers = "s: sales\r\n";
  EXPECT_EQ(find(rules), 0);
  sip.headers = "Supported: timer\r\n";
  EXPECT_EQ(find(rules), 1);
}

TEST_F(Finder, ResolvesInterfacesByTheNamesThatAreThereNow) {
  TrunkFinder finder =
      Finder::finder({{.name = "a", .interfaces = {"eth0", "eth1"}}, {.name = "b", .interfaces = {"eth2"}}});
  interface = 7;
  EXPECT_EQ(finder.find(question()), 2) << "nothing is resolved yet";
  finder.resolve_interfaces([](const std::string& name) { return name == "eth1" ? 7u : 0u; });
  EXPECT_EQ(finder.find(question()), 0);
  finder.resolve_interfaces([](const std::string& name) { return name == "eth2" ? 7u : 0u; });
  EXPECT_EQ(finder.find(question()), 1) << "the index went to another interface";
  interface = 0;
  EXPECT_EQ(finder.find(question()), 2) << "0 is no interface, and what is gone has no index";
}

TEST_F(Finder, MatchesTheOuterVlan) {
  const TrunkTable rules = {{.name = "a", .vlans = {100, 4094}}, {.name = "b", .vlans = {100, 7}}};
  EXPECT_EQ(find(rules), 2) << "no tag";
  vlan = 100;
  EXPECT_EQ(find(rules), 0);
  vlan = 7;
  EXPECT_EQ(find(rules), 1);
  vlan = 4095;
  EXPECT_EQ(find(rules), 2);
}

TEST_F(Finder, HoldsAsManyRulesAsTheConfigurationMay) {
  TrunkTable rules;
  for (std::size_t i = 0; i < kTrunksMax; ++i)
    rules.push_back({.name = std::to_string(i), .domains = {"d" + std::to_string(i) + ".example"}});
  sip.from.host = "d999.example";
  EXPECT_EQ(find(rules), 999);
  sip.from.host = "d1000.example";
  EXPECT_EQ(find(rules), 1000);
}

TEST_F(Finder, WithoutRulesEverythingIsTheOneThatIsLeft) {
  EXPECT_EQ(find({}), 0);
  EXPECT_EQ(TrunkFinder(TrunkTable{}).find(question()), 0);
}

}  // namespace
}  // namespace sipsonde
