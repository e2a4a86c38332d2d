// SPDX-License-Identifier: Apache-2.0
// At the start: legs that went on when an earlier run was killed get the record that it could not write.
#include <spdlog/spdlog.h>

#include "store/cut_leg.h"
#include "store/json_object.h"
#include "store/record_row.h"
#include "store/writer.h"

namespace sipsonde {
namespace {

constexpr std::size_t kLegsATransaction = 500;

// A leg that has its record may still be open, if the run was killed between two files.
bool has_record(const CallRecord& cut, const std::string& node, const std::vector<StoredRow>& rows) {
  const std::string key = key_of_row(node, cut.call_id, cut.leg, to_milliseconds(cut.start_ns));
  for (const StoredRow& row : rows) {
    if (row.key == key) return true;
    const auto record = JsonObject::parse(row.document);
    if (!record || record->number("leg") != cut.leg) continue;
    const auto end_ms = record->number("end_timestamp_ms");
    if (end_ms && *end_ms >= *to_milliseconds(cut.answer_ns)) return true;
  }
  return false;
}

}  // namespace

Result<Done> StoreWriter::recover() {
  for (const StoreDay day : days_in(settings_.path)) {
    if (day > current_->day()) break;
    const auto done = recover_day(day);
    if (done) continue;
    if (day == current_->day() || !is_damage_of(day, done.error())) return done;
    if (auto moved = move_aside(day, done.error()); !moved) return moved;
  }
  recovered_ = true;
  return Done{};
}

Result<Done> StoreWriter::recover_day(StoreDay day) {
  std::unique_ptr<WritableDay> older;
  if (day != current_->day()) {
    auto opened = open_day(day, Access::write);
    if (!opened) {
      spdlog::warn("store: {}; legs that are open in it stay without a record", opened.error().message);
      return Done{};
    }
    older = std::move(*opened);
  }
  WritableDay& from = older ? *older : *current_;
  std::size_t found = 0;
  for (;;) {
    const auto legs = from.open_legs(kLegsATransaction);
    if (!legs) return legs.error();
    if (legs->empty()) break;
    if (auto recovered = recover_legs(from, *legs); !recovered) return recovered;
    found += legs->size();
  }
  if (found > 0)
    spdlog::info(
        "store: {} legs of {} were open when an earlier run ended; those without a record have one now",
        found, date_of(day));
  return Done{};
}

// The records first: whoever is killed in between finds them the next time.
Result<Done> StoreWriter::recover_legs(WritableDay& from, const std::vector<WritableDay::OpenLeg>& legs) {
  const bool is_older = &from != current_.get();
  auto transaction = current_->begin();
  if (!transaction) return transaction.error();
  for (const auto& [call_id, leg] : legs)
    if (auto recovered = recover_leg(from, call_id, leg); !recovered) return recovered;
  if (auto committed = transaction->commit(); !committed || !is_older) return committed;
  auto closing = from.begin();
  if (!closing) return closing.error();
  for (const auto& [call_id, leg] : legs)
    if (auto closed = from.close_leg_elsewhere(call_id, leg); !closed) return closed;
  return closing->commit();
}

Result<Done> StoreWriter::recover_leg(WritableDay& from, const std::string& call_id, std::uint32_t leg) {
  const auto lines = reader_.events_of(call_id);
  if (!lines) return lines.error();
  const auto rows = reader_.rows_of(call_id);
  if (!rows) return rows.error();
  const auto cut = CutLeg::of(call_id, leg, *lines);
  const bool is_older = &from != current_.get();
  if (!cut || has_record(cut->record(), cut->node(), *rows))
    return is_older ? Done{} : from.close_leg_elsewhere(call_id, leg);
  Arena texts;
  const FactContext context{&cut->trunks(), cut->node()};  // the row views its node
  RecordRow row = row_of(cut->record(), context, texts, now_ms());
  if (!is_older) {
    const auto events = from.close_leg(call_id, leg);
    if (!events) return events.error();
    row.event_rows = *events;
  }
  return current_->add(row);
}

}  // namespace sipsonde
