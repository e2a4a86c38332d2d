// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_metrics.h"

#include "metrics/series.h"

namespace sipsonde {

std::vector<prometheus::MetricFamily> MapMetrics::Collect() const {
  Series entries("sipsonde_map_entries");
  Series capacity("sipsonde_map_capacity");
  for (const MapUse& use : read_()) {
    entries.add({use.map}, static_cast<double>(use.entries));
    capacity.add({use.map}, static_cast<double>(use.capacity));
  }
  return {entries.take(), capacity.take()};
}

std::vector<prometheus::MetricFamily> FragmentMetrics::Collect() const {
  const Counts counts = read_();
  Series series("sipsonde_fragments_total", counts.size());
  for (std::size_t result = 0; result < counts.size(); ++result)
    series.add_counted({label(static_cast<FragmentResult>(result))}, counts[result]);
  return {series.take()};
}

std::vector<prometheus::MetricFamily> FlowMetrics::Collect() const {
  const Counts counts = read_();
  Series segments("sipsonde_segments_total", counts.segments.size());
  for (std::size_t result = 0; result < counts.segments.size(); ++result)
    segments.add_counted({label(static_cast<SegmentResult>(result))}, counts.segments[result]);
  Series breaks("sipsonde_stream_breaks_total", counts.breaks.size());
  for (std::size_t reason = 0; reason < counts.breaks.size(); ++reason)
    breaks.add_counted({label(static_cast<StreamBreak>(reason))}, counts.breaks[reason]);
  return {segments.take(), breaks.take()};
}

}  // namespace sipsonde
