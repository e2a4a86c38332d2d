// SPDX-License-Identifier: Apache-2.0
// A histogram that several threads fill and one reads, without a lock. A reading taken meanwhile may miss
// what is just being added; nothing is ever lost.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "metrics/series.h"

namespace sipsonde {

// `kEdges`: an array of upper edges, inclusive, in the unit of observe(). `kPerBase` of that unit make one of
// the unit on the page.
template <const auto& kEdges, std::uint64_t kPerBase>
class AtomicHistogram {
 public:
  void observe(std::uint64_t value) {
    const auto edge = std::lower_bound(kEdges.begin(), kEdges.end(), value);
    buckets_[static_cast<std::size_t>(edge - kEdges.begin())].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }

  HistogramReading reading() const {
    constexpr auto kBase = static_cast<double>(kPerBase);
    HistogramReading reading;
    for (const std::uint64_t edge : kEdges) reading.edges.push_back(static_cast<double>(edge) / kBase);
    for (const auto& bucket : buckets_) reading.buckets.push_back(bucket.load(std::memory_order_relaxed));
    reading.sum = static_cast<double>(sum_.load(std::memory_order_relaxed)) / kBase;
    return reading;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kEdges.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

}  // namespace sipsonde
