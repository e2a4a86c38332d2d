// SPDX-License-Identifier: Apache-2.0
// One IP packet taken for a part of a datagram: IPv4 (RFC 791 section 3.1) and IPv6 with a fragment header
// (RFC 8200 section 4.5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/endpoint.h"

namespace sipsonde {

inline constexpr std::uint32_t kDatagramMax = 65535;
inline constexpr std::uint8_t kProtocolUdp = 17;

struct IpFragment {
  Address source{};
  Address destination{};
  std::uint32_t identification = 0;
  std::uint8_t protocol = 0;     // part of what identifies the datagram; 0 for IPv6, where it may differ
  std::uint8_t next_header = 0;  // what the payload begins with; true of the part at offset 0
  std::uint32_t offset = 0;      // in bytes
  bool more = false;             // parts follow
  std::string_view payload;      // into the packet
};

// `packet` begins at the IP header. An unfragmented IPv4 packet is a datagram of one part, like an atomic
// IPv6 fragment (RFC 6946). nullopt: another protocol than UDP, a length that does not fit the bytes, a part
// but the last that is no multiple of eight, an empty part, or one past 65535 bytes.
std::optional<IpFragment> decode_ip_fragment(std::string_view packet);

// The UDP header and what follows, behind the extension headers that `next_header` announces; nullopt when
// they do not lead to UDP.
std::optional<std::string_view> find_udp(std::string_view bytes, std::uint8_t next_header);

}  // namespace sipsonde
