// SPDX-License-Identifier: Apache-2.0
#include "decode/ip_fragment.h"

#include <cstring>

#include "decode/network_order.h"

namespace sipsonde {
namespace {

// Protocol numbers of IPv6 extension headers (RFC 8200 section 4, RFC 4302).
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;
constexpr std::uint8_t kDestinationOptions = 60;

// Each of them stands there once, destination options twice; more is hostile.
constexpr int kExtensionsMax = 6;

constexpr std::size_t kIpv4HeaderMin = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kFragmentHeader = 8;

Address mapped(std::string_view ipv4) {
  Address address{};
  address[10] = address[11] = 0xff;
  std::memcpy(&address[12], ipv4.data(), 4);
  return address;
}

Address address_of(std::string_view ipv6) {
  Address address;
  std::memcpy(address.data(), ipv6.data(), address.size());
  return address;
}

// Steps over one extension header; false when `next_header` is none or its length does not fit.
bool take_extension(std::string_view& rest, std::uint8_t& next_header) {
  const bool in_eights =
      next_header == kHopByHop || next_header == kRouting || next_header == kDestinationOptions;
  if (!in_eights && next_header != kAuthentication) return false;
  if (rest.size() < 8) return false;
  const std::size_t units = byte_at(rest, 1);
  const std::size_t length = in_eights ? (units + 1) * 8 : (units + 2) * 4;
  if (length > rest.size()) return false;
  next_header = byte_at(rest, 0);
  rest.remove_prefix(length);
  return true;
}

// To the first header that is no extension we know.
void skip_extensions(std::string_view& rest, std::uint8_t& next_header) {
  for (int i = 0; i < kExtensionsMax; ++i) {
    if (!take_extension(rest, next_header)) return;
  }
}

std::optional<IpFragment> checked(const IpFragment& fragment) {
  if (fragment.payload.empty()) return std::nullopt;
  if (fragment.more && fragment.payload.size() % 8 != 0) return std::nullopt;
  if (fragment.offset + fragment.payload.size() > kDatagramMax) return std::nullopt;
  return fragment;
}

std::optional<IpFragment> decode_ipv4(std::string_view packet) {
  if (packet.size() < kIpv4HeaderMin) return std::nullopt;
  const std::size_t header = static_cast<std::size_t>(byte_at(packet, 0) & 0x0f) * 4;
  const std::size_t total = u16_at(packet, 2);
  if (header < kIpv4HeaderMin || total < header || total > packet.size()) return std::nullopt;
  if (byte_at(packet, 9) != kProtocolUdp) return std::nullopt;
  const std::uint16_t flags = u16_at(packet, 6);
  return checked({.source = mapped(packet.substr(12, 4)),
                  .destination = mapped(packet.substr(16, 4)),
                  .identification = u16_at(packet, 4),
                  .protocol = kProtocolUdp,
                  .next_header = kProtocolUdp,
                  .offset = (flags & 0x1fffu) * 8,
                  .more = (flags & 0x2000u) != 0,
                  .payload = packet.substr(header, total - header)});
}

std::optional<IpFragment> decode_ipv6(std::string_view packet) {
  if (packet.size() < kIpv6Header) return std::nullopt;
  const std::size_t length = u16_at(packet, 4);
  if (length > packet.size() - kIpv6Header) return std::nullopt;
  std::string_view rest = packet.substr(kIpv6Header, length);
  std::uint8_t next_header = byte_at(packet, 6);
  skip_extensions(rest, next_header);
  if (next_header != kFragment || rest.size() < kFragmentHeader) return std::nullopt;
  const std::uint16_t flags = u16_at(rest, 2);
  return checked({.source = address_of(packet.substr(8, 16)),
                  .destination = address_of(packet.substr(24, 16)),
                  .identification = u32_at(rest, 4),
                  .protocol = 0,
                  .next_header = byte_at(rest, 0),
                  .offset = flags & 0xfff8u,
                  .more = (flags & 1u) != 0,
                  .payload = rest.substr(kFragmentHeader)});
}

}  // namespace

std::optional<IpFragment> decode_ip_fragment(std::string_view packet) {
  if (packet.empty()) return std::nullopt;
  const unsigned version = byte_at(packet, 0) >> 4;
  if (version == 4) return decode_ipv4(packet);
  if (version == 6) return decode_ipv6(packet);
  return std::nullopt;
}

std::optional<std::string_view> find_udp(std::string_view bytes, std::uint8_t next_header) {
  skip_extensions(bytes, next_header);
  if (next_header != kProtocolUdp) return std::nullopt;
  return bytes;
}

}  // namespace sipsonde
