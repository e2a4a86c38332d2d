// SPDX-License-Identifier: Apache-2.0
// The blocks of an RTCP extended report (RFC 3611 section 4) that say how media arrived.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

class RtcpVisitor;

// RFC 3611 section 4.4 (RRTR): the clock of one who sends no media, for others to name.
struct RtcpReferenceTime {
  std::uint32_t sender = 0;
  std::uint32_t ntp_middle = 0;
};

// One of the sub-blocks of section 4.5 (DLRR): the answer to a reference time.
struct RtcpReferenceEcho {
  std::uint32_t sender = 0;          // of this packet
  std::uint32_t ssrc = 0;            // whose reference time it is
  std::uint32_t last_reference = 0;  // LRR; 0: none was heard
  std::uint32_t delay = 0;           // 1/65536 s
};

// Section 4.6; what its flags do not vouch for is nullopt.
struct RtcpStatistics {
  std::uint32_t sender = 0;
  std::uint32_t ssrc = 0;
  std::uint16_t begin_sequence = 0;
  std::uint16_t end_sequence = 0;  // one behind the last
  std::optional<std::uint32_t> lost;
  std::optional<std::uint32_t> duplicates;
  struct Jitter {
    std::uint32_t min = 0, max = 0, mean = 0, deviation = 0;  // in units of the stream's clock
  };
  std::optional<Jitter> jitter;
};

enum class PacketLossConcealment : std::uint8_t { unspecified, disabled, enhanced, standard };
enum class JitterBufferKind : std::uint8_t { unknown, reserved, fixed, adaptive };

// Section 4.7. 127 ("unavailable") and what is outside the range that its field has there are nullopt.
struct RtcpVoipMetrics {
  std::uint32_t sender = 0;
  std::uint32_t ssrc = 0;
  std::uint8_t loss_rate = 0;      // of 256, before the jitter buffer
  std::uint8_t discard_rate = 0;   // of 256, too late or too early for it
  std::uint8_t burst_density = 0;  // of 256
  std::uint8_t gap_density = 0;
  std::uint16_t burst_ms = 0;
  std::uint16_t gap_ms = 0;
  std::uint16_t round_trip_ms = 0;
  std::uint16_t end_system_ms = 0;
  std::optional<std::int8_t> signal_dbm;
  std::optional<std::int8_t> noise_dbm;
  std::optional<std::uint8_t> echo_return_loss_db;
  std::uint8_t gap_threshold = 0;  // Gmin
  std::optional<std::uint8_t> r_factor;
  std::optional<std::uint8_t> external_r_factor;
  std::optional<std::uint8_t> mos_listening_tenths;       // MOS-LQ, 10 to 50
  std::optional<std::uint8_t> mos_conversational_tenths;  // MOS-CQ
  PacketLossConcealment concealment = PacketLossConcealment::unspecified;
  JitterBufferKind buffer_kind = JitterBufferKind::unknown;
  std::uint8_t buffer_rate = 0;  // how fast it adapts, 0 to 15
  std::uint16_t buffer_nominal_ms = 0;
  std::uint16_t buffer_max_ms = 0;
  std::uint16_t buffer_absolute_max_ms = 0;
};

// `blocks`: what follows the sender's SSRC. Whether they fill it exactly.
bool extended_blocks_fit(std::string_view blocks);

// Visits the blocks named above; others, and those whose length is not theirs, are passed over.
// REQUIRES: extended_blocks_fit(blocks).
void walk_extended_blocks(std::uint32_t sender, std::string_view blocks, RtcpVisitor& visitor);

}  // namespace sipsonde
