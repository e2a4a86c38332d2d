// SPDX-License-Identifier: Apache-2.0
#include "calls/fact_log.h"

#include <algorithm>

#include "calls/pool.h"

namespace sipsonde {

bool FactLog::keep(std::uint32_t& buffer, CallEvent event) {
  if (buffer == kNone) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(buffers_.size()));
      buffers_.emplace_back();
    }
    buffer = free_.back();
    free_.pop_back();
  }
  std::vector<CallEvent>& kept = buffers_[buffer];
  kept.push_back(std::move(event));
  ++kept_;
  return kept.size() < kEventsPerLeg && kept_ < kEventsInAll;
}

void FactLog::flush(std::uint32_t& buffer) {
  if (buffer == kNone) return;
  std::vector<CallEvent>& kept = buffers_[buffer];
  if (!std::ranges::is_sorted(kept, {}, &CallEvent::time_ns))
    std::ranges::stable_sort(kept, {}, &CallEvent::time_ns);
  for (CallEvent& event : kept) state(std::move(event));
  kept_ -= kept.size();
  kept.clear();
  free_.push_back(buffer);
  buffer = kNone;
}

void FactLog::state(CallEvent event) {
  event.time_ns = timebase_.to_unix_ns(event.time_ns);
  facts_.emplace_back(std::move(event));
}

void FactLog::state(CallRecord record) {
  to_unix(record.start_ns);
  to_unix(record.ringing_ns);
  to_unix(record.answer_ns);
  to_unix(record.end_ns);
  facts_.emplace_back(std::move(record));
}

std::vector<Fact> FactLog::take() {
  std::vector<Fact> taken;
  if (facts_.empty()) return taken;
  taken.reserve(std::min<std::size_t>(facts_.size() + 16, 1024));
  taken.swap(facts_);
  return taken;
}

void FactLog::to_unix(std::optional<std::uint64_t>& time_ns) const {
  if (time_ns) *time_ns = timebase_.to_unix_ns(*time_ns);
}

}  // namespace sipsonde
