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

// Found by their Call-ID are records, events outside of legs, and legs that have no record yet. Where the
// other events of a leg lie its record says: an index of all would cost more than what it points to.
// `open`: the leg was answered and has no record. Otherwise it had not been answered, or its record is in a
// later file. Of messages `document` is compressed; `bytes` is how long it is then not.
constexpr const char* kEventsByRecord = R"sql(
ALTER TABLE cdr ADD COLUMN events TEXT;
ALTER TABLE cdr ADD COLUMN event_rows TEXT;
UPDATE cdr SET event_rows = (SELECT group_concat(id) FROM events
  WHERE events.call_id = cdr.call_id AND events.leg = cdr.leg);

CREATE TABLE legs (
  call_id TEXT NOT NULL,
  leg INTEGER NOT NULL,
  event_row INTEGER NOT NULL,
  open INTEGER NOT NULL,
  PRIMARY KEY (call_id, leg, event_row)
) WITHOUT ROWID;
INSERT OR IGNORE INTO legs SELECT call_id, leg, id, (call_id, leg) IN (SELECT call_id, leg FROM open_legs)
  FROM events WHERE call_id IS NOT NULL AND leg IS NOT NULL
  AND ((call_id, leg) IN (SELECT call_id, leg FROM open_legs)
       OR NOT EXISTS (SELECT 1 FROM cdr WHERE cdr.call_id = events.call_id AND cdr.leg = events.leg));
DROP TABLE open_legs;
ALTER TABLE legs RENAME TO open_legs;

DROP INDEX events_by_call;
CREATE INDEX events_by_call ON events (call_id) WHERE leg IS NULL;

CREATE VIEW story AS
  SELECT call_id, leg, events AS lines FROM cdr WHERE events IS NOT NULL
  UNION ALL SELECT cdr.call_id, cdr.leg, events.lines
    FROM cdr, json_each('[' || cdr.event_rows || ']') AS place, events ON events.id = place.value
  UNION ALL SELECT open_legs.call_id, open_legs.leg, events.lines
    FROM open_legs JOIN events ON events.id = open_legs.event_row
  UNION ALL SELECT call_id, leg, lines FROM events WHERE leg IS NULL;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  call_id TEXT NOT NULL,
  first_ns INTEGER NOT NULL,
  last_ns INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  document BLOB NOT NULL
);
CREATE INDEX messages_by_call ON messages (call_id);
)sql";

constexpr const char* kSteps[] = {kFirstTables, kEventsByRecord};

}  // namespace

std::span<const char* const> schema_steps() {
  return kSteps;
}

Result<Done> migrate(Database& database, std::span<const char* const> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  const auto before = database.number("PRAGMA user_version");
  if (!before) return before.error();
  if (*before == newest) return Done{};
  auto transaction = DatabaseTransaction::begin(database);
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
