// SPDX-License-Identifier: Apache-2.0
#include "cdr/courier.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr auto kRest = 200ms;  // rows are to be told within a second
constexpr auto kLookAtBacklog = 1s;

}  // namespace

Courier::Courier(const std::string& store, CdrReceiver& receiver, CursorFile cursor, SinkTally& tally)
    : receiver_(receiver),
      tally_(tally),
      reader_(store),
      cursor_(std::move(cursor)),
      limit_(receiver.batch_limit()),
      pace_(receiver.rows_a_second()),
      refused_(store, receiver.name()),
      outage_(std::string(receiver.name())),
      read_outage_(std::string(receiver.name()) + ": store"),
      cursor_outage_(std::string(receiver.name()) + ": store") {}

Courier::Step Courier::step(Clock::time_point now) {
  look_at_backlog(now);
  if (const auto wait = pace_.wait(now); wait > 0ms) return {Outcome::paced, std::min(wait, 1000ms)};
  if (in_hand().empty()) {
    if (auto done = read(); !done) return read_failed(done.error(), now);
    if (in_hand().empty()) {
      if (auto saved = save_cursor(); !saved) return cursor_failed(saved.error(), now);
      return {Outcome::idle, kRest};
    }
  }
  return offer(now);
}

void Courier::finish() {
  if (auto saved = save_cursor(); !saved) spdlog::error("{}: {}", receiver_.name(), saved.error().message);
  looked_at_.reset();
  look_at_backlog(Clock::now());
  if (backlog_.rows() > 0)
    spdlog::warn("{}: {} rows wait in the store for the next start", receiver_.name(), backlog_.rows());
}

// ---- what waits ----

void Courier::look_at_backlog(Clock::time_point now) {
  if (looked_at_ && now - *looked_at_ < kLookAtBacklog) return;
  const bool first = !looked_at_;
  looked_at_ = now;
  auto days = reader_.rows_behind(cursor_.cursor());
  if (!days) return;  // read() says why
  std::uint64_t removed = 0;
  for (const auto& [day, rows] : backlog_.look(*std::move(days), in_hand())) {
    removed += rows;
    spdlog::error("{}: {} rows of {} were not delivered before the store's retention removed them",
                  receiver_.name(), rows, date_of(day));
  }
  tally_.dropped.fetch_add(removed, std::memory_order_relaxed);
  const std::uint64_t seen = backlog_.rows() + delivered_since_look_ + removed;
  if (!first) pace_.note_written(seen > rows_at_look_ ? seen - rows_at_look_ : 0, now);
  rows_at_look_ = backlog_.rows();
  delivered_since_look_ = 0;
  show_waiting();
}

// A receiver may be waited for longer than looks are apart: what it is offered is in sight meanwhile.
void Courier::show_waiting() {
  waiting_.store(std::max<std::uint64_t>(backlog_.rows(), in_hand().size()), std::memory_order_relaxed);
}

Result<Done> Courier::read() {
  auto rows = reader_.rows_after(cursor_.cursor(), receiver_.batch_limit());
  if (!rows) return rows.error();
  read_outage_.over(backlog_.rows(), Clock::now());
  rows_ = *std::move(rows);
  done_ = 0;
  show_waiting();
  return Done{};
}

// ---- one offer and what comes of it ----

Courier::Step Courier::offer(Clock::time_point now) {
  const auto offered = in_hand().first(std::min(limit_, in_hand().size()));
  if (cursor_.rows_unsaved() + offered.size() > CursorFile::kRowsBehind)
    if (auto saved = save_cursor(); !saved) return cursor_failed(saved.error(), now);
  pace_.spend(offered.size(), now);
  const auto confirmed = receiver_.deliver(offered);
  if (!confirmed) {
    tally_.failed.fetch_add(1, std::memory_order_relaxed);
    return {Outcome::failed, outage_.failed(confirmed.error(), receiver_.pause_asked(), now)};
  }
  outage_.over(backlog_.rows(), now);
  if (*confirmed == 0) return take_refusal(offered.size(), now);
  return take_confirmed(std::min(*confirmed, offered.size()), now);
}

Courier::Step Courier::take_confirmed(std::size_t count, Clock::time_point now) {
  tally_.sent.fetch_add(count, std::memory_order_relaxed);
  limit_ = std::min(limit_ * 2, receiver_.batch_limit());
  if (auto moved = advance(count); !moved) return cursor_failed(moved.error(), now);
  return {Outcome::delivered, 0ms};
}

Courier::Step Courier::take_refusal(std::size_t offered, Clock::time_point now) {
  tally_.failed.fetch_add(1, std::memory_order_relaxed);
  if (offered > 1) {
    limit_ = offered / 2;
    return {Outcome::delivered, 0ms};
  }
  if (auto kept = refused_.add(in_hand().front(), receiver_.refusal(), now); !kept)
    return cursor_failed(kept.error(), now);
  tally_.dropped.fetch_add(1, std::memory_order_relaxed);
  if (auto moved = advance(1); !moved) return cursor_failed(moved.error(), now);
  return {Outcome::delivered, 0ms};
}

// ---- the cursor ----

Result<Done> Courier::advance(std::size_t count) {
  const auto rows = in_hand().first(count);
  const StoreCursor cursor = rows.back().at;
  backlog_.delivered(rows);
  delivered_since_look_ += count;
  done_ += count;
  show_waiting();
  auto moved = cursor_.move(cursor, count);
  if (moved && cursor_.rows_unsaved() == 0) cursor_outage_.over(backlog_.rows(), Clock::now());
  return moved;
}

Result<Done> Courier::save_cursor() {
  if (cursor_.rows_unsaved() == 0) return Done{};
  auto saved = cursor_.save();
  if (saved) cursor_outage_.over(backlog_.rows(), Clock::now());
  return saved;
}

Courier::Step Courier::read_failed(const Error& error, Clock::time_point now) {
  return {Outcome::failed, read_outage_.failed(error, std::nullopt, now)};
}

Courier::Step Courier::cursor_failed(const Error& error, Clock::time_point now) {
  return {Outcome::failed, cursor_outage_.failed(error, std::nullopt, now)};
}

}  // namespace sipsonde
