// SPDX-License-Identifier: Apache-2.0
#include "metrics/registration_metrics.h"

#include "metrics/latency.h"
#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> RegistrationMetrics::Collect() const {
  Series live("sip_registrations");
  live.add({}, static_cast<double>(watch_.bindings.live()));
  Series evictions("sipsonde_evictions_total");
  evictions.add_counted({"registrations"}, watch_.bindings.evicted());
  return {live.take(), delay(), peers(), evictions.take()};
}

prometheus::MetricFamily RegistrationMetrics::delay() const {
  constexpr auto kSecond = static_cast<double>(kNsPerSecond);
  HistogramReading reading;
  for (const std::uint64_t edge : RegistrationDelay::kEdgesNs)
    reading.edges.push_back(static_cast<double>(edge) / kSecond);
  for (const auto& bucket : watch_.delay.buckets())
    reading.buckets.push_back(bucket.load(std::memory_order_relaxed));
  reading.sum = static_cast<double>(watch_.delay.sum_ns()) / kSecond;
  Series series("sip_registration_delay_seconds");
  series.add_observed({}, reading);
  return series.take();
}

// A trunk that was never asked is not shown: 0 would say that it does not answer.
prometheus::MetricFamily RegistrationMetrics::peers() const {
  Series series("sip_peer_up", trunks_.size());
  for (std::size_t trunk = 0; trunk < trunks_.size(); ++trunk)
    if (const auto up = watch_.peers.up(trunk)) series.add({trunks_[trunk].name}, *up ? 1 : 0);
  return series.take();
}

}  // namespace sipsonde
