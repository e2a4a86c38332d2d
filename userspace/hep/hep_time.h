// SPDX-License-Identifier: Apache-2.0
// A HEP sender's wall clock to the clock on which calls run.
#pragma once

#include <cstdint>
#include <optional>

#include "hep/hep_counts.h"
#include "hep/hep_packet.h"

namespace sipsonde {

// One moment on both clocks. Read together when a packet comes: an offset measured before may be off by what
// the wall clock was set or slewed since.
struct HepArrival {
  std::uint64_t time_ns = 0;  // as hooks stamp it
  std::uint64_t unix_ns = 0;
};

struct HepEventTime {
  std::uint64_t time_ns = 0;  // as hooks stamp it
  std::optional<HepTimeFault> fault;
};

// Timers run on it: a time that is ahead of `now`, or more than five seconds behind, is replaced by it. Up to
// a millisecond ahead is no fault: some senders know milliseconds alone.
HepEventTime event_time_of(const std::optional<HepTime>& sent, const HepArrival& now);

}  // namespace sipsonde
