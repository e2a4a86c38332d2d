// SPDX-License-Identifier: Apache-2.0
// SIP messages as a capture that any analyser opens: nanosecond pcap of raw IP (LINKTYPE_RAW), with headers
// of IP and UDP made up around each message, whatever it came over. Checksums are right, so that nothing
// complains.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/endpoint.h"

namespace sipsonde {

struct PcapMessage {
  std::uint64_t time_ns = 0;  // unix
  Endpoint source;
  Endpoint destination;
  std::string_view bytes;
};

// What a datagram of UDP over IPv4 holds at most; the rest of a longer message is left out, and the record
// says so.
inline constexpr std::size_t kPcapMessageMost = 65'507;

void begin_pcap(std::string& out);
void append_pcap(std::string& out, const PcapMessage& message);

}  // namespace sipsonde
