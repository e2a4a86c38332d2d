// SPDX-License-Identifier: Apache-2.0
// Says that something fails again and again without filling the log: the first time, then at most twice a
// minute with the number left out, and once when it works again. What comes and goes is said as seldom.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace sipsonde {

class ErrorLine {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ErrorLine(std::string subject) : subject_(std::move(subject)) {}

  void failed(const Error& error, Clock::time_point now = Clock::now());
  void recovered();  // cheap when nothing had failed

 private:
  std::string subject_;
  bool said_ = false;  // that it fails now
  std::uint64_t unsaid_ = 0;
  std::optional<Clock::time_point> said_at_;
};

}  // namespace sipsonde
