// SPDX-License-Identifier: Apache-2.0
#include "cdr/delivery.h"

#include <algorithm>

#include "base/capabilities.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLongestRestAtTheEnd = 200ms;
// A start that fails says one line, which is not that a receiver is away.
constexpr auto kRestAtTheStart = 500ms;

}  // namespace

Result<std::unique_ptr<CdrDelivery>> CdrDelivery::open(const std::string& store,
                                                       std::unique_ptr<CdrReceiver> receiver) {
  auto end = StoreReader(store).end();
  if (!end) return in_context("open " + std::string(receiver->name()), end.error());
  auto cursor = CursorFile::open(store, receiver->name(), *end);
  if (!cursor) return in_context("open " + std::string(receiver->name()), Error{cursor.error().message, 2});
  return std::unique_ptr<CdrDelivery>(new CdrDelivery(store, std::move(receiver), *std::move(cursor)));
}

CdrDelivery::CdrDelivery(const std::string& store, std::unique_ptr<CdrReceiver> receiver, CursorFile cursor)
    : receiver_(std::move(receiver)),
      courier_(store, *receiver_, std::move(cursor), tally_),
      thread_([this] { run(); }) {}

CdrDelivery::~CdrDelivery() {
  close(Clock::now());
  if (thread_.joinable()) thread_.join();
}

void CdrDelivery::request_reopen() {
  reopen_requested_.store(true, std::memory_order_relaxed);
}

void CdrDelivery::close(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  if (closing_.load(std::memory_order_relaxed)) return;
  deadline_ = deadline;
  receiver_->stop_by(deadline);
  closing_.store(true, std::memory_order_release);
  wake_.notify_one();
}

Result<Done> CdrDelivery::join() {
  if (thread_.joinable()) thread_.join();
  return Done{};
}

// ---- from here on everything runs on its thread ----

void CdrDelivery::run() {
  keep_capabilities(capabilities_of_sinks());
  rest(kRestAtTheStart);
  if (closing_.load(std::memory_order_acquire) && Clock::now() >= deadline_) return;
  for (;;) {
    if (reopen_requested_.exchange(false, std::memory_order_relaxed)) receiver_->reopen();
    const bool last_round = closing_.load(std::memory_order_acquire);
    const bool was_away = courier_.is_away();
    const Courier::Step step = courier_.step(Clock::now());
    if (last_round && is_last(step, was_away)) break;
    rest(step.rest);
  }
  courier_.finish();
}

bool CdrDelivery::is_last(const Courier::Step& step, bool was_away) const {
  if (step.outcome == Courier::Outcome::idle) return true;
  if (step.outcome == Courier::Outcome::failed && was_away) return true;
  return Clock::now() >= deadline_;
}

// Ended by close(), so that its last round begins at once. However long it is, the metrics tell what waits.
void CdrDelivery::rest(std::chrono::milliseconds length) {
  const bool closing = closing_.load(std::memory_order_relaxed);
  if (closing) length = std::min(length, kLongestRestAtTheEnd);
  for (const auto end = Clock::now() + length; Clock::now() < end;) {
    {
      std::unique_lock lock(mutex_);
      const auto piece = std::min<Clock::duration>(end - Clock::now(), 1s);
      if (wake_.wait_for(lock, piece, [&] { return closing_.load(std::memory_order_relaxed) != closing; }))
        return;
    }
    if (end - Clock::now() < 1ms) return;
    courier_.look_at_backlog(Clock::now());
  }
}

}  // namespace sipsonde
