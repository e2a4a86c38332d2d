// SPDX-License-Identifier: Apache-2.0
// A HEP sender's wall clock to the clock on which calls run.
#pragma once

#include <cstdint>
#include <optional>

#include "base/timebase.h"
#include "hep/hep_counts.h"
#include "hep/hep_packet.h"

namespace sipsonde {

struct HepEventTime {
  std::uint64_t time_ns = 0;  // as hooks stamp it
  std::optional<HepTimeFault> fault;
};

// Timers run on it: a time that is ahead of `now_ns`, or more than five seconds behind, is replaced by
// `now_ns`. Up to a millisecond ahead is no fault: two clocks of one host may disagree by that, and some
// senders know milliseconds alone.
HepEventTime event_time_of(const std::optional<HepTime>& sent, std::uint64_t now_ns,
                           const Timebase& timebase);

}  // namespace sipsonde
