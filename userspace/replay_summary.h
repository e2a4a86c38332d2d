// SPDX-License-Identifier: Apache-2.0
// What a replay says on stdout when it is done.
#pragma once

#include <cstdint>
#include <string>

#include "agent.h"
#include "capture/capture_reader.h"

namespace sipsonde {

struct ReplaySummary {
  std::uint64_t packets = 0;
  std::uint64_t requests = 0;
  std::uint64_t responses = 0;
  std::uint64_t retransmissions = 0;
  std::uint64_t malformed = 0;  // by the kernel
  std::uint64_t deferred = 0;
  std::uint64_t fragments = 0;
  std::uint64_t rtp_packets = 0;
  std::uint64_t events = 0;
  std::uint64_t legs = 0;
  std::uint64_t answered = 0;
};

ReplaySummary summarize(Agent& agent, const CaptureReader& reader);

// A few lines for a person, or one JSON value.
void print_summary(const ReplaySummary& summary, bool json);

}  // namespace sipsonde
