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
  Result<Transaction> begin() { return Transaction::begin(database_); }

  Result<Done> add(const EventRow& row);
  Result<Done> add(const RecordRow& row);
  Result<Done> remove_record(std::int64_t sequence);

  // A leg was answered and has no record yet: after a crash it gets one from what is known of it.
  Result<Done> open_leg(std::string_view call_id, std::uint32_t leg);
  // False: it was not open in this file.
  Result<bool> close_leg(std::string_view call_id, std::uint32_t leg);

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
  Statement add_events_, add_record_, remove_record_, open_leg_, close_leg_, list_open_legs_;
};

}  // namespace sipsonde
