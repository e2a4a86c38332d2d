// SPDX-License-Identifier: Apache-2.0
// Any bytes as a HEP packet and as a stream of them: nothing is read beyond them, what was read can be
// written and read again, and a stream brings the same packets however it is cut. The first byte says how.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "hep/hep_packet.h"
#include "hep/hep_stream.h"
#include "hep/hep_transport.h"

namespace sipsonde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_packet(std::string_view bytes) {
  HepPacket packet;
  if (decode_hep(bytes, packet) != HepFault::none) return;
  for (const std::string_view part : {packet.payload, packet.correlation_id, packet.agent_name, packet.key})
    require(lies_within(part, bytes));
  (void)transport_of(packet.ip_protocol, packet.payload);
  if (is_ipv4(packet.source.address) != is_ipv4(packet.destination.address)) return;
  std::string written;
  HepPacket again;
  if (!append_hep(written, packet)) return;
  require(written.size() == hep_size(packet));
  require(decode_hep(written, again) == HepFault::none);
  require(again.payload == packet.payload && again.source == packet.source);
}

std::vector<std::string> packets_of(std::string_view bytes, std::size_t piece) {
  HepStream stream;
  std::vector<std::string> packets;
  while (!bytes.empty()) {
    const auto room = stream.room();
    require(!room.empty());
    const std::size_t count = std::min({bytes.size(), piece, room.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    if (!stream.take(count, [&](std::string_view packet) { packets.emplace_back(packet); })) break;
  }
  return packets;
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  sipsonde::check_packet(bytes);
  sipsonde::require(sipsonde::packets_of(bytes, 1 + data[0]) == sipsonde::packets_of(bytes, 65536));
  return 0;
}
