// SPDX-License-Identifier: Apache-2.0
// Which way a frame of a capture went: out, when one of the node's own addresses sent it. Of a packet in
// tunnels the one inside counts, as it does in the kernel.
#pragma once

#include "config/settings.h"
#include "replay_headers.h"

namespace sipsonde {

class ReplayDirection {
 public:
  // `settings` outlive it.
  explicit ReplayDirection(const Settings& settings) : settings_(settings), headers_(settings.tunnels) {}

  // Of an Ethernet frame; false for all where the settings name no local_networks.
  bool is_egress(FrameBytes frame);

 private:
  const Settings& settings_;
  ReplayHeaders headers_;
};

}  // namespace sipsonde
