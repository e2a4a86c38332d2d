// SPDX-License-Identifier: Apache-2.0
// A HEPv3 packet: what somebody saw on a network, or says about it, in chunks (HEP3 rev. 37). Views into the
// bytes it was decoded from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.h"

namespace sipsonde {

inline constexpr std::size_t kHepHeaderBytes = 6;  // "HEP3" and the length of all
inline constexpr std::size_t kHepPacketMax = 65535;

// Chunk 0x000b. Others are known by their number alone.
enum class HepProtocol : std::uint8_t { none = 0, sip = 1, rtcp_json = 5, mos_report = 35 };

struct HepTime {
  std::uint32_t seconds = 0;  // unix
  std::uint32_t microseconds = 0;
};

struct HepPacket {
  std::uint8_t ip_protocol = 0;  // 6, 17, 132; some senders say 22 or 50 for what has no number of its own
  Endpoint source;
  Endpoint destination;
  std::optional<HepTime> time;  // absent, too, when both parts are 0
  HepProtocol protocol = HepProtocol::none;
  std::uint32_t capture_id = 0;
  std::uint16_t vlan_id = 0;
  bool compressed = false;
  std::string_view payload;
  std::string_view correlation_id;  // a Call-ID, by custom
  std::string_view agent_name;
  std::string_view key;
};

// `old_version`: HEP 1 or 2. `incomplete`: family, an address, a port, protocol type or payload is not there.
enum class HepFault : std::uint8_t { none, not_hep, old_version, length, chunk, incomplete };

// `bytes` are one datagram, or one packet cut out of a stream. Chunks of unknown vendors and types are
// skipped; of a chunk that comes twice the last one counts. A fixed-size chunk of another size is a fault of
// the whole.
HepFault decode_hep(std::string_view bytes, HepPacket& packet);

// Bytes that `packet` takes on the wire; may be more than kHepPacketMax.
std::size_t hep_size(const HepPacket& packet);

// Appends all of the packet but its payload, which is to follow and has `payload_bytes`. REQUIRES: that both
// fit a packet.
void append_hep_head(std::string& out, const HepPacket& packet, std::size_t payload_bytes);

// Appends the packet, every chunk under vendor 0. False, and nothing appended, when it is larger than a
// packet can be. A name or key that is empty makes no chunk.
bool append_hep(std::string& out, const HepPacket& packet);

}  // namespace sipsonde
