// SPDX-License-Identifier: Apache-2.0
#include "metrics/kubernetes_metrics.h"

#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> KubernetesMetrics::Collect() const {
  const Counts counts = read_();
  Series lookups("sipsonde_kubernetes_lookups_total", 2);
  lookups.add_counted({"ok"}, counts.ok);
  lookups.add_counted({"failed"}, counts.failed);
  return {lookups.take()};
}

}  // namespace sipsonde
