// SPDX-License-Identifier: Apache-2.0
#include "store/readable_day.h"

#include <unistd.h>

#include "store/call_filter.h"
#include "store/compression.h"
#include "store/schema.h"

namespace sipsonde {
namespace {

// What row_at() reads comes first, in this order.
#define STORED_ROW "SELECT sequence, call_id, leg, node, start_ms, document"

constexpr std::int64_t kFirstWithStory = 2;  // version of the schema, and with messages

struct Wanted {
  Statement& statement;
  std::string_view text;
};

}  // namespace

Result<std::unique_ptr<ReadableDay>> ReadableDay::open(const std::string& directory, StoreDay day) {
  const std::string path = path_of(directory, day);
  if (::access(path.c_str(), F_OK) != 0) return std::unique_ptr<ReadableDay>{};
  auto database = Database::open(path, Access::read);
  if (!database) return database.error();
  const auto version = database->number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == 0) return std::unique_ptr<ReadableDay>{};
  if (*version < 0 || *version > static_cast<std::int64_t>(schema_steps().size()))
    return Error{"read " + path + ": it is of a later version of the store (" + std::to_string(*version) +
                 "); move it away"};
  std::unique_ptr<ReadableDay> opened(new ReadableDay(day, std::move(*database)));
  if (auto prepared = opened->prepare(*version); !prepared) return prepared.error();
  return opened;
}

Result<Done> ReadableDay::prepare(std::int64_t version) {
  const Wanted statements[] = {
      {rows_after_, STORED_ROW " FROM cdr WHERE sequence > ? ORDER BY sequence LIMIT ?"},
      {count_after_,
       "SELECT (SELECT min(sequence) FROM cdr WHERE sequence > ?), (SELECT max(sequence) FROM cdr)"},
      {rows_of_, STORED_ROW " FROM cdr WHERE call_id = ? ORDER BY sequence LIMIT ?"},
      {events_of_, version < kFirstWithStory ? "SELECT lines FROM events WHERE call_id = ? LIMIT ?"
                                             : "SELECT lines FROM story WHERE call_id = ? LIMIT ?"},
      {calls_, STORED_ROW
       ", time_ms, tenant, trunk, disposition, from_number, to_number FROM cdr INDEXED BY cdr_by_time "
       "WHERE time_ms >= ? AND (time_ms, sequence) < (?, ?) ORDER BY time_ms DESC, sequence DESC"},
  };
  for (const auto& [statement, text] : statements) {
    auto prepared = database_.prepare(text);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
  }
  if (version < kFirstWithStory) return Done{};
  auto prepared =
      database_.prepare("SELECT bytes, document FROM messages WHERE call_id = ? ORDER BY id LIMIT ?");
  if (!prepared) return prepared.error();
  messages_of_ = std::move(*prepared);
  return Done{};
}

StoredRow ReadableDay::row_at(const Statement& statement) const {
  const std::string_view call_id = statement.text(1);
  return {.at = {day_, statement.number(0)},
          .call_id = std::string(call_id),
          .key = key_of_row(statement.text(3), call_id, static_cast<std::uint32_t>(statement.number(2)),
                            statement.number_or_null(4)),
          .document = std::string(statement.text(5))};
}

Result<Done> ReadableDay::rows_after(std::int64_t sequence, std::size_t limit, std::vector<StoredRow>& rows) {
  const ResetAtExit reset(rows_after_);
  rows_after_.bind(1, sequence).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const auto found = rows_after_.step();
    if (!found) return found.error();
    if (!*found) return Done{};
    rows.push_back(row_at(rows_after_));
  }
}

Result<std::uint64_t> ReadableDay::count_after(std::int64_t sequence) {
  const ResetAtExit reset(count_after_);
  count_after_.bind(1, sequence);
  const auto found = count_after_.step();
  if (!found) return found.error();
  const auto first = count_after_.number_or_null(0);
  return first ? static_cast<std::uint64_t>(count_after_.number(1) - *first + 1) : 0;
}

Result<std::int64_t> ReadableDay::last_sequence() const {
  return database_.number("SELECT max(sequence) FROM cdr");
}

Result<Done> ReadableDay::rows_of(std::string_view call_id, std::size_t limit, std::vector<StoredRow>& rows) {
  const ResetAtExit reset(rows_of_);
  rows_of_.bind(1, call_id).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const auto found = rows_of_.step();
    if (!found) return found.error();
    if (!*found) return Done{};
    rows.push_back(row_at(rows_of_));
  }
}

Result<Done> ReadableDay::events_of(std::string_view call_id, std::size_t limit,
                                    const std::function<void(std::string_view lines)>& take) {
  const ResetAtExit reset(events_of_);
  events_of_.bind(1, call_id).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const auto found = events_of_.step();
    if (!found) return found.error();
    if (!*found) return Done{};
    take(events_of_.text(0));
  }
}

Result<Done> ReadableDay::messages_of(std::string_view call_id, std::size_t limit,
                                      const std::function<Result<Done>(std::string_view document)>& take) {
  if (!messages_of_) return Done{};
  const ResetAtExit reset(*messages_of_);
  messages_of_->bind(1, call_id).bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const auto found = messages_of_->step();
    if (!found) return found.error();
    if (!*found) return Done{};
    const auto document =
        decompress(messages_of_->bytes(1), static_cast<std::size_t>(messages_of_->number(0)));
    if (!document) return document.error();
    if (auto taken = take(*document); !taken) return taken;
  }
}

Result<std::optional<PageCursor>> ReadableDay::calls(const CallFilter& filter, const PageCursor& before,
                                                     std::size_t limit, std::size_t& looks,
                                                     std::vector<StoredRow>& rows) {
  const ResetAtExit reset(calls_);
  calls_.bind(1, filter.from_ms.value_or(INT64_MIN)).bind(2, before.time_ms).bind(3, before.sequence);
  PageCursor at = before;
  for (;;) {
    if (rows.size() >= limit || looks == 0) return std::optional(at);
    const auto found = calls_.step();
    if (!found) return found.error();
    if (!*found) return std::optional<PageCursor>{};
    --looks;
    at = {day_, calls_.number(6), calls_.number(0)};
    const FilteredRow row{.call_id = calls_.text(1),
                          .tenant = calls_.text(7),
                          .trunk = calls_.text(8),
                          .disposition = calls_.text(9),
                          .from_number = calls_.text(10),
                          .to_number = calls_.text(11),
                          .document = calls_.text(5)};
    if (passes(filter, row)) rows.push_back(row_at(calls_));
  }
}

}  // namespace sipsonde
