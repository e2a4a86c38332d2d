// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_tally.h"

#include <algorithm>
#include <string_view>

#include "base/labels.h"
#include "metrics/series.h"

namespace sipsonde {
namespace {

void add_one(std::atomic<std::uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t value_of(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

// Observes a span when both its ends are known. Two CPUs may stamp two packets in the wrong order by a hair.
template <typename Histogram>
void observe_span(Histogram& histogram, const std::optional<std::uint64_t>& from,
                  const std::optional<std::uint64_t>& until) {
  if (from && until) histogram.observe(*until > *from ? *until - *from : 0);
}

constexpr std::array<std::string_view, 2> kByeSides = {"local", "remote"};
constexpr std::array<std::string_view, 4> kByeReasons = {"normal", "timer-expired", "error", "user-hangup"};

// Which of `values` the attribute has; the first when it has none of them.
template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& values, const CallEvent& event,
                     std::string_view name) {
  for (const auto& [key, value] : event.attributes)
    if (key == name)
      if (const auto found = std::ranges::find(values, value); found != values.end())
        return static_cast<std::size_t>(found - values.begin());
  return 0;
}

}  // namespace

CallTally::CallTally(const TrunkTable& trunks) : trunks_(trunks), by_trunk_(trunks.size()) {}

void CallTally::consume(const Fact& fact) {
  if (const auto* record = std::get_if<CallRecord>(&fact)) return count_leg(*record);
  const auto* event = std::get_if<CallEvent>(&fact);
  if (event && event->event == EventName::timeout && event->method < SIPSONDE_METHOD_COUNT)
    add_one(timed_out_[event->method]);
  if (event && event->event == EventName::bye) {
    const std::size_t side = event->direction == SIPSONDE_DIRECTION_outbound ? 1 : 0;
    add_one(byes_[side][index_of(kByeSides, *event, "by")][index_of(kByeReasons, *event, "reason_class")]);
  }
}

void CallTally::count_leg(const CallRecord& record) {
  Trunk& trunk = by_trunk_[std::min<std::size_t>(record.trunk, by_trunk_.size() - 1)];
  const std::size_t side = record.direction == SIPSONDE_DIRECTION_outbound ? 1 : 0;
  if (record.disposition) {  // a leg cut before its answer has none: nobody knows how it ended
    const auto result = static_cast<std::size_t>(*record.disposition);
    add_one(trunk.calls[side][result]);
    observe_span(trunk.duration[result], record.answer_ns, record.end_ns);
  }
  if (record.failure) add_one(failed_[static_cast<std::size_t>(*record.failure)]);
  Direction& direction = by_direction_[side];
  observe_span(direction.setup, record.start_ns, record.answer_ns);
  observe_span(direction.ringing, record.start_ns, record.ringing_ns);
  if (record.teardown_ns) direction.teardown.observe(*record.teardown_ns);
}

std::vector<prometheus::MetricFamily> CallTally::Collect() const {
  return {calls(),
          durations(),
          delays("sip_call_setup_seconds", &Direction::setup),
          delays("sip_call_ringing_seconds", &Direction::ringing),
          delays("sip_call_teardown_seconds", &Direction::teardown),
          failures(),
          byes(),
          timeouts()};
}

prometheus::MetricFamily CallTally::calls() const {
  Series series("sip_calls_total", trunks_.size() * SIPSONDE_DIRECTION_COUNT * kDispositionCount);
  for (std::size_t trunk = 0; trunk < trunks_.size(); ++trunk)
    for (std::size_t direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
      for (std::size_t result = 0; result < kDispositionCount; ++result)
        series.add_counted(
            {trunks_[trunk].tenant, trunks_[trunk].name, label(static_cast<sipsonde_direction>(direction)),
             label(static_cast<Disposition>(result))},
            value_of(by_trunk_[trunk].calls[direction][result]));
  return series.take();
}

prometheus::MetricFamily CallTally::durations() const {
  Series series("sip_call_duration_seconds", trunks_.size() * kDispositionCount);
  for (std::size_t trunk = 0; trunk < trunks_.size(); ++trunk)
    for (std::size_t result = 0; result < kDispositionCount; ++result)
      series.add_observed(
          {trunks_[trunk].tenant, trunks_[trunk].name, label(static_cast<Disposition>(result))},
          by_trunk_[trunk].duration[result].reading());
  return series.take();
}

prometheus::MetricFamily CallTally::delays(FamilyName name, Latency Direction::*part) const {
  Series series(name, SIPSONDE_DIRECTION_COUNT);
  for (std::size_t direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    series.add_observed({label(static_cast<sipsonde_direction>(direction))},
                        (by_direction_[direction].*part).reading());
  return series.take();
}

prometheus::MetricFamily CallTally::failures() const {
  Series series("sip_call_failed_total", kFailureReasonCount);
  for (std::size_t reason = 0; reason < failed_.size(); ++reason)
    series.add_counted({label(static_cast<FailureReason>(reason))}, value_of(failed_[reason]));
  return series.take();
}

prometheus::MetricFamily CallTally::byes() const {
  Series series("sip_bye_total", SIPSONDE_DIRECTION_COUNT * kByeSides.size() * kByeReasons.size());
  for (std::size_t direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (std::size_t by = 0; by < kByeSides.size(); ++by)
      for (std::size_t reason = 0; reason < kByeReasons.size(); ++reason)
        series.add_counted(
            {label(static_cast<sipsonde_direction>(direction)), kByeSides[by], kByeReasons[reason]},
            value_of(byes_[direction][by][reason]));
  return series.take();
}

prometheus::MetricFamily CallTally::timeouts() const {
  Series series("sip_transaction_timeout_total", SIPSONDE_METHOD_COUNT - 1);
  for (std::size_t method = 0; method < timed_out_.size(); ++method)
    if (method != SIPSONDE_METHOD_ack)  // an ACK waits for no response
      series.add_counted({label(static_cast<sipsonde_method>(method))}, value_of(timed_out_[method]));
  return series.take();
}

}  // namespace sipsonde
