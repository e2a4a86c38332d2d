// SPDX-License-Identifier: Apache-2.0
#include "metrics/scanner_metrics.h"

#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> ScannerMetrics::Collect() const {
  const Counts counts = read_();
  Series found("sip_scanner_events_total", counts.found.size());
  for (std::size_t kind = 0; kind < counts.found.size(); ++kind)
    found.add_counted({kScannerKinds[kind]}, counts.found[kind]);
  Series evictions("sipsonde_evictions_total");
  evictions.add_counted({"scanner-sources"}, counts.evicted_sources);
  return {found.take(), evictions.take()};
}

}  // namespace sipsonde
