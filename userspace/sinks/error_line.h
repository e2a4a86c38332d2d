// SPDX-License-Identifier: Apache-2.0
// Says that something fails again and again without filling the log: the first time, then twice a minute with
// the number left out, and once when it works again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace sipsonde {

class ErrorLine {
 public:
  explicit ErrorLine(std::string subject) : subject_(std::move(subject)) {}

  void failed(const Error& error);
  void recovered();  // cheap when nothing had failed

 private:
  std::string subject_;
  bool failing_ = false;
  std::uint64_t unsaid_ = 0;
  std::chrono::steady_clock::time_point said_at_;
};

}  // namespace sipsonde
