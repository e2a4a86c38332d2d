// SPDX-License-Identifier: Apache-2.0
// Facts that repeat what was on the wire, for sinks that hand it on. They are stated only while one of them
// asks for it (Sink::wishes). Part of fact.h, which says whose the texts are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/endpoint.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// A SIP message byte for byte, put together where it came in parts; retransmissions, too.
struct Message {
  std::uint64_t time_ns = 0;
  std::string_view bytes;
  std::string_view call_id;  // empty: it has none; else it lies within the bytes
  Endpoint source;
  Endpoint destination;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  std::uint16_t vlan_id = 0;  // 0: none
};

// RFC 3550 section 6.4.1; units are those of RTCP.
struct RtcpSender {
  std::uint32_t ntp_seconds = 0;
  std::uint32_t ntp_fraction = 0;
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

struct RtcpBlock {
  std::uint32_t ssrc = 0;  // whom the reporter hears
  std::uint8_t fraction_lost = 0;
  std::int32_t cumulative_lost = 0;
  std::uint32_t extended_highest = 0;
  std::uint32_t jitter = 0;
  std::uint32_t last_report = 0;
  std::uint32_t delay = 0;
};

// RFC 3611 section 4.7.
struct RtcpExtended {
  std::uint32_t ssrc = 0;
  std::uint8_t loss_rate = 0;
  std::uint8_t discard_rate = 0;
  std::uint8_t burst_density = 0;
  std::uint8_t gap_density = 0;
  std::uint16_t burst_duration_ms = 0;
  std::uint16_t gap_duration_ms = 0;
  std::uint16_t round_trip_ms = 0;
  std::uint16_t end_system_delay_ms = 0;
};

// What an end of a call said of its media, where it can be read.
struct RtcpReport {
  std::uint64_t time_ns = 0;
  std::string_view call_id;
  Endpoint source;
  Endpoint destination;
  std::uint32_t ssrc = 0;   // of who reports
  std::uint8_t type = 201;  // 200: a sender report
  std::optional<RtcpSender> sender;
  std::span<const RtcpBlock> blocks;
  std::optional<RtcpExtended> extended;
};

// As for_each_text() of fact.h.
template <typename Visit>
void for_each_text(Message& message, Visit&& visit) {
  for (std::string_view* text : {&message.bytes, &message.call_id}) visit(*text);
}
template <typename Visit>
void for_each_text(RtcpReport& report, Visit&& visit) {
  visit(report.call_id);
}

}  // namespace sipsonde
