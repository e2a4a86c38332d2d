// SPDX-License-Identifier: Apache-2.0
#include "cdr/pace.h"

#include <algorithm>
#include <cmath>

namespace sipsonde {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kNewestPart = 0.2;   // of the smoothed rate: it follows within about ten looks
constexpr double kHeldSeconds = 0.1;  // of rows that may go at once

}  // namespace

double Pace::rate() const {
  return std::max<double>(*least_, 2 * written_);
}

void Pace::note_written(std::uint64_t rows, Clock::time_point now) {
  if (noted_at_ && now > *noted_at_) {
    const double fresh = static_cast<double>(rows) / Seconds(now - *noted_at_).count();
    written_ += (fresh - written_) * kNewestPart;
  }
  noted_at_ = now;
}

void Pace::spend(std::uint64_t rows, Clock::time_point now) {
  if (!least_) return;
  if (now > owed_at_) owed_ = std::max(0.0, owed_ - Seconds(now - owed_at_).count() * rate());
  owed_at_ = now;
  owed_ += static_cast<double>(rows);
}

std::chrono::milliseconds Pace::wait(Clock::time_point now) const {
  if (!least_) return {};
  const double owed = owed_ - Seconds(now - owed_at_).count() * rate();
  const double over = owed - kHeldSeconds * rate();
  if (over <= 0) return {};
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(over / rate() * 1000)));
}

}  // namespace sipsonde
