// SPDX-License-Identifier: Apache-2.0
// The packets that an RTCP datagram is made of (RFC 3550 section 6.1), one at a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/rtcp.h"

namespace sipsonde {

struct RtcpPacket {
  std::uint8_t type = 0;
  std::uint8_t count = 0;  // of blocks or sources; a feedback's format
  std::string_view body;   // what follows the four bytes of the header, without padding
};

// Takes the first packet off the datagram. At fault: `packet` may be half filled, and `datagram` is whole but
// for `padding`, where the packet is off.
RtcpFault take_rtcp_packet(std::string_view& datagram, RtcpPacket& packet);

}  // namespace sipsonde
