// SPDX-License-Identifier: Apache-2.0
// When a receiver went away and when it is back: a line in the log for each, and the pauses in between. One
// that comes and goes does not fill the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "base/result.h"

namespace sipsonde {

class Outage {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kFirstPause{200};
  static constexpr std::chrono::milliseconds kLongestPause{10'000};
  static constexpr std::chrono::milliseconds kLongestAsked{300'000};
  static constexpr std::chrono::seconds kQuiet{30};  // from one line that it is away to the next

  // `subject` is the receiver's name.
  explicit Outage(std::string subject) : subject_(std::move(subject)) {}

  bool is_on() const { return since_.has_value(); }
  // An attempt that failed: how long to wait for the next one. Each pause is up to twice the one before, and
  // a random half of it off, so that what many nodes lost together does not come back together; what the
  // receiver `asked` for outranks that.
  std::chrono::milliseconds failed(const Error& error, std::optional<std::chrono::milliseconds> asked,
                                   Clock::time_point now);
  // An attempt that did not.
  void over(std::uint64_t rows_waiting, Clock::time_point now);

 private:
  void say(const Error& error, Clock::time_point now);

  const std::string subject_;
  std::optional<Clock::time_point> since_;
  std::optional<Clock::time_point> said_at_;
  bool said_ = false;  // that it is away now
  std::uint64_t unsaid_ = 0;
  std::chrono::milliseconds pause_ = kFirstPause;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace sipsonde
