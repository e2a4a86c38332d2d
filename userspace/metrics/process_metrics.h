// SPDX-License-Identifier: Apache-2.0
// What the agent itself uses: process_* by the names that Prometheus client libraries share, and the heap.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace sipsonde {

// Read from /proc on each scrape; what cannot be read is left out. Has no place in a replay.
class ProcessMetrics : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace sipsonde
