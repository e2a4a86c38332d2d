// SPDX-License-Identifier: Apache-2.0
#include "calls/trunks.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

Address ipv4(std::uint8_t third, std::uint8_t last) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, third, last};
}

const TrunkTable kTrunks = {
    {.name = "one-host", .peers = {{ipv4(2, 9), 128}}, .domains = {}},
    {.name = "carrier", .peers = {{ipv4(2, 0), 120}}, .domains = {"carrier.example"}},
    {.name = "pbx", .peers = {}, .domains = {"pbx.example"}},
    {.name = "default"},
};

TEST(TrunkOf, TakesTheFirstRuleThatMatchesThePeersAddress) {
  EXPECT_EQ(trunk_of(kTrunks, ipv4(2, 9), {}), 0);
  EXPECT_EQ(trunk_of(kTrunks, ipv4(2, 8), {}), 1);
}

TEST(TrunkOf, MatchesTheHostsOfFromToAndRequestUriWithoutRegardToCase) {
  SipMessage sip;
  sip.is_request = true;
  sip.from.host = "PBX.example";
  EXPECT_EQ(trunk_of(kTrunks, ipv4(3, 1), sip), 2);
  sip.from.host = "elsewhere.example";
  sip.to.host = "pbx.example";
  EXPECT_EQ(trunk_of(kTrunks, ipv4(3, 1), sip), 2);
  sip.to.host = "elsewhere.example";
  sip.request_uri.host = "carrier.example";
  EXPECT_EQ(trunk_of(kTrunks, ipv4(3, 1), sip), 1);
}

TEST(TrunkOf, FallsToTheLastWhenNothingMatches) {
  SipMessage sip;
  sip.from.host = "notpbx.example";
  EXPECT_EQ(trunk_of(kTrunks, ipv4(3, 1), sip), 3);
  EXPECT_EQ(trunk_of({{.name = "default"}}, ipv4(2, 9), sip), 0);
}

}  // namespace
}  // namespace sipsonde
