// SPDX-License-Identifier: Apache-2.0
// How far workers are behind the kernel, and how many of them run.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "metrics/atomic_histogram.h"

namespace sipsonde {

inline constexpr std::array<std::uint64_t, 16> kLagEdgesUs = {
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000};

// One worker's: from the packet's time at the hook to the end of its handling.
class WorkerLag {
 public:
  void observe(std::uint64_t microseconds) { histogram_.observe(microseconds); }
  HistogramReading reading() const { return histogram_.reading(); }

 private:
  AtomicHistogram<kLagEdgesUs, 1> histogram_;
};

// sipsonde_worker_lag_us; depends on the machine, so it has no place in a replay.
class LagMetrics : public prometheus::Collectable {
 public:
  // In the order of the workers; all outlive this.
  explicit LagMetrics(std::vector<const WorkerLag*> workers) : workers_(std::move(workers)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::vector<const WorkerLag*> workers_;
};

// sipsonde_workers and sipsonde_workers_max.
class WorkerMetrics : public prometheus::Collectable {
 public:
  WorkerMetrics(std::function<unsigned()> running, unsigned configured)
      : running_(std::move(running)), configured_(configured) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::function<unsigned()> running_;
  unsigned configured_;
};

}  // namespace sipsonde
