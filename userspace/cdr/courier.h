// SPDX-License-Identifier: Apache-2.0
// Carries rows from the store to one receiver, a step at a time. What is written here is all that decides
// order, retries and when the cursor moves; a thread (cdr/delivery.h) only turns it and sleeps.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cdr/backlog.h"
#include "cdr/outage.h"
#include "cdr/pace.h"
#include "cdr/receiver.h"
#include "cdr/refused_rows.h"
#include "sinks/outlet.h"
#include "store/cursor_file.h"
#include "store/reader.h"

namespace sipsonde {

// Not thread-safe. The receiver and the tally outlive it.
class Courier {
 public:
  using Clock = std::chrono::steady_clock;

  enum class Outcome : std::uint8_t {
    delivered,  // or put aside: there is less than before
    idle,       // nothing waits
    paced,      // something waits, and it is too early for it
    failed,     // the receiver, or the disk, does not do its part
  };
  struct Step {
    Outcome outcome;
    std::chrono::milliseconds rest;  // to the next step
  };

  Courier(const std::string& store, CdrReceiver& receiver, CursorFile cursor, SinkTally& tally);

  Step step(Clock::time_point now);
  // The last step has been made: the cursor is on disk, and the log says what waits for the next start.
  void finish();

  // Looks how much waits, when the last look is a second ago. Part of each step; during a long rest it is
  // asked for.
  void look_at_backlog(Clock::time_point now);

  bool is_away() const { return outage_.is_on(); }
  // From any thread, and while step() waits for the receiver: as of the last look, and what is in hand at
  // least.
  std::uint64_t rows_waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  std::span<const StoredRow> in_hand() const { return std::span(rows_).subspan(done_); }
  void show_waiting();
  Result<Done> read();
  Step offer(Clock::time_point now);
  Step take_confirmed(std::size_t count, Clock::time_point now);
  Step take_refusal(std::size_t offered, Clock::time_point now);
  Result<Done> advance(std::size_t count);
  Result<Done> save_cursor();
  Step read_failed(const Error& error, Clock::time_point now);
  Step cursor_failed(const Error& error, Clock::time_point now);

  CdrReceiver& receiver_;
  SinkTally& tally_;
  StoreReader reader_;
  CursorFile cursor_;

  // What was read and is on its way: the same rows in the same batch until they are confirmed, so that a
  // receiver can tell a batch that comes again.
  std::vector<StoredRow> rows_;
  std::size_t done_ = 0;   // of rows_
  std::size_t limit_ = 0;  // rows of one offer: less than the receiver's while it refuses some

  Backlog backlog_;
  std::atomic<std::uint64_t> waiting_{0};
  std::optional<Clock::time_point> looked_at_;
  std::uint64_t rows_at_look_ = 0;
  std::uint64_t delivered_since_look_ = 0;
  Pace pace_;
  RefusedRows refused_;
  // A disk that is full can be read.
  Outage outage_, read_outage_, cursor_outage_;
};

}  // namespace sipsonde
