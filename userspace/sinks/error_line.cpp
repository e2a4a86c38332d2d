// SPDX-License-Identifier: Apache-2.0
#include "sinks/error_line.h"

#include <spdlog/spdlog.h>

namespace sipsonde {

void ErrorLine::failed(const Error& error, Clock::time_point now) {
  constexpr std::chrono::seconds kQuiet{30};
  if (said_at_ && now - *said_at_ < kQuiet) {
    ++unsaid_;
    return;
  }
  if (unsaid_ > 0)
    spdlog::error("{}: {}; still trying, {} more failures since the last line", subject_, error.message,
                  unsaid_);
  else
    spdlog::error("{}: {}; trying again", subject_, error.message);
  said_ = true;
  unsaid_ = 0;
  said_at_ = now;
}

void ErrorLine::recovered() {
  if (!said_) return;
  spdlog::info("{}: works again", subject_);
  said_ = false;
  unsaid_ = 0;
}

}  // namespace sipsonde
