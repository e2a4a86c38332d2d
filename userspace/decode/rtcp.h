// SPDX-License-Identifier: Apache-2.0
// RTCP as values (RFC 3550 section 6, RFC 4585 section 6, RFC 3611): a compound packet, or one of reduced
// size (RFC 5506), is walked and what it states is given to a visitor. Nothing is allocated. Names of sources
// (SDES) and the data of applications (APP) are not read: they are about persons or of no use here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "decode/rtcp_extended.h"

namespace sipsonde {

// Packet types, RFC 3550 section 12.1, RFC 4585 section 9, RFC 3611 section 2.
inline constexpr std::uint8_t kRtcpSenderReport = 200;
inline constexpr std::uint8_t kRtcpReceiverReport = 201;
inline constexpr std::uint8_t kRtcpSourceDescription = 202;
inline constexpr std::uint8_t kRtcpBye = 203;
inline constexpr std::uint8_t kRtcpApplication = 204;
inline constexpr std::uint8_t kRtcpTransportFeedback = 205;
inline constexpr std::uint8_t kRtcpPayloadFeedback = 206;
inline constexpr std::uint8_t kRtcpExtendedReport = 207;

inline constexpr unsigned kRtcpBlocksMax = 31;  // the count of a packet has five bits

// RFC 3550 section 6.4.1.
struct RtcpSenderInfo {
  std::uint32_t ssrc = 0;
  std::uint32_t ntp_seconds = 0;
  std::uint32_t ntp_fraction = 0;
  std::uint32_t ntp_middle = 0;  // of both: what reports name as LSR
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;  // of payload
};

// RFC 3550 section 6.4.1; of a sender report or of a receiver report.
struct RtcpReportBlock {
  std::uint32_t reporter = 0;        // SSRC of who reports
  std::uint32_t ssrc = 0;            // whom he hears
  std::uint8_t fraction_lost = 0;    // of 256, since his last report
  std::int32_t cumulative_lost = 0;  // 24 bits; negative where duplicates came
  std::uint32_t extended_highest = 0;
  std::uint32_t jitter = 0;       // in units of the stream's clock
  std::uint32_t last_report = 0;  // LSR; 0: he has heard no sender report
  std::uint32_t delay = 0;        // DLSR, 1/65536 s
};

// RFC 4585 section 6.1.
struct RtcpFeedback {
  std::uint8_t type = 0;    // kRtcpTransportFeedback or kRtcpPayloadFeedback
  std::uint8_t format = 0;  // FMT: of transport 1 NACK, 15 transport-wide; of payload 1 PLI, 4 FIR, 15 REMB
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
};

// What is wrong with a datagram that should be RTCP (RFC 3550 A.2).
enum class RtcpFault : std::uint8_t {
  none,
  too_short,
  version,  // not 2, or a type outside 192-223 (RFC 5761 section 4)
  length,   // packets do not add up to the datagram
  padding,  // of another packet than the last, or more of it than there is
  count,    // more blocks, or sources, than the packet holds
};

// Overrides say what the caller wants to know. Called in the order of the datagram.
class RtcpVisitor {
 public:
  virtual ~RtcpVisitor() = default;
  virtual void sender_info(const RtcpSenderInfo&) {}
  virtual void report_block(const RtcpReportBlock&) {}
  virtual void bye(std::span<const std::uint32_t> /*sources*/) {}
  virtual void feedback(const RtcpFeedback&) {}
  virtual void reference_time(const RtcpReferenceTime&) {}
  virtual void reference_echo(const RtcpReferenceEcho&) {}
  virtual void statistics(const RtcpStatistics&) {}
  virtual void voip_metrics(const RtcpVoipMetrics&) {}
};

struct RtcpWalk {
  RtcpFault fault = RtcpFault::none;
  unsigned packets = 0;           // whole ones
  std::uint8_t first_type = 0;    // 0: not even one header could be read
  std::uint32_t sender_ssrc = 0;  // of the first packet; 0 when it has none
  bool reduced_size = false;      // RFC 5506: begins with neither SR nor RR
  bool cut = false;               // by the capture: what came after is unknown
};

// Visits nothing of a datagram at fault. `truncated`: the capture cut it; then whole packets are visited.
RtcpWalk walk_rtcp(std::string_view datagram, bool truncated, RtcpVisitor& visitor);

}  // namespace sipsonde
