// SPDX-License-Identifier: Apache-2.0
// Which way a frame of a capture went: out, when one of the node's own addresses sent it. Of a packet in
// tunnels the one inside counts, as it does in the kernel.
#pragma once

#include <memory>

#include "capture/frame.h"
#include "config/settings.h"

struct text;

namespace sipsonde {

class ReplayDirection {
 public:
  // `settings` outlive it.
  explicit ReplayDirection(const Settings& settings);
  ~ReplayDirection();

  // Of an Ethernet frame; false for all where the settings name no local_networks.
  bool is_egress(FrameBytes frame);

 private:
  const Settings& settings_;
  std::unique_ptr<::text> first_bytes_;
};

}  // namespace sipsonde
