// SPDX-License-Identifier: Apache-2.0
// The chunks of HEPv3 that this program reads or writes (HEP3 rev. 37, table of generic chunk types).
#pragma once

#include <cstdint>

namespace sipsonde::hep {

enum Chunk : std::uint16_t {
  ip_family = 0x0001,
  ip_protocol = 0x0002,
  ipv4_source = 0x0003,
  ipv4_destination = 0x0004,
  ipv6_source = 0x0005,
  ipv6_destination = 0x0006,
  source_port = 0x0007,
  destination_port = 0x0008,
  seconds = 0x0009,
  microseconds = 0x000a,
  protocol_type = 0x000b,
  capture_id = 0x000c,
  authentication_key = 0x000e,
  payload = 0x000f,
  compressed_payload = 0x0010,
  correlation_id = 0x0011,
  vlan = 0x0012,
  agent_name = 0x0013,
};

inline constexpr std::uint8_t kFamilyIpv4 = 2;
inline constexpr std::uint8_t kFamilyIpv6 = 10;
inline constexpr std::uint16_t kGenericVendor = 0;
inline constexpr std::size_t kChunkHeaderBytes = 6;  // vendor, type, length of all

}  // namespace sipsonde::hep
