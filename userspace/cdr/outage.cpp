// SPDX-License-Identifier: Apache-2.0
#include "cdr/outage.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace sipsonde {

using std::chrono::milliseconds;

milliseconds Outage::failed(const Error& error, std::optional<milliseconds> asked, Clock::time_point now) {
  if (!since_) since_ = now;
  say(error, now);
  const milliseconds pause = pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
  if (asked) return std::clamp(*asked, kFirstPause, kLongestAsked);
  return pause / 2 + pause * static_cast<int>(random_() % 512) / 1024;
}

void Outage::say(const Error& error, Clock::time_point now) {
  if (said_ || (said_at_ && now - *said_at_ < kQuiet)) {
    ++unsaid_;
    spdlog::debug("{}: {}", subject_, error.message);
    return;
  }
  if (unsaid_ > 0)
    spdlog::error(
        "{}: {}; trying again, rows wait in the store; it came and went, {} failures since the last line",
        subject_, error.message, unsaid_);
  else
    spdlog::error("{}: {}; trying again, rows wait in the store", subject_, error.message);
  said_ = true;
  said_at_ = now;
  unsaid_ = 0;
}

void Outage::over(std::uint64_t rows_waiting, Clock::time_point now) {
  if (!since_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *since_).count();
  if (said_) {
    spdlog::info("{}: works again after {} s, {} rows waited", subject_, seconds, rows_waiting);
    unsaid_ = 0;
  }
  said_ = false;
  since_.reset();
  pause_ = kFirstPause;
}

}  // namespace sipsonde
