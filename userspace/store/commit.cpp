// SPDX-License-Identifier: Apache-2.0
// What was gathered goes to disk: one transaction of the current file, then what that settles in older ones.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "store/joined_record.h"
#include "store/record_row.h"
#include "store/writer.h"

namespace sipsonde {

// A file that turns out to be damaged goes out of the way, and what was gathered goes into a new one.
Result<Done> StoreWriter::commit() {
  Result<Done> done = try_commit();
  if (done || !current_ || !is_damage_of(current_->day(), done.error())) return done;
  if (auto moved = move_aside(current_->day(), done.error()); !moved) return moved;
  return try_commit();
}

Result<Done> StoreWriter::try_commit() {
  remove_old_days();
  if (auto followed = follow_the_day(); !followed) return followed;
  if (!recovered_)
    if (auto done = recover(); !done) return done;
  if (events_.all().empty() && records_.empty() && messages_.due(now_()).empty()) return Done{};
  if (auto joined = join_rests(); !joined) return joined;
  if (auto written = write_gathered(); !written) return written;
  settle_older_days();
  messages_.written();
  events_.clear();
  records_.clear();
  texts_.clear();
  record_bytes_ = 0;
  return Done{};
}

Result<Done> StoreWriter::join_rests() {
  for (Gathered& gathered : records_) {
    if (!gathered.rest) continue;
    const auto rows = reader_.rows_of(gathered.rest->call_id);
    if (!rows) return rows.error();
    gathered.replaces = join(*gathered.rest, *rows, texts_);
    gathered.row = row_of(*gathered.rest, context_, texts_, now_ms());
    gathered.rest.reset();
  }
  return Done{};
}

Result<Done> StoreWriter::write_gathered() {
  unsettled_.clear();
  auto transaction = current_->begin();
  if (!transaction) return transaction.error();
  for (const EventGroup& group : events_.all())
    if (auto written = write_events(group); !written) return written;
  for (Gathered& record : records_)
    if (auto written = write_record(record); !written) return written;
  if (auto written = write_messages(); !written) return written;
  return transaction->commit();
}

Result<Done> StoreWriter::write_messages() {
  for (const MessageHold::Call* call : messages_.due(now_())) {
    const MessageRow row{.call_id = call->call_id,
                         .first_ns = call->first_ns,
                         .last_ns = call->last_ns,
                         .bytes = call->document.size(),
                         .document = compressor_.compress(call->document)};
    if (auto added = current_->add(row); !added) return added;
  }
  return Done{};
}

// Those of a leg that has its record now stand in that.
Result<Done> StoreWriter::write_events(const EventGroup& group) {
  if (group.ended) return Done{};
  const EventRow row{group.call_id, group.leg, group.first_ns, group.last_ns, group.lines};
  const auto number = current_->add(row);
  if (!number) return number.error();
  return group.leg ? current_->keep_for_record(row, *number, group.answered) : Done{};
}

Result<Done> StoreWriter::write_record(Gathered& record) {
  RecordRow row = record.row;
  bool settled = true;
  if (record.replaces) {
    settled = record.replaces->day == current_->day();
    if (settled)
      if (auto removed = current_->remove_record(record.replaces->sequence); !removed) return removed;
  }
  if (record.has_rows || record.replaces) {
    const auto rows = current_->close_leg(row.call_id, row.leg);
    if (!rows) return rows.error();
    row.event_rows = *rows;
    settled = settled && (!rows->empty() || older_.empty());
  }
  if (record.events) row.events = events_.all()[*record.events].lines;
  if (auto added = current_->add(row); !added) return added;
  if (!settled) unsettled_.push_back(&record);
  return Done{};
}

// What is committed stands; where this fails, a leg that stays open or a beginning that stays beside its
// better row is recognised by its key.
void StoreWriter::settle_older_days() {
  if (unsettled_.empty()) return;
  const auto settle = [this](WritableDay& day) -> Result<Done> {
    auto transaction = day.begin();
    if (!transaction) return transaction.error();
    for (const Gathered* record : unsettled_) {
      if (record->has_rows)
        if (auto closed = day.close_leg_elsewhere(record->row.call_id, record->row.leg); !closed)
          return closed;
      if (record->replaces && record->replaces->day == day.day())
        if (auto removed = day.remove_record(record->replaces->sequence); !removed) return removed;
    }
    return transaction->commit();
  };
  std::erase_if(older_, [&settle](const auto& day) {
    const auto settled = settle(*day);
    if (!settled) spdlog::warn("store: {}", settled.error().message);
    const auto open_legs = day->count_open_legs();
    if (!open_legs) return is_damage(open_legs.error());
    return settled && *open_legs == 0;
  });
  for (const Gathered* record : unsettled_) {
    if (!record->replaces || record->replaces->day == current_->day()) continue;
    if (std::ranges::any_of(older_, [&](const auto& day) { return day->day() == record->replaces->day; }))
      continue;
    auto day = WritableDay::open(settings_.path, record->replaces->day, Access::write, now_());
    const auto settled = day ? settle(**day) : Result<Done>(day.error());
    if (!settled) spdlog::warn("store: {}", settled.error().message);
  }
  unsettled_.clear();
}

}  // namespace sipsonde
