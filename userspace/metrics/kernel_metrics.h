// SPDX-License-Identifier: Apache-2.0
// What the kernel counts, read from its maps on each scrape: exact even when the agent is slow.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <vector>

#include "sipsonde/state.h"

namespace sipsonde {

class KernelMetrics : public prometheus::Collectable {
 public:
  // Fills in the sum of all shards. Called on the scrape's thread; the value is zero before.
  using Read = std::function<void(sipsonde_counters&)>;

  // `workers`: how many rings there are.
  KernelMetrics(Read read, unsigned workers) : read_(std::move(read)), workers_(workers) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
  unsigned workers_;
};

}  // namespace sipsonde
