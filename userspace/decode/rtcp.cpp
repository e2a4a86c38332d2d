// SPDX-License-Identifier: Apache-2.0
#include "decode/rtcp.h"

#include <array>

#include "decode/network_order.h"
#include "decode/rtcp_packets.h"

namespace sipsonde {
namespace {

constexpr std::size_t kSource = 4;
constexpr std::size_t kSenderInfo = 20;
constexpr std::size_t kReportBlock = 24;

// RFC 3550 section 6.4.1: two's complement of 24 bits.
std::int32_t signed_24(std::uint32_t value) {
  return static_cast<std::int32_t>(value << 8) >> 8;
}

// What the type and the count of a packet ask of its body.
bool holds_its_count(const RtcpPacket& packet) {
  const std::size_t size = packet.body.size();
  switch (packet.type) {
    case kRtcpSenderReport:
      return size >= kSource + kSenderInfo + kReportBlock * packet.count;
    case kRtcpReceiverReport:
      return size >= kSource + kReportBlock * packet.count;
    case kRtcpBye:
      return size >= kSource * packet.count;
    case kRtcpApplication:
    case kRtcpTransportFeedback:
    case kRtcpPayloadFeedback:
      return size >= 2 * kSource;
    case kRtcpExtendedReport:
      return size >= kSource && extended_blocks_fit(packet.body.substr(kSource));
    default:
      return true;
  }
}

void visit_reports(const RtcpPacket& packet, std::size_t at, RtcpVisitor& visitor) {
  const std::string_view body = packet.body;
  for (unsigned i = 0; i < packet.count; ++i, at += kReportBlock)
    visitor.report_block({.reporter = u32_at(body, 0),
                          .ssrc = u32_at(body, at),
                          .fraction_lost = byte_at(body, at + 4),
                          .cumulative_lost = signed_24(u32_at(body, at + 4)),
                          .extended_highest = u32_at(body, at + 8),
                          .jitter = u32_at(body, at + 12),
                          .last_report = u32_at(body, at + 16),
                          .delay = u32_at(body, at + 20)});
}

void visit_sender_report(const RtcpPacket& packet, RtcpVisitor& visitor) {
  const std::string_view body = packet.body;
  visitor.sender_info({.ssrc = u32_at(body, 0),
                       .ntp_seconds = u32_at(body, 4),
                       .ntp_fraction = u32_at(body, 8),
                       .ntp_middle = u32_at(body, 4) << 16 | u32_at(body, 8) >> 16,
                       .rtp_timestamp = u32_at(body, 12),
                       .packets = u32_at(body, 16),
                       .octets = u32_at(body, 20)});
  visit_reports(packet, kSource + kSenderInfo, visitor);
}

void visit_bye(const RtcpPacket& packet, RtcpVisitor& visitor) {
  std::array<std::uint32_t, kRtcpBlocksMax> sources;
  for (unsigned i = 0; i < packet.count; ++i) sources[i] = u32_at(packet.body, kSource * i);
  visitor.bye(std::span(sources).first(packet.count));
}

void visit(const RtcpPacket& packet, RtcpVisitor& visitor) {
  const std::string_view body = packet.body;
  switch (packet.type) {
    case kRtcpSenderReport:
      return visit_sender_report(packet, visitor);
    case kRtcpReceiverReport:
      return visit_reports(packet, kSource, visitor);
    case kRtcpBye:
      return visit_bye(packet, visitor);
    case kRtcpTransportFeedback:
    case kRtcpPayloadFeedback:
      return visitor.feedback(
          {.type = packet.type, .format = packet.count, .sender = u32_at(body, 0), .media = u32_at(body, 4)});
    case kRtcpExtendedReport:
      return walk_extended_blocks(u32_at(body, 0), body.substr(kSource), visitor);
    default:
      return;
  }
}

// Whether all of it holds, before anything of it is believed.
RtcpWalk judge(std::string_view datagram, bool truncated) {
  RtcpWalk walk;
  if (datagram.empty() && !truncated) walk.fault = RtcpFault::too_short;
  for (RtcpPacket packet; !datagram.empty(); ++walk.packets) {
    const RtcpFault fault = take_rtcp_packet(datagram, packet);
    const bool past_the_cut = truncated && (fault == RtcpFault::too_short || fault == RtcpFault::length);
    if (past_the_cut) break;
    walk.fault = fault;
    if (fault == RtcpFault::none && !holds_its_count(packet)) walk.fault = RtcpFault::count;
    if (walk.fault != RtcpFault::none) break;
    if (walk.packets > 0) continue;
    walk.first_type = packet.type;
    walk.reduced_size = packet.type != kRtcpSenderReport && packet.type != kRtcpReceiverReport;
    if (packet.body.size() >= kSource) walk.sender_ssrc = u32_at(packet.body, 0);
  }
  walk.cut = truncated && walk.fault == RtcpFault::none;
  return walk;
}

}  // namespace

RtcpFault take_rtcp_packet(std::string_view& datagram, RtcpPacket& packet) {
  constexpr std::size_t kHeader = 4;
  if (datagram.size() < kHeader) return RtcpFault::too_short;
  const std::uint8_t first = byte_at(datagram, 0);
  packet.type = byte_at(datagram, 1);
  if (first >> 6 != 2 || packet.type < 192 || packet.type > 223) return RtcpFault::version;
  packet.count = first & 31;
  const std::size_t size = kHeader + std::size_t{4} * u16_at(datagram, 2);
  if (size > datagram.size()) return RtcpFault::length;
  packet.body = datagram.substr(kHeader, size - kHeader);
  datagram.remove_prefix(size);
  if (!(first & 0x20)) return RtcpFault::none;

  // RFC 3550 section 6.4.1: only the last may be padded, to whole words; the count includes itself.
  if (!datagram.empty() || packet.body.empty()) return RtcpFault::padding;
  const std::uint8_t padding = byte_at(packet.body, packet.body.size() - 1);
  if (padding == 0 || padding % 4 != 0 || padding > packet.body.size()) return RtcpFault::padding;
  packet.body.remove_suffix(padding);
  return RtcpFault::none;
}

RtcpWalk walk_rtcp(std::string_view datagram, bool truncated, RtcpVisitor& visitor) {
  const RtcpWalk walk = judge(datagram, truncated);
  if (walk.fault != RtcpFault::none) return walk;
  RtcpPacket packet;
  for (unsigned i = 0; i < walk.packets; ++i) {
    (void)take_rtcp_packet(datagram, packet);  // judged already
    visit(packet, visitor);
  }
  return walk;
}

}  // namespace sipsonde
