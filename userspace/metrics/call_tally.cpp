// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_tally.h"

#include <algorithm>
#include <string_view>

#include "base/labels.h"
#include "metrics/series.h"

namespace sipsonde {
namespace {

// Observes a span when both its ends are known. Two CPUs may stamp two packets in the wrong order by a hair.
template <typename Histogram>
void observe_span(Histogram& histogram, const std::optional<std::uint64_t>& from,
                  const std::optional<std::uint64_t>& until) {
  if (from && until) histogram.observe(*until > *from ? *until - *from : 0);
}

}  // namespace

CallTally::CallTally(const TrunkTable& trunks, const Measures& measures)
    : trunks_(trunks), measures_(measures), by_trunk_(trunks.size()) {}

void CallTally::consume(const Fact& fact) {
  if (const auto* record = std::get_if<CallRecord>(&fact)) count_leg(*record);
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
  ratios_.count(record);
  quality_.count(record);
}

std::vector<prometheus::MetricFamily> CallTally::Collect() const {
  std::vector<prometheus::MetricFamily> families = ratios_.Collect();
  const auto quality = quality_.Collect();
  families.insert(families.end(), quality.begin(), quality.end());
  families.insert(families.end(),
                  {calls(), durations(), delays("sip_call_setup_seconds", &Direction::setup),
                   delays("sip_call_ringing_seconds", &Direction::ringing),
                   delays("sip_call_teardown_seconds", &Direction::teardown), failures(), byes(),
                   session_refreshes(), stir_results(), timeouts(), dtls_handshakes(), lost_at_end()});
  return families;
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
  Series series("sip_bye_total", SIPSONDE_DIRECTION_COUNT * kByeSenders.size() * kByeReasons.size());
  for (std::size_t direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (std::size_t by = 0; by < kByeSenders.size(); ++by)
      for (std::size_t reason = 0; reason < kByeReasons.size(); ++reason)
        series.add_counted(
            {label(static_cast<sipsonde_direction>(direction)), kByeSenders[by], kByeReasons[reason]},
            value_of(measures_.byes[direction][by][reason]));
  return series.take();
}

prometheus::MetricFamily CallTally::session_refreshes() const {
  Series series("sip_session_timer_refresh_total", kSessionRefreshes.size());
  for (std::size_t result = 0; result < kSessionRefreshes.size(); ++result)
    series.add_counted({kSessionRefreshes[result]}, value_of(measures_.session_refreshes[result]));
  return series.take();
}

prometheus::MetricFamily CallTally::timeouts() const {
  Series series("sip_transaction_timeout_total", SIPSONDE_METHOD_COUNT - 1);
  for (std::size_t method = 0; method < measures_.timeouts.size(); ++method)
    if (method != SIPSONDE_METHOD_ack)  // an ACK waits for no response
      series.add_counted({label(static_cast<sipsonde_method>(method))}, value_of(measures_.timeouts[method]));
  return series.take();
}

prometheus::MetricFamily CallTally::stir_results() const {
  Series series("sip_stir_verify_total", kStirResults.size());
  for (std::size_t result = 0; result < kStirResults.size(); ++result)
    series.add_counted({kStirResults[result]}, value_of(measures_.stir_results[result]));
  return series.take();
}

prometheus::MetricFamily CallTally::dtls_handshakes() const {
  Series series("sip_dtls_handshake_total", std::size(kDtlsResults));
  for (std::size_t result = 0; result < std::size(kDtlsResults); ++result)
    series.add_counted({std::string(kDtlsResults[result])}, value_of(measures_.dtls_handshakes[result]));
  return series.take();
}

// The page adds it to what the kernel counted under the same labels.
prometheus::MetricFamily CallTally::lost_at_end() const {
  Series series("rtp_lost_packets_total", SIPSONDE_FLOW_COUNT);
  for (std::size_t flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
    series.add_counted({label(direction_of(static_cast<sipsonde_flow>(flow)))},
                       value_of(measures_.rtp_lost_at_end[flow]));
  return series.take();
}

}  // namespace sipsonde
