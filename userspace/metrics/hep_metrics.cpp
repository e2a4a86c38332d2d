// SPDX-License-Identifier: Apache-2.0
#include "metrics/hep_metrics.h"

#include "metrics/series.h"

namespace sipsonde {
namespace {

template <std::size_t kCount>
prometheus::MetricFamily family_of(FamilyName name, const std::array<std::string_view, kCount>& labels,
                                   const std::array<std::atomic<std::uint64_t>, kCount>& counted) {
  Series series(name, kCount);
  for (std::size_t at = 0; at < kCount; ++at)
    series.add_counted({labels[at]}, counted[at].load(std::memory_order_relaxed));
  return series.take();
}

}  // namespace

std::vector<prometheus::MetricFamily> HepMetrics::Collect() const {
  Series connections("sipsonde_hep_connections");
  connections.add({}, static_cast<double>(counts_.connections.load(std::memory_order_relaxed)));
  return {connections.take(),
          family_of("sipsonde_hep_connections_ended_total", kHepConnectionEnds, counts_.connections_ended),
          family_of("sipsonde_hep_packets_total", kHepResults, counts_.packets),
          family_of("sipsonde_hep_times_replaced_total", kHepTimeFaults, counts_.times_replaced)};
}

}  // namespace sipsonde
