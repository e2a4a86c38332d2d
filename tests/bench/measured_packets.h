// SPDX-License-Identifier: Apache-2.0
// The packets that the kernel benchmark sends, and what each may cost over an empty program.
#pragma once

#include <string>
#include <vector>

#include "variation.h"

namespace sipsonde::bench {

struct MeasuredPacket {
  std::string name;
  std::string frame;
  double budget_ns = 0;  // 0: none is set
  bool emits = false;    // whether it puts a sample into the ring
  Vary vary = {};
};

std::vector<MeasuredPacket> measured_packets();

}  // namespace sipsonde::bench
