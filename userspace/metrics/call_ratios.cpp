// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_ratios.h"

#include "base/labels.h"
#include "metrics/latency.h"
#include "metrics/series.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kNsPerMillisecond = 1'000'000;

std::size_t cell_of(Establishment establishment, bool reached) {
  return static_cast<std::size_t>(establishment) * 2 + (reached ? 1 : 0);
}

// What the window holds of one direction.
struct Attempts {
  std::uint64_t all = 0;
  std::uint64_t reached = 0;
  std::array<std::uint64_t, kEstablishmentCount> by_establishment{};

  std::uint64_t of(Establishment establishment) const {
    return by_establishment[static_cast<std::size_t>(establishment)];
  }
};

template <typename Sums>
Attempts attempts_in(const Sums& sums) {
  Attempts attempts;
  for (std::size_t i = 0; i < kEstablishmentCount; ++i) {
    const auto establishment = static_cast<Establishment>(i);
    const std::uint64_t reached = sums[cell_of(establishment, true)];
    attempts.by_establishment[i] = sums[cell_of(establishment, false)] + reached;
    attempts.all += attempts.by_establishment[i];
    attempts.reached += reached;
  }
  return attempts;
}

void add_ratio(Series& series, std::string_view direction, std::uint64_t part, std::uint64_t whole) {
  if (whole != 0) series.add({direction}, static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

void CallRatios::advance(std::uint64_t now_ns) {
  const std::uint64_t second = now_ns / kNsPerSecond;
  if (now_second_.load(std::memory_order_relaxed) != second)
    now_second_.store(second, std::memory_order_relaxed);
}

void CallRatios::count(const CallRecord& record) {
  if (!record.disposition) return;
  const std::uint64_t now = now_second_.load(std::memory_order_relaxed);
  const std::uint64_t second = record.end_ns ? *record.end_ns / kNsPerSecond : now;
  Window& window = by_direction_[record.direction == SIPSONDE_DIRECTION_outbound ? 1 : 0];
  window.add(second, now, cell_of(classify_establishment(record), reached_the_far_end(record)));
  if (!record.answer_ns || !record.end_ns) return;
  // To the millisecond, as the row says it.
  const std::uint64_t answered_ms = *record.answer_ns / kNsPerMillisecond;
  const std::uint64_t ended_ms = *record.end_ns / kNsPerMillisecond;
  window.add(second, now, kMeasured);
  window.add(second, now, kMeasuredMilliseconds, ended_ms > answered_ms ? ended_ms - answered_ms : 0);
}

std::vector<prometheus::MetricFamily> CallRatios::Collect() const {
  Series established("sip_session_establishment_ratio", SIPSONDE_DIRECTION_COUNT);
  Series effective("sip_session_establishment_effectiveness_ratio", SIPSONDE_DIRECTION_COUNT);
  Series ineffective("sip_ineffective_session_attempts_ratio", SIPSONDE_DIRECTION_COUNT);
  Series answered("sip_answer_seizure_ratio", SIPSONDE_DIRECTION_COUNT);
  Series reached("sip_network_effectiveness_ratio", SIPSONDE_DIRECTION_COUNT);
  Series length("sip_average_call_seconds", SIPSONDE_DIRECTION_COUNT);
  const std::uint64_t now = now_second_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < by_direction_.size(); ++i) {
    const std::string_view direction = label(static_cast<sipsonde_direction>(i));
    const Window::Sums sums = by_direction_[i].sums(now);
    const Attempts attempts = attempts_in(sums);
    const std::uint64_t successes = attempts.of(Establishment::established);
    const std::uint64_t not_redirected = attempts.all - attempts.of(Establishment::redirected);
    add_ratio(established, direction, successes, not_redirected);
    add_ratio(effective, direction, successes + attempts.of(Establishment::user_unavailable), not_redirected);
    add_ratio(ineffective, direction, attempts.of(Establishment::ineffective), attempts.all);
    add_ratio(answered, direction, successes, attempts.all);
    add_ratio(reached, direction, attempts.reached, attempts.all);
    add_ratio(length, direction, sums[kMeasuredMilliseconds], sums[kMeasured] * 1000);
  }
  return {established.take(), effective.take(), ineffective.take(),
          answered.take(),    reached.take(),   length.take()};
}

}  // namespace sipsonde
