// SPDX-License-Identifier: Apache-2.0
#include "replay_direction.h"

#include <algorithm>
#include <cstring>

#include "parse/tunnel.h"

namespace sipsonde {
namespace {

// The innermost packet that is proven, by the kernel's own parser.
packet innermost(::text& first_bytes, FrameBytes frame, std::uint32_t tunnels) {
  packet found{}, room{};
  tunnel_walk walk;
  const std::size_t length = std::min<std::size_t>(frame.size(), HEADERS_MAX);
  std::memcpy(first_bytes.bytes, frame.data(), length);
  begin_walk(&walk, static_cast<__u32>(length));
  int more = take_inner(&first_bytes, &walk, &found, &room);
  for (int depth = 0; depth < SIPSONDE_TUNNELS_DEEP && more && tunnels; ++depth)
    more =
        take_tunnel(&first_bytes, &walk, &found, tunnels) && take_inner(&first_bytes, &walk, &found, &room);
  return found;
}

}  // namespace

ReplayDirection::ReplayDirection(const Settings& settings) : settings_(settings) {
  if (!settings_.local_networks.empty()) first_bytes_ = std::make_unique<::text>();
}

ReplayDirection::~ReplayDirection() = default;

bool ReplayDirection::is_egress(FrameBytes frame) {
  if (!first_bytes_) return false;
  const packet found = innermost(*first_bytes_, frame, settings_.tunnels);
  Address source;
  std::memcpy(source.data(), found.src_addr, source.size());
  return std::ranges::any_of(settings_.local_networks,
                             [&](const Network& network) { return network.contains(source); });
}

}  // namespace sipsonde
