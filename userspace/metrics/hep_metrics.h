// SPDX-License-Identifier: Apache-2.0
// What HEP senders brought: sipsonde_hep_*.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "hep/hep_counts.h"

namespace sipsonde {

class HepMetrics : public prometheus::Collectable {
 public:
  explicit HepMetrics(const HepCounts& counts) : counts_(counts) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const HepCounts& counts_;
};

}  // namespace sipsonde
