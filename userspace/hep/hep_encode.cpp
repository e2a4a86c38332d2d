// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_chunks.h"
#include "hep/hep_packet.h"

namespace sipsonde {
namespace {

// Family, protocol, two ports, two parts of the time, protocol type and capture id: their headers and values.
constexpr std::size_t kFixedBytes = 8 * hep::kChunkHeaderBytes + 1 + 1 + 2 + 2 + 4 + 4 + 1 + 4;

std::size_t address_bytes(const Endpoint& endpoint) {
  return is_ipv4(endpoint.address) ? 4 : 16;
}

std::size_t size_of_text(std::string_view text) {
  return text.empty() ? 0 : hep::kChunkHeaderBytes + text.size();
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void number(std::uint64_t value, std::size_t bytes) {
    for (std::size_t left = bytes; left > 0; --left)
      out_.push_back(static_cast<char>(value >> (8 * (left - 1))));
  }
  void chunk(hep::Chunk type, std::size_t value_bytes) {
    number(hep::kGenericVendor, 2);
    number(type, 2);
    number(hep::kChunkHeaderBytes + value_bytes, 2);
  }
  void number_chunk(hep::Chunk type, std::uint64_t value, std::size_t bytes) {
    chunk(type, bytes);
    number(value, bytes);
  }
  void text_chunk(hep::Chunk type, std::string_view text) {
    chunk(type, text.size());
    out_.append(text);
  }
  void address_chunk(hep::Chunk ipv4, hep::Chunk ipv6, const Address& address, bool as_ipv4) {
    const std::string_view bytes(reinterpret_cast<const char*>(address.data()), address.size());
    text_chunk(as_ipv4 ? ipv4 : ipv6, as_ipv4 ? bytes.substr(12) : bytes);
  }

 private:
  std::string& out_;
};

}  // namespace

std::size_t hep_size(const HepPacket& packet) {
  const std::size_t vlan = packet.vlan_id ? hep::kChunkHeaderBytes + 2 : 0;
  return kHepHeaderBytes + kFixedBytes + vlan + 2 * hep::kChunkHeaderBytes +
         2 * address_bytes(packet.source) + size_of_text(packet.key) + size_of_text(packet.correlation_id) +
         size_of_text(packet.agent_name) + hep::kChunkHeaderBytes + packet.payload.size();
}

bool append_hep(std::string& out, const HepPacket& packet) {
  if (hep_size(packet) > kHepPacketMax) return false;
  append_hep_head(out, packet, packet.payload.size());
  out.append(packet.payload);
  return true;
}

void append_hep_head(std::string& out, const HepPacket& packet, std::size_t payload_bytes) {
  const std::size_t size = hep_size(packet) - packet.payload.size() + payload_bytes;
  const bool ipv4 = is_ipv4(packet.source.address);
  const HepTime time = packet.time.value_or(HepTime{});
  Writer to(out);
  out.append("HEP3");
  to.number(size, 2);
  to.number_chunk(hep::ip_family, ipv4 ? hep::kFamilyIpv4 : hep::kFamilyIpv6, 1);
  to.number_chunk(hep::ip_protocol, packet.ip_protocol, 1);
  to.address_chunk(hep::ipv4_source, hep::ipv6_source, packet.source.address, ipv4);
  to.address_chunk(hep::ipv4_destination, hep::ipv6_destination, packet.destination.address, ipv4);
  to.number_chunk(hep::source_port, packet.source.port, 2);
  to.number_chunk(hep::destination_port, packet.destination.port, 2);
  to.number_chunk(hep::seconds, time.seconds, 4);
  to.number_chunk(hep::microseconds, time.microseconds, 4);
  to.number_chunk(hep::protocol_type, static_cast<std::uint8_t>(packet.protocol), 1);
  to.number_chunk(hep::capture_id, packet.capture_id, 4);
  if (packet.vlan_id) to.number_chunk(hep::vlan, packet.vlan_id, 2);
  if (!packet.key.empty()) to.text_chunk(hep::authentication_key, packet.key);
  if (!packet.correlation_id.empty()) to.text_chunk(hep::correlation_id, packet.correlation_id);
  if (!packet.agent_name.empty()) to.text_chunk(hep::agent_name, packet.agent_name);
  to.chunk(hep::payload, payload_bytes);
}

}  // namespace sipsonde
