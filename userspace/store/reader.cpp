// SPDX-License-Identifier: Apache-2.0
#include "store/reader.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

#include "facts/timestamp.h"
#include "store/database.h"
#include "store/readable_day.h"

namespace sipsonde {
namespace {

// How many records one page may look at, so that a rare text does not hold a reader for minutes.
constexpr std::size_t kLooksAPage = 100'000;

constexpr std::string_view kBeforeTime = "{\"ts\":\"";

// Every line of events.jsonl begins with its time, and times of one length sort as text.
std::string_view time_of(std::string_view line) {
  return line.starts_with(kBeforeTime) ? line.substr(kBeforeTime.size(), kTimestampLength)
                                       : std::string_view{};
}

void take_lines(std::string_view lines, std::vector<std::string>& taken) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) taken.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// Of rows with one key the last counts: it is the better one.
void keep_the_last_of_each_key(std::vector<StoredRow>& rows) {
  std::vector<StoredRow> kept;
  for (StoredRow& row : rows) {
    const auto same = std::ranges::find(kept, row.key, &StoredRow::key);
    if (same == kept.end())
      kept.push_back(std::move(row));
    else
      *same = std::move(row);
  }
  rows = std::move(kept);
}

std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::string to_text(const PageCursor& cursor) {
  return date_of(cursor.day) + "." + std::to_string(cursor.time_ms) + "." + std::to_string(cursor.sequence);
}

std::optional<PageCursor> parse_page_cursor(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == text.npos) return std::nullopt;
  const auto day = parse_date(text.substr(0, dot));
  std::string_view rest = text.substr(dot + 1);
  const auto time = take_number(rest);
  if (!day || !time || !rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  const auto sequence = take_number(rest);
  if (!sequence || !rest.empty()) return std::nullopt;
  return PageCursor{*day, *time, *sequence};
}

StoreReader::StoreReader(std::string directory) : directory_(std::move(directory)) {}
StoreReader::~StoreReader() = default;

// The days from `first` on that are there, oldest first, with their files open; those that went are closed.
// Who goes through them in order must take the list before the first: the writer never goes back, so a day
// that has a successor in the list is complete.
Result<std::vector<StoreDay>> StoreReader::open_days(StoreDay first) {
  std::vector<StoreDay> days = days_in(directory_);
  std::erase_if(days_, [&days](const auto& entry) { return !std::ranges::binary_search(days, entry.first); });
  std::erase_if(days, [first](StoreDay day) { return day < first; });
  for (const StoreDay day : days) {
    std::unique_ptr<ReadableDay>& kept = days_[day];
    if (kept && kept->is_in_place()) continue;
    kept.reset();
    auto opened = ReadableDay::open(directory_, day);
    if (opened)
      kept = std::move(*opened);
    else if (!leave_out(day, opened.error()))
      return opened.error();
  }
  std::erase_if(days_, [](const auto& entry) { return !entry.second; });
  std::erase_if(days, [this](StoreDay day) { return !days_.contains(day); });
  return days;
}

// What is damaged hides no other day. Said once of each file.
bool StoreReader::leave_out(StoreDay day, const Error& error) {
  if (!is_damage(error)) return false;
  if (left_out_.insert(day).second) spdlog::error("store: {}; what that file has is left out", error.message);
  return true;
}

Result<std::vector<StoredRow>> StoreReader::rows_after(const StoreCursor& cursor, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(cursor.day);
  if (!days) return days.error();
  std::vector<StoredRow> rows;
  for (const StoreDay day : *days) {
    if (rows.size() >= limit) break;
    const std::int64_t sequence = day == cursor.day ? cursor.sequence : 0;
    if (auto read = days_[day]->rows_after(sequence, limit - rows.size(), rows);
        !read && !leave_out(day, read.error()))
      return read.error();
  }
  return rows;
}

Result<std::map<StoreDay, std::uint64_t>> StoreReader::rows_behind(const StoreCursor& cursor) {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(cursor.day);
  if (!days) return days.error();
  std::map<StoreDay, std::uint64_t> counts;
  for (const StoreDay day : *days) {
    const auto count = days_[day]->count_after(day == cursor.day ? cursor.sequence : 0);
    if (!count) return count.error();
    counts[day] = *count;
  }
  return counts;
}

Result<StoreCursor> StoreReader::end() {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(0);
  if (!days) return days.error();
  if (days->empty()) return StoreCursor{};
  const auto sequence = days_[days->back()]->last_sequence();
  if (!sequence) return sequence.error();
  return StoreCursor{days->back(), *sequence};
}

Result<std::vector<StoredRow>> StoreReader::rows_of(std::string_view call_id, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(0);
  if (!days) return days.error();
  std::vector<StoredRow> rows;
  for (const StoreDay day : *days) {
    if (rows.size() >= limit) break;
    if (auto read = days_[day]->rows_of(call_id, limit - rows.size(), rows);
        !read && !leave_out(day, read.error()))
      return read.error();
  }
  keep_the_last_of_each_key(rows);
  return rows;
}

Result<std::vector<std::string>> StoreReader::events_of(std::string_view call_id, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(0);
  if (!days) return days.error();
  std::vector<std::string> lines;
  for (const StoreDay day : *days) {
    auto read =
        days_[day]->events_of(call_id, limit, [&lines](std::string_view some) { take_lines(some, lines); });
    if (!read && !leave_out(day, read.error())) return read.error();
    if (lines.size() >= limit) break;
  }
  std::ranges::stable_sort(lines, {}, time_of);
  if (lines.size() > limit) lines.resize(limit);
  return lines;
}

Result<std::vector<StoredMessage>> StoreReader::messages_of(std::string_view call_id, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto days = open_days(0);
  if (!days) return days.error();
  std::vector<StoredMessage> messages;
  for (const StoreDay day : *days) {
    auto read = days_[day]->messages_of(
        call_id, limit, [&messages](std::string_view document) { return take_messages(document, messages); });
    if (!read && !leave_out(day, read.error())) return read.error();
    if (messages.size() >= limit) break;
  }
  std::ranges::stable_sort(messages, {}, &StoredMessage::time_ns);
  if (messages.size() > limit) messages.resize(limit);
  return messages;
}

// Later days first. A record lies in the file of the day on which its leg ended, so what began after
// `from_ms` is in no earlier file.
Result<CallsPage> StoreReader::calls(const CallFilter& filter, const std::optional<PageCursor>& after,
                                     std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const StoreDay first = filter.from_ms && *filter.from_ms > 0
                             ? day_of(static_cast<std::uint64_t>(*filter.from_ms) * 1'000'000)
                             : 0;
  const auto days = open_days(first);
  if (!days) return days.error();
  const std::int64_t until_ms = filter.until_ms.value_or(INT64_MAX);
  CallsPage page;
  std::size_t looks = kLooksAPage;
  for (auto day = days->rbegin(); day != days->rend(); ++day) {
    if (after && *day > after->day) continue;
    const PageCursor before = after && *day == after->day ? *after : PageCursor{*day, until_ms, INT64_MAX};
    auto next = days_[*day]->calls(filter, before, limit, looks, page.rows);
    if (!next && leave_out(*day, next.error())) continue;
    if (!next) return next.error();
    page.next = *next;
    if (page.next) break;
  }
  return page;
}

}  // namespace sipsonde
