// SPDX-License-Identifier: Apache-2.0
// rtpengine_instances_up: who answers the pings of its control protocol.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace sipsonde {

class MediaEngineMetrics : public prometheus::Collectable {
 public:
  // Called on the scrape's thread.
  using EnginesUp = std::function<std::uint64_t()>;

  explicit MediaEngineMetrics(EnginesUp engines_up) : engines_up_(std::move(engines_up)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  EnginesUp engines_up_;
};

}  // namespace sipsonde
