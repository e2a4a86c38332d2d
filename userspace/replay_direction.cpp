// SPDX-License-Identifier: Apache-2.0
#include "replay_direction.h"

#include <algorithm>
#include <cstring>

namespace sipsonde {

bool ReplayDirection::is_egress(FrameBytes frame) {
  if (settings_.local_networks.empty()) return false;
  const packet found = headers_.innermost(frame);
  Address source;
  std::memcpy(source.data(), found.src_addr, source.size());
  return std::ranges::any_of(settings_.local_networks,
                             [&](const Network& network) { return network.contains(source); });
}

}  // namespace sipsonde
