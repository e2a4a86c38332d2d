// SPDX-License-Identifier: Apache-2.0
// How full maps and tables are, and what became of fragments and segments.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "decode/reassembly.h"
#include "flows/segment_result.h"

namespace sipsonde {

struct MapUse {
  std::string map;
  std::uint64_t entries = 0;
  std::uint64_t capacity = 0;
};

// sipsonde_map_entries and sipsonde_map_capacity.
class MapMetrics : public prometheus::Collectable {
 public:
  using Read = std::function<std::vector<MapUse>()>;
  explicit MapMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

// sipsonde_fragments_total.
class FragmentMetrics : public prometheus::Collectable {
 public:
  using Counts = std::array<std::uint64_t, kFragmentResultCount>;  // by FragmentResult, of all workers
  using Read = std::function<Counts()>;
  explicit FragmentMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

// sipsonde_segments_total and sipsonde_stream_breaks_total.
class FlowMetrics : public prometheus::Collectable {
 public:
  // By SegmentResult and by StreamBreak, of all workers.
  struct Counts {
    std::array<std::uint64_t, kSegmentResultCount> segments{};
    std::array<std::uint64_t, kStreamBreakCount> breaks{};
  };
  using Read = std::function<Counts()>;
  explicit FlowMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

}  // namespace sipsonde
