// SPDX-License-Identifier: Apache-2.0
// A day's file as the store's own writers have it open.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/day.h"

namespace sipsonde {

// Some events of one leg, or of a transaction outside of a call, in the order of time.
struct EventRow {
  std::string_view call_id;          // empty: of no call
  std::optional<std::uint32_t> leg;  // nullopt outside of a call
  std::uint64_t first_ns = 0;        // unix
  std::uint64_t last_ns = 0;
  std::string_view lines;  // JSON, each with its line feed
};

// Messages of one call (stored_message.h).
struct MessageRow {
  std::string_view call_id;
  std::uint64_t first_ns = 0;  // unix
  std::uint64_t last_ns = 0;
  std::size_t bytes = 0;
  std::string_view document;  // compressed, as it was `bytes` long
};

struct RecordRow {
  std::string_view call_id;
  std::uint32_t leg = 0;
  std::string_view node;
  std::int64_t time_ms = 0;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  std::string_view tenant;
  std::string_view trunk;
  std::string_view direction;
  std::string_view disposition;  // empty: unknown, as are the numbers
  std::string_view from_number;
  std::string_view to_number;
  std::string_view document;
  std::string_view events = {};      // lines of those that have no row; empty: none
  std::string_view event_rows = {};  // where others of the leg lie: "12,17"; empty: nowhere
};

// Not thread-safe. Every change stands in a transaction of the caller.
class WritableDay {
 public:
  // `access` is write or create. A new file gets its tables, an old one is brought up to date. `now_ns`, of
  // the wall clock, is where records of a file without any begin to count: should the day's file be lost and
  // made anew, its records still come after those that readers have had.
  static Result<std::unique_ptr<WritableDay>> open(const std::string& directory, StoreDay day, Access access,
                                                   std::uint64_t now_ns);

  StoreDay day() const { return day_; }
  // False: somebody has moved the file away.
  bool is_in_place() const;
  Result<DatabaseTransaction> begin() { return DatabaseTransaction::begin(database_); }

  // The row's number.
  Result<std::int64_t> add(const EventRow& row);
  Result<Done> add(const RecordRow& row);
  Result<Done> add(const MessageRow& row);
  // The events of its leg stay: they are the leg's as if it had no record yet, and was not answered.
  Result<Done> remove_record(std::int64_t sequence);

  // A row of events is of a leg that has no record yet. With `open` the leg was answered: after a crash it
  // gets a record from what is known of it.
  Result<Done> keep_for_record(const EventRow& row, std::int64_t number, bool open);
  // The leg has its record in this file: its rows of events, as RecordRow has them, until the next call.
  Result<std::string_view> close_leg(std::string_view call_id, std::uint32_t leg);
  // The leg has its record in a later file.
  Result<Done> close_leg_elsewhere(std::string_view call_id, std::uint32_t leg);

  Result<std::int64_t> count_open_legs() const;
  // Any `most` of them.
  struct OpenLeg {
    std::string call_id;
    std::uint32_t leg = 0;
  };
  Result<std::vector<OpenLeg>> open_legs(std::size_t most);

  // Moves what is in the log into the file, so that the file stands alone.
  void finish();

 private:
  WritableDay(StoreDay day, Database database) : day_(day), database_(std::move(database)) {}
  Result<Done> prepare();
  Result<Done> begin_counting(std::uint64_t now_ns);

  StoreDay day_;
  Database database_;
  std::int64_t next_sequence_ = 1;
  Statement add_events_, add_messages_, add_record_, keep_events_, keep_row_, keep_rows_, remove_record_,
      open_leg_, close_leg_, close_elsewhere_, list_open_legs_;
  std::string event_rows_;
};

}  // namespace sipsonde
