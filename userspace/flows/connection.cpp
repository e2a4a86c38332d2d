// SPDX-License-Identifier: Apache-2.0
#include "flows/connection.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/hash.h"

namespace sipsonde {
namespace {

// A stream seen from so far behind a SYN began with it, if its segments came in another order.
constexpr std::uint32_t kBehindSynBytes = 64 << 10;

Endpoint endpoint_of(const __u8 (&address)[16], std::uint16_t port) {
  Endpoint endpoint;
  std::copy(std::begin(address), std::end(address), endpoint.address.begin());
  endpoint.port = port;
  return endpoint;
}

template <typename Number>
char* append(char* at, Number number) {
  std::memcpy(at, &number, sizeof number);
  return at + sizeof number;
}

}  // namespace

ConnectionKey connection_key(const sipsonde_event& head) {
  ConnectionKey key{.lower = endpoint_of(head.src_addr, head.src_port),
                    .higher = endpoint_of(head.dst_addr, head.dst_port),
                    .ifindex = head.ifindex,
                    .vlan_id = head.vlan_id};
  if (key.higher < key.lower) std::swap(key.lower, key.higher);
  return key;
}

unsigned way_of(const sipsonde_event& head) {
  const int order = std::memcmp(head.src_addr, head.dst_addr, sizeof head.src_addr);
  return order > 0 || (order == 0 && head.src_port > head.dst_port) ? 1 : 0;
}

std::uint64_t hash_of(const ConnectionKey& key, std::uint64_t seed) {
  std::array<char, 2 * (sizeof(Address) + sizeof key.lower.port) + sizeof key.ifindex + sizeof key.vlan_id>
      bytes;
  char* at = append(bytes.data(), key.lower.address);
  at = append(at, key.higher.address);
  at = append(at, key.lower.port);
  at = append(at, key.higher.port);
  at = append(at, key.ifindex);
  append(at, key.vlan_id);
  return hash_bytes({bytes.data(), bytes.size()}, seed);
}

bool Connection::has_ended() const {
  bool is_seen = false;
  for (const auto& sights : streams) {
    const auto is_there = [](const auto& stream) { return stream != nullptr; };
    const auto has_fin = [](const auto& stream) { return stream && stream->order.has_fin(); };
    if (std::ranges::none_of(sights, is_there)) continue;
    if (std::ranges::none_of(sights, has_fin)) return false;
    is_seen = true;
  }
  return is_seen;
}

bool Connection::is_another(unsigned way, std::uint32_t sequence) const {
  if (syn_sequence[way]) return *syn_sequence[way] != sequence;
  return std::ranges::any_of(streams[way], [sequence](const auto& stream) {
    return stream && stream->order.next_sequence() - sequence > kBehindSynBytes;
  });
}

}  // namespace sipsonde
