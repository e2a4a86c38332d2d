// SPDX-License-Identifier: Apache-2.0
// How often the API server was asked for the pods of this node, and whether it told.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace sipsonde {

class KubernetesMetrics : public prometheus::Collectable {
 public:
  struct Counts {
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
  };
  using Read = std::function<Counts()>;
  explicit KubernetesMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

}  // namespace sipsonde
