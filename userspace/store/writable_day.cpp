// SPDX-License-Identifier: Apache-2.0
#include "store/writable_day.h"

#include "store/schema.h"

namespace sipsonde {
namespace {

// WAL: readers and the writer do not wait for each other, and a transaction is one append. FULL: the log is
// synced at each commit, so that a commit survives power loss; NORMAL would only keep the file whole.
constexpr const char* kManner = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
)sql";

struct Wanted {
  Statement& statement;
  std::string_view text;
};

}  // namespace

Result<std::unique_ptr<WritableDay>> WritableDay::open(const std::string& directory, StoreDay day,
                                                       Access access, std::uint64_t now_ns) {
  auto database = Database::open(path_of(directory, day), access);
  if (!database) return database.error();
  if (auto done = database->run(kManner); !done) return done.error();
  if (auto migrated = migrate(*database, schema_steps()); !migrated) return migrated.error();
  std::unique_ptr<WritableDay> opened(new WritableDay(day, std::move(*database)));
  if (auto prepared = opened->prepare(); !prepared) return prepared.error();
  if (auto counting = opened->begin_counting(now_ns); !counting) return counting.error();
  return opened;
}

Result<Done> WritableDay::begin_counting(std::uint64_t now_ns) {
  const auto last = database_.number("SELECT max(sequence) FROM cdr");
  if (!last) return last.error();
  // Microseconds of the day: faster than records come.
  const std::uint64_t of_the_day = now_ns / 1000 % 86'400'000'000;
  next_sequence_ = (*last > 0 ? *last : static_cast<std::int64_t>(of_the_day)) + 1;
  return Done{};
}

bool WritableDay::is_in_place() const {
  return database_.is_in_place();
}

Result<Done> WritableDay::prepare() {
  const Wanted statements[] = {
      {add_events_, "INSERT INTO events (call_id, leg, first_ns, last_ns, lines) VALUES (?,?,?,?,?)"},
      {add_messages_,
       "INSERT INTO messages (call_id, first_ns, last_ns, bytes, document) VALUES (?,?,?,?,?)"},
      {add_record_,
       "INSERT INTO cdr (sequence, call_id, leg, node, time_ms, start_ms, end_ms, tenant, trunk, direction, "
       "disposition, from_number, to_number, document, events, event_rows) "
       "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {keep_events_,
       "INSERT INTO events (call_id, leg, first_ns, last_ns, lines) SELECT call_id, leg, time_ms * 1000000, "
       "coalesce(end_ms, time_ms) * 1000000, events FROM cdr WHERE sequence = ? AND events IS NOT NULL"},
      {keep_row_,
       "INSERT OR IGNORE INTO open_legs SELECT call_id, leg, last_insert_rowid(), 0 FROM cdr "
       "WHERE sequence = ? AND events IS NOT NULL"},
      {keep_rows_,
       "INSERT OR IGNORE INTO open_legs SELECT call_id, leg, place.value, 0 FROM cdr, "
       "json_each('[' || event_rows || ']') AS place WHERE sequence = ?"},
      {remove_record_, "DELETE FROM cdr WHERE sequence = ?"},
      {open_leg_, "INSERT OR IGNORE INTO open_legs (call_id, leg, event_row, open) VALUES (?,?,?,?)"},
      {close_leg_, "DELETE FROM open_legs WHERE call_id = ? AND leg = ? RETURNING event_row"},
      {close_elsewhere_, "UPDATE open_legs SET open = 0 WHERE call_id = ? AND leg = ?"},
      {list_open_legs_, "SELECT DISTINCT call_id, leg FROM open_legs WHERE open LIMIT ?"},
  };
  for (const auto& [statement, text] : statements) {
    auto prepared = database_.prepare(text);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
  }
  return Done{};
}

Result<std::int64_t> WritableDay::add(const EventRow& row) {
  add_events_.bind_or_null(1, row.call_id);
  row.leg ? add_events_.bind(2, std::int64_t{*row.leg}) : add_events_.bind_null(2);
  add_events_.bind(3, static_cast<std::int64_t>(row.first_ns))
      .bind(4, static_cast<std::int64_t>(row.last_ns));
  add_events_.bind(5, row.lines);
  if (auto added = add_events_.run(); !added) return added.error();
  return database_.last_row();
}

Result<Done> WritableDay::add(const RecordRow& row) {
  add_record_.bind(1, next_sequence_++);
  add_record_.bind(2, row.call_id).bind(3, std::int64_t{row.leg}).bind(4, row.node);
  add_record_.bind(5, row.time_ms).bind(6, row.start_ms).bind(7, row.end_ms);
  add_record_.bind(8, row.tenant).bind(9, row.trunk).bind(10, row.direction);
  add_record_.bind_or_null(11, row.disposition);
  add_record_.bind_or_null(12, row.from_number).bind_or_null(13, row.to_number);
  add_record_.bind(14, row.document).bind_or_null(15, row.events).bind_or_null(16, row.event_rows);
  return add_record_.run();
}

Result<Done> WritableDay::add(const MessageRow& row) {
  add_messages_.bind(1, row.call_id);
  add_messages_.bind(2, static_cast<std::int64_t>(row.first_ns))
      .bind(3, static_cast<std::int64_t>(row.last_ns))
      .bind(4, static_cast<std::int64_t>(row.bytes));
  add_messages_.bind_bytes(5, row.document);
  return add_messages_.run();
}

Result<Done> WritableDay::remove_record(std::int64_t sequence) {
  for (Statement* step : {&keep_events_, &keep_row_, &keep_rows_, &remove_record_})
    if (auto done = step->bind(1, sequence).run(); !done) return done;
  return Done{};
}

Result<Done> WritableDay::keep_for_record(const EventRow& row, std::int64_t number, bool open) {
  open_leg_.bind(1, row.call_id).bind(2, std::int64_t{*row.leg}).bind(3, number);
  return open_leg_.bind(4, std::int64_t{open}).run();
}

Result<std::string_view> WritableDay::close_leg(std::string_view call_id, std::uint32_t leg) {
  const ResetAtExit reset(close_leg_);
  close_leg_.bind(1, call_id).bind(2, std::int64_t{leg});
  event_rows_.clear();
  for (;;) {
    const auto found = close_leg_.step();
    if (!found) return found.error();
    if (!*found) return std::string_view(event_rows_);
    if (!event_rows_.empty()) event_rows_.push_back(',');
    event_rows_.append(std::to_string(close_leg_.number(0)));
  }
}

Result<Done> WritableDay::close_leg_elsewhere(std::string_view call_id, std::uint32_t leg) {
  return close_elsewhere_.bind(1, call_id).bind(2, std::int64_t{leg}).run();
}

Result<std::int64_t> WritableDay::count_open_legs() const {
  return database_.number("SELECT count(*) FROM open_legs WHERE open");
}

Result<std::vector<WritableDay::OpenLeg>> WritableDay::open_legs(std::size_t most) {
  const ResetAtExit reset(list_open_legs_);
  list_open_legs_.bind(1, static_cast<std::int64_t>(most));
  std::vector<OpenLeg> legs;
  for (;;) {
    const auto found = list_open_legs_.step();
    if (!found) return found.error();
    if (!*found) return legs;
    legs.push_back(
        {std::string(list_open_legs_.text(0)), static_cast<std::uint32_t>(list_open_legs_.number(1))});
  }
}

void WritableDay::finish() {
  // Whoever reads it now keeps the log alive; the last one to close it does this then.
  static_cast<void>(database_.run("PRAGMA wal_checkpoint(TRUNCATE)"));
}

}  // namespace sipsonde
