// SPDX-License-Identifier: Apache-2.0
// What the kernel's own parser says of a frame of a capture: the innermost packet that is proven.
#pragma once

#include <cstdint>
#include <memory>

#include "capture/frame.h"
#include "parse/packet.h"

struct text;

namespace sipsonde {

class ReplayHeaders {
 public:
  // `tunnels`: those that are looked into, as in the settings.
  explicit ReplayHeaders(std::uint32_t tunnels);
  ~ReplayHeaders();

  packet innermost(FrameBytes frame);

 private:
  const std::uint32_t tunnels_;
  std::unique_ptr<::text> first_bytes_;
};

}  // namespace sipsonde
