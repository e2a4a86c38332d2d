// SPDX-License-Identifier: Apache-2.0
#include "decode/rtcp_extended.h"

#include "decode/network_order.h"
#include "decode/rtcp.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBlockHeader = 4;
constexpr std::uint8_t kReferenceTime = 4;
constexpr std::uint8_t kReferenceEchoes = 5;
constexpr std::uint8_t kStatistics = 6;
constexpr std::uint8_t kVoipMetrics = 7;
constexpr std::uint8_t kUnavailable = 127;

std::size_t size_of_block(std::string_view blocks) {
  return kBlockHeader + std::size_t{4} * u16_at(blocks, 2);
}

void visit_reference_time(std::uint32_t sender, std::string_view block, RtcpVisitor& visitor) {
  if (block.size() != 12) return;
  const std::uint32_t middle = u32_at(block, 4) << 16 | u32_at(block, 8) >> 16;
  visitor.reference_time({.sender = sender, .ntp_middle = middle});
}

void visit_reference_echoes(std::uint32_t sender, std::string_view block, RtcpVisitor& visitor) {
  constexpr std::size_t kEcho = 12;
  if ((block.size() - kBlockHeader) % kEcho != 0) return;
  for (std::size_t at = kBlockHeader; at < block.size(); at += kEcho)
    visitor.reference_echo({.sender = sender,
                            .ssrc = u32_at(block, at),
                            .last_reference = u32_at(block, at + 4),
                            .delay = u32_at(block, at + 8)});
}

void visit_statistics(std::uint32_t sender, std::string_view block, RtcpVisitor& visitor) {
  if (block.size() != 40) return;
  const std::uint8_t flags = byte_at(block, 1);  // L, D, J, then two bits of ToH
  RtcpStatistics statistics;
  statistics.sender = sender;
  statistics.ssrc = u32_at(block, 4);
  statistics.begin_sequence = u16_at(block, 8);
  statistics.end_sequence = u16_at(block, 10);
  if (flags & 0x80) statistics.lost = u32_at(block, 12);
  if (flags & 0x40) statistics.duplicates = u32_at(block, 16);
  if (flags & 0x20)
    statistics.jitter = RtcpStatistics::Jitter{.min = u32_at(block, 20),
                                               .max = u32_at(block, 24),
                                               .mean = u32_at(block, 28),
                                               .deviation = u32_at(block, 32)};
  visitor.statistics(statistics);
}

std::optional<std::uint8_t> in_range(std::uint8_t value, std::uint8_t least, std::uint8_t most) {
  if (value < least || value > most) return std::nullopt;
  return value;
}

std::optional<std::int8_t> level_of(std::uint8_t value) {
  if (value == kUnavailable) return std::nullopt;
  return static_cast<std::int8_t>(value);
}

void visit_voip_metrics(std::uint32_t sender, std::string_view block, RtcpVisitor& visitor) {
  if (block.size() != 36) return;
  const std::uint8_t echo = byte_at(block, 22);
  const std::uint8_t receiver = byte_at(block, 28);
  visitor.voip_metrics({.sender = sender,
                        .ssrc = u32_at(block, 4),
                        .loss_rate = byte_at(block, 8),
                        .discard_rate = byte_at(block, 9),
                        .burst_density = byte_at(block, 10),
                        .gap_density = byte_at(block, 11),
                        .burst_ms = u16_at(block, 12),
                        .gap_ms = u16_at(block, 14),
                        .round_trip_ms = u16_at(block, 16),
                        .end_system_ms = u16_at(block, 18),
                        .signal_dbm = level_of(byte_at(block, 20)),
                        .noise_dbm = level_of(byte_at(block, 21)),
                        .echo_return_loss_db = echo == kUnavailable ? std::nullopt : std::optional(echo),
                        .gap_threshold = byte_at(block, 23),
                        .r_factor = in_range(byte_at(block, 24), 0, 100),
                        .external_r_factor = in_range(byte_at(block, 25), 0, 100),
                        .mos_listening_tenths = in_range(byte_at(block, 26), 10, 50),
                        .mos_conversational_tenths = in_range(byte_at(block, 27), 10, 50),
                        .concealment = static_cast<PacketLossConcealment>(receiver >> 6),
                        .buffer_kind = static_cast<JitterBufferKind>(receiver >> 4 & 3),
                        .buffer_rate = static_cast<std::uint8_t>(receiver & 15),
                        .buffer_nominal_ms = u16_at(block, 30),
                        .buffer_max_ms = u16_at(block, 32),
                        .buffer_absolute_max_ms = u16_at(block, 34)});
}

}  // namespace

bool extended_blocks_fit(std::string_view blocks) {
  while (blocks.size() >= kBlockHeader) {
    const std::size_t size = size_of_block(blocks);
    if (size > blocks.size()) return false;
    blocks.remove_prefix(size);
  }
  return blocks.empty();
}

void walk_extended_blocks(std::uint32_t sender, std::string_view blocks, RtcpVisitor& visitor) {
  while (!blocks.empty()) {
    const std::string_view block = blocks.substr(0, size_of_block(blocks));
    blocks.remove_prefix(block.size());
    switch (byte_at(block, 0)) {
      case kReferenceTime:
        visit_reference_time(sender, block, visitor);
        break;
      case kReferenceEchoes:
        visit_reference_echoes(sender, block, visitor);
        break;
      case kStatistics:
        visit_statistics(sender, block, visitor);
        break;
      case kVoipMetrics:
        visit_voip_metrics(sender, block, visitor);
        break;
      default:
        break;
    }
  }
}

}  // namespace sipsonde
