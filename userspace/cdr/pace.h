// SPDX-License-Identifier: Apache-2.0
// Keeps what a receiver missed in hours from coming over it in a minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace sipsonde {

// A token bucket that holds a tenth of a second. Its rate is what the receiver takes for enough, but at least
// twice what comes into the store: else the end would never be reached.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  // nullopt: no bound.
  explicit Pace(std::optional<std::uint32_t> rows_a_second) : least_(rows_a_second) {}

  // Once in a while: rows that were written to the store since the last time.
  void note_written(std::uint64_t rows, Clock::time_point now);
  void spend(std::uint64_t rows, Clock::time_point now);
  // How long nothing may be sent; zero: now.
  std::chrono::milliseconds wait(Clock::time_point now) const;

 private:
  double rate() const;  // rows a second

  const std::optional<std::uint32_t> least_;
  double written_ = 0;  // rows a second, smoothed
  std::optional<Clock::time_point> noted_at_;
  double owed_ = 0;  // rows that were sent ahead of the rate
  Clock::time_point owed_at_{};
};

}  // namespace sipsonde
