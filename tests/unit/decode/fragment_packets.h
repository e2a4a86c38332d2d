// SPDX-License-Identifier: Apache-2.0
// IP packets for tests: a UDP datagram, and any part of it in an IPv4 or IPv6 packet of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sipsonde {

inline void append_u16(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value >> 8 & 0xff));
  out.push_back(static_cast<char>(value & 0xff));
}

inline std::string udp_datagram(std::string_view payload, std::uint16_t source = 5060,
                                std::uint16_t destination = 5070) {
  std::string udp;
  append_u16(udp, source);
  append_u16(udp, destination);
  append_u16(udp, payload.size() + 8);
  append_u16(udp, 0);  // checksum: not looked at
  return udp.append(payload);
}

// The bytes [offset, offset + length) of `datagram` as one fragment. Further fields are for spoiling it.
struct Part {
  std::size_t offset;
  std::size_t length;
  bool more;
  std::uint32_t identification = 0x1234;
  char source_host = 1;
  std::uint8_t protocol = 17;
};

// 192.0.2.source_host to 198.51.100.9.
inline std::string ipv4_packet(std::string_view datagram, const Part& part, std::string_view options = {}) {
  std::string packet;
  packet.push_back(static_cast<char>(0x45 + options.size() / 4));
  packet.push_back(0);
  append_u16(packet, 20 + options.size() + part.length);
  append_u16(packet, part.identification);
  append_u16(packet, (part.more ? 0x2000u : 0u) | part.offset / 8);
  packet.push_back(64);
  packet.push_back(static_cast<char>(part.protocol));
  append_u16(packet, 0);
  packet.append({static_cast<char>(192), 0, 2, part.source_host});
  packet.append({static_cast<char>(198), 51, 100, 9});
  return packet.append(options).append(datagram.substr(part.offset, part.length));
}

// 2001:db8::source_host to 2001:db8::9. `before` are extension headers that stand before the fragment header,
// the first of type `first_header`.
inline std::string ipv6_packet(std::string_view datagram, const Part& part, std::string_view before = {},
                               std::uint8_t first_header = 44) {
  std::string packet("\x60\0\0\0", 4);
  append_u16(packet, before.size() + 8 + part.length);
  packet.push_back(static_cast<char>(first_header));
  packet.push_back(64);
  for (const char host : {part.source_host, static_cast<char>(9)}) {
    packet.append("\x20\x01\x0d\xb8").append(11, '\0').push_back(host);
  }
  packet.append(before);
  packet.push_back(static_cast<char>(part.protocol));
  packet.push_back(0);
  append_u16(packet, part.offset | (part.more ? 1u : 0u));
  append_u16(packet, part.identification >> 16);
  append_u16(packet, part.identification & 0xffff);
  return packet.append(datagram.substr(part.offset, part.length));
}

}  // namespace sipsonde
