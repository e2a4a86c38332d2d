// SPDX-License-Identifier: Apache-2.0
// The figures that operators live by, over the last five minutes of event time: SER, SEER and ISA of RFC
// 6076, and ASR, NER and ACD besides. docs/kpis.md defines each.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "facts/fact.h"
#include "metrics/call_attempt.h"
#include "metrics/sliding_window.h"

namespace sipsonde {

class CallRatios : public prometheus::Collectable {
 public:
  // Event time, as unix time. On any thread; what came before has to be counted against a time of about the
  // same moment, so workers say it before they state facts.
  void advance(std::uint64_t now_ns);

  // A leg that has ended, at its end; where that is out of sight, now. A leg that was cut before its answer
  // is no attempt of which anything is known. On any thread, without a lock or an allocation.
  void count(const CallRecord& record);

  // Without a leg that it could be of, a ratio has no sample.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  // A leg is in exactly one cell of the first kEstablishmentCount * 2, so that no reading sees a numerator
  // without its denominator; then the answered legs of which both ends were seen, and their length.
  // The length is read first and added last: no mean is above what it is the mean of.
  static constexpr std::size_t kMeasuredMilliseconds = kEstablishmentCount * 2;
  static constexpr std::size_t kMeasured = kMeasuredMilliseconds + 1;
  static constexpr std::uint64_t kWindowSeconds = 300;
  using Window = SlidingWindow<kMeasured + 1, kWindowSeconds>;

  std::atomic<std::uint64_t> now_second_{0};
  std::array<Window, SIPSONDE_DIRECTION_COUNT> by_direction_;
};

}  // namespace sipsonde
