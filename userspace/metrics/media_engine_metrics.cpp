// SPDX-License-Identifier: Apache-2.0
#include "metrics/media_engine_metrics.h"

#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> MediaEngineMetrics::Collect() const {
  Series up("rtpengine_instances_up");
  up.add({}, static_cast<double>(engines_up_()));
  return {up.take()};
}

}  // namespace sipsonde
