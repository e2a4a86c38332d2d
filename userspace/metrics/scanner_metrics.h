// SPDX-License-Identifier: Apache-2.0
// Sources that were found to be scanners, by what gave them away, and how often the table of sources was
// full.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "facts/scanner_kind.h"

namespace sipsonde {

class ScannerMetrics : public prometheus::Collectable {
 public:
  struct Counts {
    std::array<std::uint64_t, kScannerKinds.size()> found{};
    std::uint64_t evicted_sources = 0;
  };
  using Read = std::function<Counts()>;
  explicit ScannerMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

}  // namespace sipsonde
