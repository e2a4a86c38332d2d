// SPDX-License-Identifier: Apache-2.0
// What is taken for a tunnel, by which proof, and what is not. The kernel's own parser, compiled for the
// host.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "support/host_judge.h"
#include "support/tunnel_frames.h"

namespace sipsonde::testing {
namespace {

using namespace std::string_literals;

const std::string kPayload = message({});

std::string inner_ipv4() {
  return FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(5060, 5061).payload(kPayload).bytes();
}
std::string inner_ipv6() {
  return FrameBuilder().ipv6("2001:db8::1", "2001:db8::2").udp(5060, 5061).payload(kPayload).bytes();
}

packet parsed(const std::string& frame) {
  static HostJudge judge(1);
  return judge.judge(frame).where;
}
packet parsed(const std::string& frame, std::uint32_t tunnels) {
  return HostJudge(1, tunnels).judge(frame).where;
}

std::vector<sipsonde_tunnel> tunnels_of(const packet& found) {
  std::vector<sipsonde_tunnel> tunnels;
  for (const __u8 tunnel : found.tunnel)
    if (tunnel != SIPSONDE_TUNNEL_none) tunnels.push_back(static_cast<sipsonde_tunnel>(tunnel));
  return tunnels;
}

std::vector<sipsonde_tunnel> tunnels_of(const std::string& frame) {
  return tunnels_of(parsed(frame));
}

std::string with(std::string frame, std::size_t offset, int octet) {
  frame.at(offset) = static_cast<char>(octet);
  return frame;
}

TEST(Tunnel, ShowsThePacketInside) {
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6())) {
    SCOPED_TRACE(one.name);
    const packet found = parsed(one.frame);
    EXPECT_EQ(tunnels_of(found), one.tunnels);
    EXPECT_EQ(found.src_port, 5060);
    EXPECT_EQ(found.dst_port, 5061);
    EXPECT_EQ(found.src_addr[3], htonl(found.src_addr[2] == htonl(0xffff) ? 0xc0000201 : 1));
    ASSERT_TRUE(found.is_udp);
    EXPECT_EQ(found.payload_length, kPayload.size());
    EXPECT_EQ(one.frame.substr(found.payload_offset, found.payload_length), kPayload);
    EXPECT_EQ(one.frame[found.network_offset] & 0xf0, found.src_addr[2] == htonl(0xffff) ? 0x40 : 0x60);
  }
}

TEST(Tunnel, ThatIsSwitchedOffIsAPacketLikeAnyOther) {
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6())) {
    SCOPED_TRACE(one.name);
    const packet bare = parsed(one.frame, 0);
    EXPECT_TRUE(tunnels_of(bare).empty());
    for (std::size_t deep = 0; deep < one.tunnels.size(); ++deep) {
      const packet found = parsed(one.frame, ~(1u << one.tunnels[deep]));
      EXPECT_LE(tunnels_of(found).size(), deep);
      if (deep == 0) {
        EXPECT_EQ(std::memcmp(found.src_addr, bare.src_addr, sizeof bare.src_addr), 0);
        EXPECT_EQ(found.is_udp, bare.is_udp);
        EXPECT_EQ(found.dst_port, bare.dst_port);
      }
    }
  }
}

TEST(Tunnel, IsFollowedThreeDeep) {
  const std::string two = over_ip(4, ip_of(over_ip(4, ip_of(inner_ipv4()))));
  EXPECT_TRUE(parsed(over_ip(4, ip_of(two))).is_udp);
  const packet four_deep = parsed(over_ip(4, ip_of(over_ip(4, ip_of(two)))));
  EXPECT_FALSE(four_deep.is_udp);
  EXPECT_EQ(tunnels_of(four_deep).size(), 3u);
}

TEST(Tunnel, ShowsTheVlanOfTheFrameInside) {
  const std::string frame = inner_ipv4();
  const std::string tagged = frame.substr(0, 12) + octets({0x81, 0, 0, 33}) + frame.substr(12);
  EXPECT_EQ(parsed(in_vxlan(tagged)).vlan_id, 33);
  const std::string outer = in_vxlan(frame);
  EXPECT_EQ(parsed(outer.substr(0, 12) + octets({0x81, 0, 0, 44}) + outer.substr(12)).vlan_id, 44);
}

TEST(Tunnel, InsideMayLieAFragment) {
  const std::string first = FrameBuilder()
                                .ipv4("192.0.2.1", "192.0.2.2")
                                .fragment(77, 0, true)
                                .udp(5060, 5060)
                                .payload(kPayload)
                                .bytes();
  const packet found = parsed(in_gre(first));
  EXPECT_EQ(found.fragment, FRAGMENT_FIRST);
  EXPECT_EQ(found.fragment_id, 77u);
  EXPECT_EQ(found.network_length, ip_of(first).size());
  EXPECT_EQ(tunnels_of(found), (std::vector{SIPSONDE_TUNNEL_gre}));
}

TEST(Tunnel, InAFragmentIsNotLookedInto) {
  const std::string inside = octets({0x08, 0, 0, 0, 0, 0, 42, 0}) + inner_ipv4();
  const packet udp = parsed(outer_ipv4().fragment(5, 0, true).udp(1, 4789).payload(inside).bytes());
  EXPECT_EQ(udp.fragment, FRAGMENT_FIRST);
  EXPECT_TRUE(tunnels_of(udp).empty());
  const std::string gre_inside = gre(0, "\x08\x00"s, ip_of(inner_ipv4()));
  const packet other = parsed(outer_ipv4().fragment(5, 0, true).protocol(47).payload(gre_inside).bytes());
  EXPECT_EQ(other.fragment, FRAGMENT_NONE);
  EXPECT_TRUE(tunnels_of(other).empty());
}

TEST(Tunnel, CutByWhoMirroredItIsBelievedWhenErspanSaysSo) {
  const std::string cut = inner_ipv4().substr(0, 80);
  EXPECT_EQ(tunnels_of(in_erspan_ii(cut, true)), (std::vector{SIPSONDE_TUNNEL_erspan}));
  EXPECT_TRUE(tunnels_of(in_erspan_ii(cut, false)).empty());
}

// ---- what is no tunnel ----

struct Refused {
  const char* name;
  std::string frame;
};

std::vector<Refused> refused_frames() {
  constexpr std::size_t kIp = 14, kUdp = 34, kInside = 42;  // of the outer packet: IPv4, UDP, behind it
  const std::string four = inner_ipv4(), six = inner_ipv6();
  const std::string rtp = octets({0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4}) + std::string(160, '\x55');
  const std::string quic_like = std::string(1200, '\x4f');
  std::vector<Refused> refused = {
      {"GreVersionOne", with(in_gre(four), kUdp + 1, 1)},
      {"GreWithRouting", with(in_gre(four), kUdp, 0x40)},
      {"GreWithReservedBits", with(in_gre(four), kUdp, 0x08)},
      {"GreWithMoreWordsThanBytes", over_ip(47, octets({0xb0, 0, 8, 0, 1}))},
      {"GreOfSomethingElse", over_ip(47, gre(0, "\x88\x0b", ip_of(four)))},
      {"ErspanIIOfAnotherVersion",
       over_ip(47, gre(0x10, "\x88\xbe", octets({0x30, 7, 0, 9, 0, 0, 0, 3}) + four))},
      {"ErspanIIIOfCells", with(in_erspan_iii(four), kUdp + 8 + 10, 1 << 2)},
      {"VxlanWithoutItsFlag", with(in_vxlan(four), kInside, 0)},
      {"VxlanWithAnotherFlag", with(in_vxlan(four), kInside, 0x88)},
      {"VxlanWithReservedBits", with(in_vxlan(four), kInside + 7, 1)},
      {"GeneveVersionOne", with(in_geneve(four), kInside, 0x40)},
      {"GeneveControlPacket", with(in_geneve(four), kInside + 1, 0x80)},
      {"GeneveOptionsBeyondTheEnd",
       over_udp(6081, octets({63, 0, 0x65, 0x58, 0, 0, 1, 0}) + std::string(40, '\0'))},
      {"GtpEchoRequest", with(in_gtp_u(four), kInside + 1, 1)},
      {"GtpPrime", with(in_gtp_u(four), kInside, 0x20)},
      {"GtpOfAnotherLength", with(in_gtp_u(four), kInside + 3, 1)},
      {"GtpExtensionOfNoLength", in_gtp_u(four, octets({0, 1, 0, 0x85, 0, 0, 9, 0}))},
      {"GtpExtensionsWithoutEnd", in_gtp_u(
                                      four, octets({0, 1, 0, 0x85}) +
                                                [] {
                                                  std::string chain;
                                                  for (int i = 0; i < 20; ++i)
                                                    chain += octets({1, 0, 0, 0x85});
                                                  return chain;
                                                }())},
      {"TzspKeepalive", with(in_tzsp(four), kInside + 1, 4)},
      {"TzspOfRadioFrames", with(in_tzsp(four), kInside + 3, 18)},
      {"TzspTagsWithoutEnd", in_tzsp(four, std::string(40, '\0'))},
      {"TzspTagBeyondTheEnd", over_udp(37008, octets({1, 0, 0, 1, 10, 255, 1}) + std::string(20, '\0'))},
      {"MplsWithoutBottom", four.substr(0, 12) + "\x88\x47" + std::string(400, '\0')},
      {"PppoEDiscovery", with(in_pppoe(four), 15, 9)},
      {"PppoELinkControl", with(in_pppoe(four), 20, 0xc0)},
      {"PppoELongerThanItsPacket", with(in_pppoe(four), 19, 255)},
      {"RtpOnEachPort", over_udp(4789, rtp)},
      {"InnerOfWrongChecksum", with(in_vxlan(four), kInside + 8 + 14 + 10, 0x77)},
      {"InnerLongerThanItsRoom", in_vxlan(four.substr(0, four.size() - 20))},
      {"InnerIpv6LongerThanItsRoom", in_gre(six.substr(0, six.size() - 20))},
      {"InnerIpv6ShorterThanItsRoom", over_ip(41, ip_of(six) + "x")},
      {"InnerMuchShorterThanItsRoom", in_vxlan(four + std::string(200, '\0'))},
      {"InnerOfAnotherVersion", over_ip(4, ip_of(six))},
      {"InnerHeaderTooShort", with(over_ip(4, ip_of(four)), kUdp, 0x44)},
      {"Nothing", over_ip(4, "")},
      {"VxlanOfNothing", over_udp(4789, octets({8, 0, 0, 0, 0, 0, 1, 0}))},
      {"OuterLengthTooShort", with(with(over_ip(4, ip_of(four)), kIp + 2, 0), kIp + 3, 10)},
  };
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{2152, 4789, 6081, 8472, 37008}) {
    refused.push_back({"Rtp", over_udp(port, rtp)});
    refused.push_back({"Sip", over_udp(port, kPayload)});
    refused.push_back(
        {"Stun", over_udp(port, octets({0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}) + std::string(12, 7))});
    refused.push_back(
        {"StunAnswer", over_udp(port, octets({1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}) + std::string(12, 7))});
    refused.push_back({"Dtls", over_udp(port, octets({22, 0xfe, 0xfd, 0, 0}) + std::string(60, 0))});
    refused.push_back({"Quic", over_udp(port, quic_like)});
    refused.push_back({"Zeros", over_udp(port, std::string(200, 0))});
    refused.push_back({"Empty", over_udp(port, "")});
  }
  return refused;
}

TEST(Tunnel, WithoutProofIsAPacketLikeAnyOther) {
  for (const Refused& one : refused_frames()) {
    SCOPED_TRACE(one.name);
    const packet found = parsed(one.frame), bare = parsed(one.frame, 0);
    EXPECT_TRUE(tunnels_of(found).empty());
    EXPECT_EQ(found.is_udp, bare.is_udp);
    EXPECT_EQ(found.dst_port, bare.dst_port);
    EXPECT_EQ(found.payload_offset, bare.is_udp ? bare.payload_offset : found.payload_offset);
    EXPECT_EQ(found.payload_length, bare.payload_length);
  }
}

TEST(Tunnel, CutAnywhereStaysInsideOfItsBytes) {
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6()))
    for (std::size_t length = 0; length < std::min<std::size_t>(one.frame.size(), 500); ++length) {
      const packet found = parsed(one.frame.substr(0, length));
      EXPECT_TRUE(!found.is_udp || found.payload_offset <= length) << one.name;
    }
}

TEST(Tunnel, WithOneOctetChangedIsStillBelievedOrNot) {
  std::mt19937 dice(1);
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6()))
    for (int i = 0; i < 300; ++i) {
      const std::size_t at = dice() % std::min<std::size_t>(one.frame.size(), 160);
      const packet found = parsed(with(one.frame, at, static_cast<int>(dice() % 256)));
      EXPECT_LE(tunnels_of(found).size(), one.tunnels.size() + 1) << one.name;
      EXPECT_TRUE(!found.is_udp || found.payload_offset <= one.frame.size()) << one.name;
    }
}

}  // namespace
}  // namespace sipsonde::testing
