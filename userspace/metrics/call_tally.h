// SPDX-License-Identifier: Apache-2.0
// Adds up what the call model states: how legs ended, how long their parts took and how they sounded; and
// shows what it counts.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <vector>

#include "config/settings.h"
#include "facts/fact.h"
#include "facts/measures.h"
#include "metrics/atomic_histogram.h"
#include "metrics/call_quality.h"
#include "metrics/call_ratios.h"
#include "metrics/latency.h"

namespace sipsonde {

// Upper edges of call durations.
inline constexpr std::array<std::uint64_t, 11> kDurationEdgesNs = {
    1 * kNsPerSecond,    5 * kNsPerSecond,    10 * kNsPerSecond,  30 * kNsPerSecond,
    60 * kNsPerSecond,   120 * kNsPerSecond,  300 * kNsPerSecond, 600 * kNsPerSecond,
    1800 * kNsPerSecond, 3600 * kNsPerSecond, 7200 * kNsPerSecond};

class CallTally : public prometheus::Collectable {
 public:
  // Both outlive the tally. `measures` is only read.
  CallTally(const TrunkTable& trunks, const Measures& measures);

  // On a worker's thread; several may at once. Takes no lock and allocates nothing.
  void consume(const Fact& fact);

  // Event time, as unix time, before the facts of that time: what is over the last five minutes goes by it.
  void advance(std::uint64_t now_ns) { ratios_.advance(now_ns); }

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  using Latency = AtomicHistogram<kLatencyEdgesNs, kNsPerSecond>;
  using Duration = AtomicHistogram<kDurationEdgesNs, kNsPerSecond>;

  struct Trunk {
    std::array<std::array<Counter, kDispositionCount>, SIPSONDE_DIRECTION_COUNT> calls{};
    std::array<Duration, kDispositionCount> duration;
  };
  struct Direction {
    Latency setup;
    Latency ringing;
    Latency teardown;
  };

  void count_leg(const CallRecord& record);
  prometheus::MetricFamily calls() const;
  prometheus::MetricFamily durations() const;
  prometheus::MetricFamily delays(FamilyName name, Latency Direction::*part) const;
  prometheus::MetricFamily failures() const;
  prometheus::MetricFamily byes() const;
  prometheus::MetricFamily session_refreshes() const;
  prometheus::MetricFamily timeouts() const;
  prometheus::MetricFamily stir_results() const;
  prometheus::MetricFamily dtls_handshakes() const;
  prometheus::MetricFamily lost_at_end() const;

  const TrunkTable& trunks_;
  const Measures& measures_;
  std::vector<Trunk> by_trunk_;
  std::array<Direction, SIPSONDE_DIRECTION_COUNT> by_direction_;
  CallRatios ratios_;
  CallQuality quality_;
  std::array<Counter, kFailureReasonCount> failed_{};
};

}  // namespace sipsonde
