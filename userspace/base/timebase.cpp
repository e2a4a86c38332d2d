// SPDX-License-Identifier: Apache-2.0
#include "base/timebase.h"

#include <ctime>

namespace sipsonde {
namespace {

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// The tightest of a few readings: a preemption between the two clocks would be an error of its length.
std::int64_t wall_minus_monotonic() {
  std::int64_t best_offset = 0;
  std::int64_t best_gap = INT64_MAX;
  for (int round = 0; round < 5; ++round) {
    const std::int64_t before = nanoseconds_of(CLOCK_MONOTONIC);
    const std::int64_t wall = nanoseconds_of(CLOCK_REALTIME);
    const std::int64_t gap = nanoseconds_of(CLOCK_MONOTONIC) - before;
    if (gap < best_gap) {
      best_gap = gap;
      best_offset = wall - before - gap / 2;
    }
  }
  return best_offset;
}

}  // namespace

Timebase Timebase::of_this_host() {
  return Timebase(wall_minus_monotonic());
}

void Timebase::measure_again() {
  offset_ns_.store(wall_minus_monotonic(), std::memory_order_relaxed);
}

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(nanoseconds_of(CLOCK_MONOTONIC));
}

std::uint64_t unix_ns() {
  return static_cast<std::uint64_t>(nanoseconds_of(CLOCK_REALTIME));
}

}  // namespace sipsonde
