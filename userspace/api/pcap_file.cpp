// SPDX-License-Identifier: Apache-2.0
#include "api/pcap_file.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kMagicNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kSnapshotMost = 262'144;
constexpr std::uint32_t kLinkTypeRaw = 101;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kHopLimit = 64;

// The file's own numbers, in the order of bytes that its magic number tells.
void put32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}
void put16(std::string& out, std::uint16_t value) {
  for (int shift = 0; shift < 16; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}

// Numbers in packets.
void net16(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value >> 8 & 0xff));
  out.push_back(static_cast<char>(value & 0xff));
}

void append_address(std::string& out, const Address& address, std::size_t from) {
  out.append(reinterpret_cast<const char*>(address.data()) + from, address.size() - from);
}

// RFC 1071; bytes of an odd end count as if a zero followed.
std::uint32_t sum_of(std::string_view bytes, std::uint32_t sum = 0) {
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    const auto high = static_cast<std::uint8_t>(bytes[at]);
    const auto low = at + 1 < bytes.size() ? static_cast<std::uint8_t>(bytes[at + 1]) : std::uint8_t{0};
    sum += static_cast<std::uint32_t>(high << 8 | low);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}
std::uint16_t checksum_of(std::uint32_t sum) {
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

void place16(std::string& out, std::size_t at, std::uint16_t value) {
  out[at] = static_cast<char>(value >> 8);
  out[at + 1] = static_cast<char>(value & 0xff);
}

void append_ipv4(std::string& out, const PcapMessage& message, std::size_t udp_length) {
  const std::size_t start = out.size();
  out.append("\x45\x00", 2);
  net16(out, kIpv4Header + udp_length);
  net16(out, 0);       // identification
  net16(out, 0x4000);  // do not fragment
  out.push_back(static_cast<char>(kHopLimit));
  out.push_back(static_cast<char>(kUdp));
  net16(out, 0);
  append_address(out, message.source.address, 12);
  append_address(out, message.destination.address, 12);
  place16(out, start + 10, checksum_of(sum_of(std::string_view(out).substr(start))));
}

void append_ipv6(std::string& out, const PcapMessage& message, std::size_t udp_length) {
  out.append("\x60\x00\x00\x00", 4);
  net16(out, udp_length);
  out.push_back(static_cast<char>(kUdp));
  out.push_back(static_cast<char>(kHopLimit));
  append_address(out, message.source.address, 0);
  append_address(out, message.destination.address, 0);
}

// `addresses`: where those of the IP header begin, which the checksum covers (RFC 768, RFC 8200 section 8.1).
void append_udp(std::string& out, const PcapMessage& message, std::string_view payload,
                std::size_t addresses) {
  const std::size_t start = out.size();
  const std::size_t length = kUdpHeader + payload.size();
  net16(out, message.source.port);
  net16(out, message.destination.port);
  net16(out, length);
  net16(out, 0);
  out.append(payload);
  std::uint32_t sum = sum_of(std::string_view(out).substr(addresses));
  sum = sum_of({}, sum + kUdp + static_cast<std::uint32_t>(length));
  sum = (sum & 0xffff) + (sum >> 16);
  const std::uint16_t checksum = checksum_of(sum);
  place16(out, start + 6, checksum == 0 ? 0xffff : checksum);
}

}  // namespace

void begin_pcap(std::string& out) {
  put32(out, kMagicNanoseconds);
  put16(out, 2);  // version 2.4
  put16(out, 4);
  put32(out, 0);  // offset and accuracy of the clock
  put32(out, 0);
  put32(out, kSnapshotMost);
  put32(out, kLinkTypeRaw);
}

void append_pcap(std::string& out, const PcapMessage& message) {
  const std::string_view payload = message.bytes.substr(0, kPcapMessageMost);
  const bool ipv4 = is_ipv4(message.source.address) && is_ipv4(message.destination.address);
  const std::size_t headers = (ipv4 ? kIpv4Header : kIpv6Header) + kUdpHeader;
  put32(out, static_cast<std::uint32_t>(message.time_ns / 1'000'000'000));
  put32(out, static_cast<std::uint32_t>(message.time_ns % 1'000'000'000));
  put32(out, static_cast<std::uint32_t>(headers + payload.size()));
  put32(out, static_cast<std::uint32_t>(headers + message.bytes.size()));
  const std::size_t start = out.size();
  if (ipv4)
    append_ipv4(out, message, kUdpHeader + payload.size());
  else
    append_ipv6(out, message, kUdpHeader + payload.size());
  append_udp(out, message, payload, start + (ipv4 ? 12 : 8));
}

}  // namespace sipsonde
