// SPDX-License-Identifier: Apache-2.0
// Hook time to wall time, at the one place where the wall clock enters.
#pragma once

#include <atomic>
#include <cstdint>

namespace sipsonde {

// Live, hooks stamp CLOCK_MONOTONIC; call logic runs on it and is not disturbed when the wall clock is set.
// Facts carry unix time. In a replay both are the capture's clock.
class Timebase {
 public:
  static Timebase of_this_host();  // measures the offset now
  static Timebase of_capture() { return Timebase(0); }

  Timebase(const Timebase& other) : offset_ns_(other.offset_ns_.load()) {}

  std::uint64_t to_unix_ns(std::uint64_t hook_ns) const {
    return hook_ns + static_cast<std::uint64_t>(offset_ns_.load(std::memory_order_relaxed));
  }

  // Follows a wall clock that was set or slewed; called about once a minute from one thread.
  void measure_again();

 private:
  explicit Timebase(std::int64_t offset_ns) : offset_ns_(offset_ns) {}
  std::atomic<std::int64_t> offset_ns_;
};

std::uint64_t monotonic_ns();
std::uint64_t unix_ns();

}  // namespace sipsonde
