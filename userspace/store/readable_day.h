// SPDX-License-Identifier: Apache-2.0
// A day's file as readers have it open.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/day.h"
#include "store/reader.h"
#include "store/stored_row.h"

namespace sipsonde {

// Not thread-safe.
class ReadableDay {
 public:
  // nullptr: there is no such file, or it is only just being made.
  static Result<std::unique_ptr<ReadableDay>> open(const std::string& directory, StoreDay day);

  bool is_in_place() const { return database_.is_in_place(); }

  Result<Done> rows_after(std::int64_t sequence, std::size_t limit, std::vector<StoredRow>& rows);
  // By sequences: where records were replaced, they are fewer.
  Result<std::uint64_t> count_after(std::int64_t sequence);
  Result<std::int64_t> last_sequence() const;
  Result<Done> rows_of(std::string_view call_id, std::size_t limit, std::vector<StoredRow>& rows);
  // The documents of events, each some lines.
  Result<Done> events_of(std::string_view call_id, std::size_t limit,
                         const std::function<void(std::string_view lines)>& take);

  // The documents of messages, each some messages.
  Result<Done> messages_of(std::string_view call_id, std::size_t limit,
                           const std::function<Result<Done>(std::string_view document)>& take);

  // Records that pass the filter, latest first, from `before` on: at most `limit`, after looking at no more
  // than `looks`, which is what is left of them. The place of the last one that was looked at, when there
  // may be more.
  Result<std::optional<PageCursor>> calls(const CallFilter& filter, const PageCursor& before,
                                          std::size_t limit, std::size_t& looks,
                                          std::vector<StoredRow>& rows);

 private:
  ReadableDay(StoreDay day, Database database) : day_(day), database_(std::move(database)) {}
  Result<Done> prepare(std::int64_t version);
  StoredRow row_at(const Statement& statement) const;

  StoreDay day_;
  Database database_;
  Statement rows_after_, count_after_, rows_of_, events_of_, calls_;
  std::optional<Statement> messages_of_;  // files of the first version have none
};

}  // namespace sipsonde
