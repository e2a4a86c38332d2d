// SPDX-License-Identifier: Apache-2.0
#include "store/record_row.h"

#include "base/labels.h"

namespace sipsonde {
namespace {

std::int64_t place_in_time(const CallRecord& record, std::int64_t now_ms) {
  for (const auto& time : {record.start_ns, record.ringing_ns, record.answer_ns, record.end_ns})
    if (time) return *to_milliseconds(time);
  return now_ms;
}

}  // namespace

std::optional<std::int64_t> to_milliseconds(const std::optional<std::uint64_t>& time_ns) {
  if (!time_ns) return std::nullopt;
  return static_cast<std::int64_t>(*time_ns / 1'000'000);
}

RecordRow row_of(const CallRecord& record, const FactContext& context, Arena& texts, std::int64_t now_ms) {
  thread_local std::string line;
  line.clear();
  append_json(line, record, context);
  return {.call_id = texts.keep(record.call_id),
          .leg = record.leg,
          .node = context.node,
          .time_ms = place_in_time(record, now_ms),
          .start_ms = to_milliseconds(record.start_ns),
          .end_ms = to_milliseconds(record.end_ns),
          .tenant = texts.keep(tenant_of(record, context)),
          .trunk = texts.keep(trunk_of(record.trunk, context).name),
          .direction = label(record.direction),
          .disposition = record.disposition ? label(*record.disposition) : std::string_view{},
          .from_number = texts.keep(record.from_number),
          .to_number = texts.keep(record.to_number),
          .document = texts.keep(line)};
}

}  // namespace sipsonde
