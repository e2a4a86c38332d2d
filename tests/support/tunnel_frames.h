// SPDX-License-Identifier: Apache-2.0
// Frames in tunnels, for tests: each function puts a frame, or the IP packet of one, into one encapsulation
// more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sipsonde/protocol.h"
#include "support/frame_builder.h"

namespace sipsonde::testing {

inline std::string octets(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

// Of a frame without a VLAN tag: its IP packet, its ethertype.
inline std::string ip_of(const std::string& frame) {
  return frame.substr(14);
}
inline std::string type_of(const std::string& frame) {
  return frame.substr(12, 2);
}

inline FrameBuilder outer_ipv4() {
  return FrameBuilder().ipv4("198.51.100.1", "198.51.100.2");
}
inline FrameBuilder outer_ipv6() {
  return FrameBuilder().ipv6("2001:db8:ffff::1", "2001:db8:ffff::2");
}

inline std::string over_udp(std::uint16_t port, const std::string& payload) {
  return outer_ipv4().udp(50123, port).payload(payload).bytes();
}
inline std::string over_ip(std::uint8_t protocol, const std::string& payload) {
  return outer_ipv4().protocol(protocol).payload(payload).bytes();
}

inline std::string in_vxlan(const std::string& frame, std::uint16_t port = 4789) {
  return over_udp(port, octets({0x08, 0, 0, 0, 0, 0, 42, 0}) + frame);
}
inline std::string in_geneve(const std::string& frame, std::size_t option_words = 0) {
  return over_udp(6081, octets({static_cast<int>(option_words), 0, 0x65, 0x58, 0, 0, 42, 0}) +
                            std::string(4 * option_words, '\1') + frame);
}
// GRE with the optional words that `flags` asks for.
inline std::string gre(int flags, const std::string& type, const std::string& inside) {
  const int words = (flags >> 7 & 1) + (flags >> 5 & 1) + (flags >> 4 & 1);
  return octets({flags, 0}) + type + std::string(4 * static_cast<std::size_t>(words), '\7') + inside;
}
inline std::string in_gre(const std::string& frame, int flags = 0) {
  return over_ip(47, gre(flags, type_of(frame), ip_of(frame)));
}
inline std::string in_erspan_ii(const std::string& frame, bool cut = false) {
  return over_ip(47, gre(0x10, "\x88\xbe", octets({0x10, 7, cut ? 0x04 : 0, 9, 0, 0, 0, 3}) + frame));
}
inline std::string in_erspan_iii(const std::string& frame, bool has_platform_header = false) {
  return over_ip(47, gre(0x10, "\x22\xeb",
                         octets({0x20, 7, 0, 9, 1, 2, 3, 4, 0, 0, 0, has_platform_header ? 1 : 0}) +
                             std::string(has_platform_header ? 8 : 0, '\5') + frame));
}
inline std::string in_gtp_u(const std::string& frame, const std::string& options = {}) {
  const std::string inside = options + ip_of(frame);
  const int flags = options.empty() ? 0x30 : 0x34;
  return over_udp(2152, octets({flags, 255, static_cast<int>(inside.size() >> 8),
                                static_cast<int>(inside.size()), 0, 0, 0, 9}) +
                            inside);
}
inline std::string in_tzsp(const std::string& frame, const std::string& tags = octets({1})) {
  return over_udp(37008, octets({1, 0, 0, 1}) + tags + frame);
}
// `labels` behind each other; only the last has the bottom bit.
inline std::string mpls(std::size_t labels, const std::string& inside) {
  std::string stack;
  for (std::size_t i = 1; i <= labels; ++i) stack += octets({0, 1, i == labels ? 0x11 : 0x10, 64});
  return stack + inside;
}
inline std::string in_mpls(const std::string& frame, std::size_t labels = 2) {
  return frame.substr(0, 12) + "\x88\x47" + mpls(labels, ip_of(frame));
}
inline std::string in_pppoe(const std::string& frame) {
  const std::string inside =
      (type_of(frame) == "\x86\xdd" ? octets({0, 0x57}) : octets({0, 0x21})) + ip_of(frame);
  return frame.substr(0, 12) + "\x88\x64" +
         octets({0x11, 0, 0, 7, static_cast<int>(inside.size() >> 8), static_cast<int>(inside.size())}) +
         inside;
}

struct TunnelFrame {
  const char* name;
  std::string frame;
  std::vector<sipsonde_tunnel> tunnels;
};

// `four` and `six` in everything that may be around them; neither has a VLAN tag.
inline std::vector<TunnelFrame> tunnel_frames(const std::string& four, const std::string& six) {
  using namespace std::string_literals;
  const auto tagged = [](const std::string& frame) {
    return frame.substr(0, 12) + octets({0x81, 0, 0, 33}) + frame.substr(12);
  };
  return {
      {"Gre", in_gre(four), {SIPSONDE_TUNNEL_gre}},
      {"GreWithKey", in_gre(four, 0x20), {SIPSONDE_TUNNEL_gre}},
      {"GreWithChecksumKeyAndSequence", in_gre(four, 0xb0), {SIPSONDE_TUNNEL_gre}},
      {"GreOfIpv6", in_gre(six, 0x10), {SIPSONDE_TUNNEL_gre}},
      {"GreOfEthernet", over_ip(47, gre(0x20, "\x65\x58", four)), {SIPSONDE_TUNNEL_gre}},
      {"GreOverIpv6",
       outer_ipv6().protocol(47).payload(gre(0, "\x08\x00"s, ip_of(four))).bytes(),
       {SIPSONDE_TUNNEL_gre}},
      {"ErspanI", over_ip(47, gre(0, "\x88\xbe", four)), {SIPSONDE_TUNNEL_erspan}},
      {"ErspanII", in_erspan_ii(four), {SIPSONDE_TUNNEL_erspan}},
      {"ErspanIIOfAVlan", in_erspan_ii(tagged(four)), {SIPSONDE_TUNNEL_erspan}},
      {"ErspanIII", in_erspan_iii(four), {SIPSONDE_TUNNEL_erspan}},
      {"ErspanIIIWithPlatformHeader", in_erspan_iii(six, true), {SIPSONDE_TUNNEL_erspan}},
      {"Ipv4InIpv4", over_ip(4, ip_of(four)), {SIPSONDE_TUNNEL_ipip}},
      {"Ipv4InIpv6", outer_ipv6().protocol(4).payload(ip_of(four)).bytes(), {SIPSONDE_TUNNEL_ipip}},
      {"Ipv6InIpv6", outer_ipv6().protocol(41).payload(ip_of(six)).bytes(), {SIPSONDE_TUNNEL_ipip}},
      {"Ipv6InIpv4", over_ip(41, ip_of(six)), {SIPSONDE_TUNNEL_six_in_four}},
      {"Vxlan", in_vxlan(four), {SIPSONDE_TUNNEL_vxlan}},
      {"VxlanOfIpv6", in_vxlan(six), {SIPSONDE_TUNNEL_vxlan}},
      {"VxlanOnThePortOfLinux", in_vxlan(four, 8472), {SIPSONDE_TUNNEL_vxlan}},
      {"VxlanOfAVlan", in_vxlan(tagged(four)), {SIPSONDE_TUNNEL_vxlan}},
      {"VxlanWithPadding", in_vxlan(four + std::string(22, '\0')), {SIPSONDE_TUNNEL_vxlan}},
      {"Geneve", in_geneve(four), {SIPSONDE_TUNNEL_geneve}},
      {"GeneveWithOptions", in_geneve(four, 5), {SIPSONDE_TUNNEL_geneve}},
      {"GeneveWithAllOptions", in_geneve(four, 63), {SIPSONDE_TUNNEL_geneve}},
      {"GeneveOfIp",
       over_udp(6081, octets({0, 0, 8, 0, 0, 0, 1, 0}) + ip_of(four)),
       {SIPSONDE_TUNNEL_geneve}},
      {"GtpU", in_gtp_u(four), {SIPSONDE_TUNNEL_gtp_u}},
      {"GtpUOfIpv6", in_gtp_u(six), {SIPSONDE_TUNNEL_gtp_u}},
      {"GtpUWithExtensions",
       in_gtp_u(four, octets({0, 1, 0, 0x85, 1, 0, 9, 0xc0, 2, 1, 1, 1, 1, 1, 1, 0})),
       {SIPSONDE_TUNNEL_gtp_u}},
      {"Tzsp", in_tzsp(four), {SIPSONDE_TUNNEL_tzsp}},
      {"TzspWithTags", in_tzsp(four, octets({0, 10, 1, 0x55, 41, 4, 1, 2, 3, 4, 1})), {SIPSONDE_TUNNEL_tzsp}},
      {"Mpls", in_mpls(four), {SIPSONDE_TUNNEL_mpls}},
      {"MplsOfIpv6", in_mpls(six, 1), {SIPSONDE_TUNNEL_mpls}},
      {"MplsOfEthernet",
       four.substr(0, 12) + "\x88\x47" + mpls(1, std::string(4, '\0') + four),
       {SIPSONDE_TUNNEL_mpls}},
      {"MplsInGre",
       over_ip(47, gre(0, "\x88\x47", mpls(2, ip_of(four)))),
       {SIPSONDE_TUNNEL_gre, SIPSONDE_TUNNEL_mpls}},
      {"MplsInVxlan", in_vxlan(in_mpls(four)), {SIPSONDE_TUNNEL_vxlan, SIPSONDE_TUNNEL_mpls}},
      {"PppoE", in_pppoe(four), {SIPSONDE_TUNNEL_pppoe}},
      {"PppoEOfIpv6", in_pppoe(six), {SIPSONDE_TUNNEL_pppoe}},
      {"PppoEWithPadding", in_pppoe(four) + std::string(30, '\0'), {SIPSONDE_TUNNEL_pppoe}},
      {"VxlanInGre", in_gre(in_vxlan(four)), {SIPSONDE_TUNNEL_gre, SIPSONDE_TUNNEL_vxlan}},
      {"IpInIpInVxlanInPppoE",
       in_pppoe(in_vxlan(over_ip(4, ip_of(four)))),
       {SIPSONDE_TUNNEL_pppoe, SIPSONDE_TUNNEL_vxlan, SIPSONDE_TUNNEL_ipip}},
      {"GtpUInErspanInMpls",
       in_mpls(in_erspan_ii(in_gtp_u(four))),
       {SIPSONDE_TUNNEL_mpls, SIPSONDE_TUNNEL_erspan, SIPSONDE_TUNNEL_gtp_u}},
  };
}

}  // namespace sipsonde::testing
