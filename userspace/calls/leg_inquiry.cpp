// SPDX-License-Identifier: Apache-2.0
#include "calls/leg_inquiry.h"

#include <utility>

namespace sipsonde {

std::optional<LegsSeen> LegInquiry::ask(const LegsAsked& asked, Clock::time_point until) {
  const std::unique_lock turn(one_at_a_time_, until);
  if (!turn) return std::nullopt;
  std::unique_lock lock(mutex_);
  // An answer to whoever gave up before may still be under way.
  if (!answered_.wait_until(lock, until, [this] { return closed_ || !taken_; }) || closed_)
    return std::nullopt;
  seen_.reset();
  asked_ = asked;
  waiting_.store(true, std::memory_order_relaxed);
  answered_.wait_until(lock, until, [this] { return closed_ || seen_; });
  asked_.reset();
  waiting_.store(false, std::memory_order_relaxed);
  return std::exchange(seen_, std::nullopt);
}

std::optional<LegsAsked> LegInquiry::take() {
  const std::lock_guard lock(mutex_);
  waiting_.store(false, std::memory_order_relaxed);
  taken_ = asked_.has_value();
  return std::exchange(asked_, std::nullopt);
}

void LegInquiry::answer(LegsSeen seen) {
  const std::lock_guard lock(mutex_);
  seen_ = std::move(seen);
  taken_ = false;
  answered_.notify_all();
}

void LegInquiry::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  answered_.notify_all();
}

}  // namespace sipsonde
