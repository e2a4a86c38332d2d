// SPDX-License-Identifier: Apache-2.0
#include "metrics/worker_metrics.h"

#include <string>

namespace sipsonde {

std::vector<prometheus::MetricFamily> LagMetrics::Collect() const {
  Series series("sipsonde_worker_lag_us", workers_.size());
  for (std::size_t worker = 0; worker < workers_.size(); ++worker)
    series.add_observed({std::to_string(worker)}, workers_[worker]->reading());
  return {series.take()};
}

std::vector<prometheus::MetricFamily> WorkerMetrics::Collect() const {
  Series running("sipsonde_workers");
  running.add({}, running_());
  Series configured("sipsonde_workers_max");
  configured.add({}, configured_);
  return {running.take(), configured.take()};
}

}  // namespace sipsonde
