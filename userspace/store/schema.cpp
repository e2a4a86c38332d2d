// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <string>

namespace sipsonde {
namespace {

// `sequence` only ever grows: whoever has read up to one misses nothing that comes later.
// `time_ms` is where a record stands in lists: its start, else the earliest time that it knows.
constexpr const char* kFirstTables = R"sql(
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  call_id TEXT,
  leg INTEGER,
  first_ns INTEGER NOT NULL,
  last_ns INTEGER NOT NULL,
  lines TEXT NOT NULL
);
CREATE INDEX events_by_call ON events (call_id);

CREATE TABLE cdr (
  sequence INTEGER PRIMARY KEY,
  call_id TEXT NOT NULL,
  leg INTEGER NOT NULL,
  node TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  start_ms INTEGER,
  end_ms INTEGER,
  tenant TEXT NOT NULL,
  trunk TEXT NOT NULL,
  direction TEXT NOT NULL,
  disposition TEXT,
  from_number TEXT,
  to_number TEXT,
  document TEXT NOT NULL
);
CREATE INDEX cdr_by_call ON cdr (call_id);
CREATE INDEX cdr_by_time ON cdr (time_ms);

CREATE TABLE open_legs (
  call_id TEXT NOT NULL,
  leg INTEGER NOT NULL,
  PRIMARY KEY (call_id, leg)
) WITHOUT ROWID;
)sql";

constexpr const char* kSteps[] = {kFirstTables};

}  // namespace

std::span<const char* const> schema_steps() {
  return kSteps;
}

Result<Done> migrate(Database& database, std::span<const char* const> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  const auto before = database.number("PRAGMA user_version");
  if (!before) return before.error();
  if (*before == newest) return Done{};
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.error();
  const auto version = database.number("PRAGMA user_version");  // another may have been faster
  if (!version) return version.error();
  if (*version > newest || *version < 0)
    return Error{"open " + database.path() + ": it is of a later version of the store (" +
                     std::to_string(*version) + "); move it away or set another store.path",
                 2};
  for (std::int64_t step = *version; step < newest; ++step)
    if (auto done = database.run(steps[static_cast<std::size_t>(step)]); !done) return done;
  const std::string stamp = "PRAGMA user_version = " + std::to_string(newest);
  if (auto done = database.run(stamp.c_str()); !done) return done;
  return transaction->commit();
}

}  // namespace sipsonde
