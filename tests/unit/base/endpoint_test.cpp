// SPDX-License-Identifier: Apache-2.0
#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(Endpoint, Ipv4IsWrittenDotted) {
  const Endpoint endpoint{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}, 5060};
  EXPECT_EQ(to_text(endpoint), "192.0.2.1:5060");
}

TEST(Endpoint, Ipv6IsWrittenShortestInBrackets) {
  const Endpoint endpoint{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 5061};
  EXPECT_EQ(to_text(endpoint), "[2001:db8::1]:5061");
}

TEST(Addresses, AreReadAsTheyAreWritten) {
  for (const char* text :
       {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::1", "2001:db8:0:1:1:1:1:1"}) {
    const auto address = address_of(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_text(*address), text);
  }
  EXPECT_EQ(address_of("::ffff:192.0.2.1"), address_of("192.0.2.1"));
  EXPECT_TRUE(is_ipv4(*address_of("192.0.2.1")));
}

TEST(Addresses, AreNothingElse) {
  const std::string cut("192.0.2.1\0", 10);
  for (const std::string& text :
       {std::string(), std::string("192.0.2"), std::string("192.0.2.256"), std::string("192.0.2.1 "),
        std::string("192.0.2.1/24"), std::string("[::1]"), std::string("fe80::1%eth0"),
        std::string("1::2::3"), std::string("localhost"), std::string(100, '1'), std::string(100, ':'), cut})
    EXPECT_FALSE(address_of(text)) << text;
}

TEST(Addresses, OfNoHostAreTheUnspecifiedAndMulticast) {
  for (const char* text : {"0.0.0.0", "::"}) EXPECT_TRUE(is_unspecified(*address_of(text))) << text;
  for (const char* text : {"0.0.0.1", "::1", "192.0.2.1"})
    EXPECT_FALSE(is_unspecified(*address_of(text))) << text;
  for (const char* text : {"224.0.0.1", "239.255.255.255", "ff02::1"})
    EXPECT_TRUE(is_multicast(*address_of(text))) << text;
  for (const char* text : {"223.255.255.255", "240.0.0.1", "fe80::1", "::"})
    EXPECT_FALSE(is_multicast(*address_of(text))) << text;
}

}  // namespace
}  // namespace sipsonde
