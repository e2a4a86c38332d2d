// SPDX-License-Identifier: Apache-2.0
#include "capture/link_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/capture/capture_bytes.h"

namespace sipsonde {
namespace {

constexpr auto kBig = std::endian::big;
const std::string kNoAddresses(12, '\0');
const std::string kIpv4 = "\x45 an IPv4 packet";
const std::string kIpv6 = "\x60 an IPv6 packet";

FrameBytes view(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string cooked(std::uint16_t protocol) {
  return Bytes(kBig).u16(0).u16(1).u16(6).u64(0x0200000000010000).u16(protocol).str();
}
std::string cooked2(std::uint16_t protocol) {
  return Bytes(kBig).u16(protocol).u16(0).u32(7).u16(1).u8(0).u8(6).u64(0x0200000000010000).str();
}
std::string family(std::endian order, std::uint32_t number) {
  return Bytes(order).u32(number).str();
}

struct LinkCase {
  const char* name;
  std::uint16_t link_type;
  std::string link_header;
  std::string network;
  std::uint16_t ethertype;
};

class Link : public testing::TestWithParam<LinkCase> {};

TEST_P(Link, BecomesEthernet) {
  const LinkCase& test = GetParam();
  const std::string bytes = test.link_header + test.network;
  LinkLayer link;
  const auto made = link.to_ethernet(Frame{.bytes = view(bytes),
                                           .original_length = static_cast<std::uint32_t>(bytes.size() + 100),
                                           .link_type = test.link_type});
  ASSERT_TRUE(made);
  EXPECT_EQ(std::string(made->bytes.begin(), made->bytes.end()),
            kNoAddresses + Bytes(kBig).u16(test.ethertype).str() + test.network);
  EXPECT_EQ(made->original_length, 14 + test.network.size() + 100);
}

INSTANTIATE_TEST_SUITE_P(
    Types, Link,
    testing::Values(
        LinkCase{"CookedIpv4", 113, cooked(0x0800), kIpv4, 0x0800},
        LinkCase{"CookedIpv6", 113, cooked(0x86dd), kIpv6, 0x86dd},
        LinkCase{"CookedKeepsItsVlanTag", 113, cooked(0x8100),
                 Bytes(kBig).u16(42).u16(0x0800).text(kIpv4).str(), 0x8100},
        LinkCase{"Cooked2Ipv4", 276, cooked2(0x0800), kIpv4, 0x0800},
        LinkCase{"Cooked2Arp", 276, cooked2(0x0806), "arp", 0x0806},
        LinkCase{"RawIpv4", 101, "", kIpv4, 0x0800}, LinkCase{"RawIpv6", 101, "", kIpv6, 0x86dd},
        LinkCase{"RawOfOpenBsd", 14, "", kIpv4, 0x0800}, LinkCase{"RawOfTheOthers", 12, "", kIpv6, 0x86dd},
        LinkCase{"Ipv4Only", 228, "", kIpv4, 0x0800}, LinkCase{"Ipv6Only", 229, "", kIpv6, 0x86dd},
        LinkCase{"RawOfNoVersion", 101, "", "\x10 what is this", 0}, LinkCase{"RawEmpty", 101, "", "", 0},
        LinkCase{"NullLittleEndian", 0, family(std::endian::little, 2), kIpv4, 0x0800},
        LinkCase{"NullBigEndian", 0, family(kBig, 2), kIpv4, 0x0800},
        LinkCase{"NullIpv6OfMacOs", 0, family(std::endian::little, 30), kIpv6, 0x86dd},
        LinkCase{"NullIpv6OfFreeBsd", 0, family(kBig, 28), kIpv6, 0x86dd},
        LinkCase{"NullIpv6OfLinux", 0, family(std::endian::little, 10), kIpv6, 0x86dd},
        LinkCase{"LoopIpv6", 108, family(kBig, 24), kIpv6, 0x86dd},
        LinkCase{"NullOfAnotherFamily", 0, family(kBig, 7), "osi", 0}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(LinkLayer, EthernetIsNotCopied) {
  const std::string bytes(60, 'e');
  LinkLayer link;
  const auto made = link.to_ethernet(Frame{.bytes = view(bytes), .original_length = 1514, .link_type = 1});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->bytes.data(), view(bytes).data());
  EXPECT_EQ(made->bytes.size(), 60u);
  EXPECT_EQ(made->original_length, 1514u);
}

TEST(LinkLayer, FrameCutInItsLinkHeaderIsShorterThanAnEthernetHeader) {
  const std::string bytes = cooked2(0x0800).substr(0, 19);
  LinkLayer link;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const auto made =
        link.to_ethernet(Frame{.bytes = view(bytes).first(length), .original_length = 100, .link_type = 276});
    ASSERT_TRUE(made);
    EXPECT_LT(made->bytes.size(), 14u) << length;
  }
}

TEST(LinkLayer, InterfaceIsTheFilesOrWhatTheCookedHeaderTells) {
  LinkLayer link;
  const std::string plain = cooked(0x0800) + kIpv4;
  const std::string telling = cooked2(0x0800) + kIpv4;
  EXPECT_EQ(link.to_ethernet(Frame{.bytes = view(plain), .link_type = 113, .interface = 3})->interface, 3u);
  EXPECT_EQ(link.to_ethernet(Frame{.bytes = view(telling), .link_type = 276, .interface = 3})->interface, 7u);
}

TEST(LinkLayer, UnknownLinkTypeIsNamed) {
  const std::string bytes(60, 'r');
  LinkLayer link;
  const auto made = link.to_ethernet(Frame{.bytes = view(bytes), .original_length = 60, .link_type = 127});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, testing::HasSubstr("link type 127 is not supported"));
  EXPECT_EQ(made.error().exit_code, 1);
}

}  // namespace
}  // namespace sipsonde
