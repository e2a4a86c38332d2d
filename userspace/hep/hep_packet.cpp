// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_packet.h"

#include <algorithm>

#include "decode/network_order.h"
#include "hep/hep_chunks.h"

namespace sipsonde {
namespace {

constexpr std::string_view kMagic = "HEP3";
constexpr std::uint32_t kMicrosecondsASecond = 1'000'000;

// What was found besides the packet's own fields.
struct Found {
  std::uint8_t family = 0;
  bool source = false;
  bool destination = false;
  bool source_port = false;
  bool destination_port = false;
  bool protocol_type = false;
  bool payload = false;
  HepTime time;

  bool complete() const {
    return (family == hep::kFamilyIpv4 || family == hep::kFamilyIpv6) && source && destination &&
           source_port && destination_port && protocol_type && payload;
  }
};

// The size of a chunk's value; 0: any.
std::size_t fixed_size(std::uint16_t type) {
  switch (type) {
    case hep::ip_family:
    case hep::ip_protocol:
    case hep::protocol_type:
      return 1;
    case hep::source_port:
    case hep::destination_port:
    case hep::vlan:
      return 2;
    case hep::ipv4_source:
    case hep::ipv4_destination:
    case hep::seconds:
    case hep::microseconds:
    case hep::capture_id:
      return 4;
    case hep::ipv6_source:
    case hep::ipv6_destination:
      return 16;
    default:
      return 0;
  }
}

Address address_in(std::string_view value) {
  Address address{};
  if (value.size() == 4) address[10] = address[11] = 0xff;  // v4-mapped
  std::transform(value.begin(), value.end(), address.end() - static_cast<std::ptrdiff_t>(value.size()),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return address;
}

// REQUIRES: the value has the size that its type asks for.
void take_value(std::uint16_t type, std::string_view value, HepPacket& packet, Found& found) {
  switch (type) {
    case hep::ip_family:
      found.family = byte_at(value, 0);
      break;
    case hep::ip_protocol:
      packet.ip_protocol = byte_at(value, 0);
      break;
    case hep::ipv4_source:
    case hep::ipv6_source:
      packet.source.address = address_in(value);
      found.source = true;
      break;
    case hep::ipv4_destination:
    case hep::ipv6_destination:
      packet.destination.address = address_in(value);
      found.destination = true;
      break;
    case hep::source_port:
      packet.source.port = u16_at(value, 0);
      found.source_port = true;
      break;
    case hep::destination_port:
      packet.destination.port = u16_at(value, 0);
      found.destination_port = true;
      break;
    case hep::seconds:
      found.time.seconds = u32_at(value, 0);
      break;
    case hep::microseconds:
      found.time.microseconds = u32_at(value, 0);
      break;
    case hep::protocol_type:
      packet.protocol = static_cast<HepProtocol>(byte_at(value, 0));
      found.protocol_type = true;
      break;
    case hep::capture_id:
      packet.capture_id = u32_at(value, 0);
      break;
    case hep::vlan:
      packet.vlan_id = u16_at(value, 0) & 0x0fff;
      break;
    case hep::authentication_key:
      packet.key = value;
      break;
    case hep::payload:
    case hep::compressed_payload:
      packet.payload = value;
      packet.compressed = type == hep::compressed_payload;
      found.payload = true;
      break;
    case hep::correlation_id:
      packet.correlation_id = value;
      break;
    case hep::agent_name:
      packet.agent_name = value;
      break;
    default:
      break;
  }
}

bool take_chunks(std::string_view rest, HepPacket& packet, Found& found) {
  while (!rest.empty()) {
    if (rest.size() < hep::kChunkHeaderBytes) return false;
    const std::size_t length = u16_at(rest, 4);
    if (length < hep::kChunkHeaderBytes || length > rest.size()) return false;
    const std::uint16_t type = u16_at(rest, 2);
    const std::string_view value = rest.substr(hep::kChunkHeaderBytes, length - hep::kChunkHeaderBytes);
    if (u16_at(rest, 0) == hep::kGenericVendor) {
      if (const std::size_t size = fixed_size(type); size != 0 && value.size() != size) return false;
      take_value(type, value, packet, found);
    }
    rest.remove_prefix(length);
  }
  return true;
}

// HEP 1 and 2 begin with their version and the length of their header.
bool is_old_version(std::string_view bytes) {
  return bytes.size() >= 2 && (bytes[0] == 1 || bytes[0] == 2) && byte_at(bytes, 1) >= 8;
}

}  // namespace

HepFault decode_hep(std::string_view bytes, HepPacket& packet) {
  packet = {};
  if (is_old_version(bytes)) return HepFault::old_version;
  if (bytes.size() < kHepHeaderBytes || !bytes.starts_with(kMagic)) return HepFault::not_hep;
  if (u16_at(bytes, 4) != bytes.size()) return HepFault::length;
  Found found;
  if (!take_chunks(bytes.substr(kHepHeaderBytes), packet, found)) return HepFault::chunk;
  if (!found.complete()) return HepFault::incomplete;
  if ((found.time.seconds | found.time.microseconds) != 0 && found.time.microseconds < kMicrosecondsASecond)
    packet.time = found.time;
  return HepFault::none;
}

}  // namespace sipsonde
