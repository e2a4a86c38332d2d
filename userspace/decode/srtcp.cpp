// SPDX-License-Identifier: Apache-2.0
#include "decode/srtcp.h"

#include "decode/network_order.h"
#include "decode/rtcp_packets.h"

namespace sipsonde {
namespace {

constexpr std::size_t kInTheClear = 8;  // header and sender
constexpr std::size_t kIndex = 4;
constexpr std::size_t kSha1Tag = 10;
constexpr std::size_t kAeadTag = 16;
constexpr std::uint32_t kEncrypted = 0x80000000;

struct Clear {
  std::uint8_t type = 0;
  std::size_t size = 0;  // of the first packet
};

// The header of the first packet, if the datagram has room for it and for a trailer.
std::optional<Clear> clear_part(std::string_view datagram) {
  if (datagram.size() < kInTheClear + kIndex + kSha1Tag) return std::nullopt;
  const std::uint8_t first = byte_at(datagram, 0);
  const std::uint8_t type = byte_at(datagram, 1);
  const std::size_t size = 4 + std::size_t{4} * u16_at(datagram, 2);
  const bool is_compound = type == kRtcpSenderReport || type == kRtcpReceiverReport;
  if (first >> 6 != 2 || type < kRtcpSenderReport || type > kRtcpExtendedReport) return std::nullopt;
  if (is_compound && (first & 0x20)) return std::nullopt;
  if (size < kInTheClear || size + kIndex + kSha1Tag > datagram.size()) return std::nullopt;
  const std::size_t blocks = std::size_t{24} * (first & 31u);
  if (type == kRtcpSenderReport && size < 28 + blocks) return std::nullopt;
  if (type == kRtcpReceiverReport && size < 8 + blocks) return std::nullopt;
  return Clear{type, size};
}

// Whether whole packets fill it to its end; of encrypted ones only the first has a header that makes sense.
bool is_packets(std::string_view bytes) {
  RtcpPacket packet;
  while (!bytes.empty())
    if (take_rtcp_packet(bytes, packet) != RtcpFault::none) return false;
  return true;
}

}  // namespace

std::optional<SrtcpGlance> decode_srtcp(std::string_view datagram) {
  const std::optional<Clear> clear = clear_part(datagram);
  if (!clear) return std::nullopt;
  SrtcpGlance glance{.first_type = clear->type, .sender_ssrc = u32_at(datagram, 4), .readable = {}};
  const std::string_view packets = datagram.substr(0, datagram.size() - kIndex - kSha1Tag);
  const bool encrypted = (u32_at(datagram, packets.size()) & kEncrypted) != 0;
  if (!encrypted && is_packets(packets)) glance.readable = packets;
  return glance;
}

bool looks_like_srtcp(std::string_view datagram) {
  const std::optional<Clear> clear = clear_part(datagram);
  if (!clear || is_packets(datagram)) return false;
  constexpr std::uint16_t kYoung = kEncrypted >> 16;
  if (u16_at(datagram, datagram.size() - kIndex - kSha1Tag) == kYoung) return true;
  return clear->size + kAeadTag + kIndex <= datagram.size() &&
         u16_at(datagram, datagram.size() - kIndex) == kYoung;
}

}  // namespace sipsonde
