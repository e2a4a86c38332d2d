// SPDX-License-Identifier: Apache-2.0
#include "config/network.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

struct ContainsCase {
  std::string name;
  std::string network;
  std::string address;
  bool contains;

  friend void PrintTo(const ContainsCase& its, std::ostream* out) { *out << its.name; }
};

class NetworkContains : public testing::TestWithParam<ContainsCase> {};

TEST_P(NetworkContains, HoldsWhatItsPrefixCovers) {
  const auto network = parse_network(GetParam().network);
  ASSERT_TRUE(network) << network.error().message;
  const auto address = parse_address(GetParam().address);
  ASSERT_TRUE(address) << address.error().message;
  EXPECT_EQ(network->contains(*address), GetParam().contains);
}

const ContainsCase kContainsCases[] = {
    {"First", "192.0.2.0/24", "192.0.2.0", true},
    {"Last", "192.0.2.0/24", "192.0.2.255", true},
    {"NextNetwork", "192.0.2.0/24", "192.0.3.0", false},
    {"OddPrefixInside", "10.0.0.0/9", "10.127.255.255", true},
    {"OddPrefixOutside", "10.0.0.0/9", "10.128.0.0", false},
    {"OneAddress", "192.0.2.7", "192.0.2.7", true},
    {"OneAddressAlone", "192.0.2.7", "192.0.2.6", false},
    {"AllOfIpv4", "0.0.0.0/0", "203.0.113.9", true},
    {"AllOfIpv4IsNotIpv6", "0.0.0.0/0", "2001:db8::1", false},
    {"AllOfIpv6IsNotIpv4", "::/0", "203.0.113.9", false},
    {"AllOfIpv6", "::/0", "2001:db8::1", true},
    {"MappedAddressIsIpv4", "192.0.2.0/24", "::ffff:192.0.2.9", true},
    {"MappedNetworkIsIpv4", "::ffff:192.0.2.0/120", "192.0.2.9", true},
    {"Ipv6Inside", "2001:db8::/32", "2001:db8:ffff::1", true},
    {"Ipv6Outside", "2001:db8::/32", "2001:db9::1", false},
    {"Ipv6OneAddress", "2001:db8::7", "2001:db8::7", true},
};
INSTANTIATE_TEST_SUITE_P(Cases, NetworkContains, testing::ValuesIn(kContainsCases),
                         [](const auto& test) { return test.param.name; });

TEST(Network, IsWrittenAsItWasRead) {
  for (const std::string text : {"192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0", "192.0.2.7/32"}) {
    const auto network = parse_network(text);
    ASSERT_TRUE(network) << text;
    EXPECT_EQ(to_text(*network), text);
  }
}

struct BadNetworkCase {
  std::string name;
  std::string text;
  std::string message;

  friend void PrintTo(const BadNetworkCase& its, std::ostream* out) { *out << its.name; }
};

class BadNetwork : public testing::TestWithParam<BadNetworkCase> {};

TEST_P(BadNetwork, IsRefusedWithARemedy) {
  const auto network = parse_network(GetParam().text);
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().message, GetParam().message);
}

const BadNetworkCase kBadNetworks[] = {
    {"Word", "carrier", "\"carrier\" is no network; write one such as 192.0.2.0/24 or 2001:db8::/32"},
    {"Empty", "", "\"\" is no network; write one such as 192.0.2.0/24 or 2001:db8::/32"},
    {"Octet", "192.0.2.256",
     "\"192.0.2.256\" is no network; write one such as 192.0.2.0/24 or 2001:db8::/32"},
    {"PrefixOfIpv4", "192.0.2.0/33", "\"192.0.2.0/33\": prefix \"33\" is out of range; use 0 to 32"},
    {"PrefixOfIpv6", "2001:db8::/129", "\"2001:db8::/129\": prefix \"129\" is out of range; use 0 to 128"},
    {"PrefixMissing", "192.0.2.0/", "\"192.0.2.0/\": prefix \"\" is out of range; use 0 to 32"},
    {"PrefixNegative", "192.0.2.0/-1", "\"192.0.2.0/-1\": prefix \"-1\" is out of range; use 0 to 32"},
    {"HostBits", "192.0.2.7/24", "\"192.0.2.7/24\" has bits set behind its prefix; write 192.0.2.0/24"},
};
INSTANTIATE_TEST_SUITE_P(Cases, BadNetwork, testing::ValuesIn(kBadNetworks),
                         [](const auto& test) { return test.param.name; });

TEST(Network, TextBehindANulByteIsNotOverlooked) {
  EXPECT_FALSE(parse_address(std::string_view("192.0.2.7\0evil", 14)));
}

TEST(Network, LoopbackIsTheWholeOf127AndOneAddressOfIpv6) {
  EXPECT_TRUE(is_loopback(*parse_address("127.0.0.1")));
  EXPECT_TRUE(is_loopback(*parse_address("127.9.9.9")));
  EXPECT_TRUE(is_loopback(*parse_address("::1")));
  EXPECT_FALSE(is_loopback(*parse_address("0.0.0.0")));
  EXPECT_FALSE(is_loopback(*parse_address("::")));
  EXPECT_FALSE(is_loopback(*parse_address("192.0.2.127")));
}

}  // namespace
}  // namespace sipsonde
