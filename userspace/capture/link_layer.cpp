// SPDX-License-Identifier: Apache-2.0
#include "capture/link_layer.h"

#include <algorithm>
#include <optional>
#include <string>

#include "capture/byte_order.h"

namespace sipsonde {
namespace {

// LINKTYPE_ values of https://www.tcpdump.org/linktypes.html. Raw IP is 12 or 14 in files that hold the
// DLT_ number of the system that wrote them.
enum : std::uint16_t {
  kNull = 0,
  kEthernet = 1,
  kRawBsd = 12,
  kRawOpenBsd = 14,
  kRaw = 101,
  kLoop = 108,
  kCooked = 113,
  kIpv4 = 228,
  kIpv6 = 229,
  kCooked2 = 276,
};

constexpr std::size_t kEthernetBytes = 14;
constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
constexpr std::uint16_t kEthertypeNone = 0;  // an 802.3 length: no protocol that anyone here reads

const NumberReader kNetworkOrder(std::endian::big);

std::uint16_t ethertype_of_version(FrameBytes bytes) {
  if (bytes.empty()) return kEthertypeNone;
  switch (bytes[0] >> 4) {
    case 4:
      return kEthertypeIpv4;
    case 6:
      return kEthertypeIpv6;
    default:
      return kEthertypeNone;
  }
}

// AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 on Windows, 24, 28 or 30 on the BSDs and macOS.
std::uint16_t ethertype_of_family(std::uint32_t family) {
  switch (family) {
    case 2:
      return kEthertypeIpv4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30:
      return kEthertypeIpv6;
    default:
      return kEthertypeNone;
  }
}

// Null writes the family in the order of the machine that captured, loop in network order: the order that
// gives a small number is right.
std::uint32_t family(FrameBytes bytes) {
  const std::uint32_t big = kNetworkOrder.u32(bytes, 0);
  return big <= 0xffff ? big : NumberReader(std::endian::little).u32(bytes, 0);
}

std::size_t header_bytes(std::uint16_t link_type) {
  switch (link_type) {
    case kNull:
    case kLoop:
      return 4;
    case kCooked:
      return 16;
    case kCooked2:
      return 20;
    default:
      return 0;
  }
}

// nullopt: the link type is unknown. REQUIRES: bytes.size() >= header_bytes(link_type).
std::optional<std::uint16_t> ethertype(std::uint16_t link_type, FrameBytes bytes) {
  switch (link_type) {
    case kNull:
    case kLoop:
      return ethertype_of_family(family(bytes));
    case kCooked:
      return kNetworkOrder.u16(bytes, 14);
    case kCooked2:
      return kNetworkOrder.u16(bytes, 0);
    case kRaw:
    case kRawBsd:
    case kRawOpenBsd:
    case kIpv4:
    case kIpv6:
      return ethertype_of_version(bytes);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<EthernetFrame> LinkLayer::to_ethernet(const Frame& frame) {
  if (frame.link_type == kEthernet) return EthernetFrame{frame.bytes, frame.original_length, frame.interface};

  const std::size_t header = header_bytes(frame.link_type);
  if (frame.bytes.size() < header)
    return EthernetFrame{frame.bytes.first(std::min(frame.bytes.size(), kEthernetBytes - 1)),
                         frame.original_length, frame.interface};
  const std::optional<std::uint16_t> type = ethertype(frame.link_type, frame.bytes);
  if (!type)
    return Error{"link type " + std::to_string(frame.link_type) +
                 " is not supported; capture Ethernet, Linux cooked, raw IP or loopback"};

  const FrameBytes payload = frame.bytes.subspan(header);
  made_.assign(kEthernetBytes, 0);
  made_[12] = static_cast<std::uint8_t>(*type >> 8);
  made_[13] = static_cast<std::uint8_t>(*type & 0xff);
  made_.insert(made_.end(), payload.begin(), payload.end());
  const std::uint64_t length = std::uint64_t{frame.original_length} - header + kEthernetBytes;
  return EthernetFrame{made_, static_cast<std::uint32_t>(std::min<std::uint64_t>(length, UINT32_MAX)),
                       frame.link_type == kCooked2 ? kNetworkOrder.u32(frame.bytes, 4) : frame.interface};
}

}  // namespace sipsonde
