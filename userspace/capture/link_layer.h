// SPDX-License-Identifier: Apache-2.0
// Makes an Ethernet frame out of what a capture was taken with: the kernel programs read nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "capture/frame.h"

namespace sipsonde {

struct EthernetFrame {
  FrameBytes bytes;                   // valid until the frame's own bytes or the LinkLayer change
  std::uint32_t original_length = 0;  // on the wire, counted with an Ethernet header
  std::uint32_t interface = 0;        // Linux cooked v2 tells the real one for each frame; else the file's
};

class LinkLayer {
 public:
  // Ethernet passes as it is, without a copy. Linux cooked (v1, v2), raw IP and BSD loopback get a header of
  // 14 bytes with zero addresses and the ethertype they name; VLAN tags stay. A frame shorter than its own
  // link header gives what there is, less than an Ethernet header. An unknown link type is an error.
  Result<EthernetFrame> to_ethernet(const Frame& frame);

 private:
  std::vector<std::uint8_t> made_;
};

}  // namespace sipsonde
