// SPDX-License-Identifier: Apache-2.0
#include "cdr/outage.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace sipsonde {

using std::chrono::milliseconds;

milliseconds Outage::failed(const Error& error, std::optional<milliseconds> asked, Clock::time_point now) {
  if (!since_) {
    spdlog::error("{}: {}; trying again, rows wait in the store", subject_, error.message);
    since_ = now;
  } else {
    spdlog::debug("{}: {}", subject_, error.message);
  }
  const milliseconds pause = pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
  if (asked) return std::clamp(*asked, kFirstPause, kLongestAsked);
  return pause / 2 + pause * static_cast<int>(random_() % 512) / 1024;
}

void Outage::over(std::uint64_t rows_waiting, Clock::time_point now) {
  if (!since_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *since_).count();
  spdlog::info("{}: works again after {} s, {} rows waited", subject_, seconds, rows_waiting);
  since_.reset();
  pause_ = kFirstPause;
}

}  // namespace sipsonde
