// SPDX-License-Identifier: Apache-2.0
#include "replay_headers.h"

#include <algorithm>
#include <cstring>

#include "parse/tunnel.h"

namespace sipsonde {

ReplayHeaders::ReplayHeaders(std::uint32_t tunnels)
    : tunnels_(tunnels), first_bytes_(std::make_unique<::text>()) {}

ReplayHeaders::~ReplayHeaders() = default;

packet ReplayHeaders::innermost(FrameBytes frame) {
  packet found{}, room{};
  tunnel_walk walk;
  const std::size_t length = std::min<std::size_t>(frame.size(), HEADERS_MAX);
  std::memcpy(first_bytes_->bytes, frame.data(), length);
  begin_walk(&walk, static_cast<__u32>(length));
  int more = take_inner(first_bytes_.get(), &walk, &found, &room);
  for (int depth = 0; depth < SIPSONDE_TUNNELS_DEEP && more && tunnels_; ++depth)
    more = take_tunnel(first_bytes_.get(), &walk, &found, tunnels_) &&
           take_inner(first_bytes_.get(), &walk, &found, &room);
  return found;
}

}  // namespace sipsonde
