// SPDX-License-Identifier: Apache-2.0
#include "metrics/series.h"

#include <limits>
#include <numeric>

namespace sipsonde {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return prometheus::MetricType::Counter;
    case MetricKind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

}  // namespace

std::uint64_t HistogramReading::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

void Series::add(LabelValues values, double value) {
  auto& metric = append(values);
  (family_.kind == MetricKind::counter ? metric.counter.value : metric.gauge.value) = value;
}

void Series::add_counted(LabelValues values, std::uint64_t count) {
  if (count > 0 || shows_zero_) add(values, static_cast<double>(count));
}

void Series::add_observed(LabelValues values, const HistogramReading& reading) {
  const std::uint64_t count = reading.count();
  if (count == 0 && !shows_zero_) return;
  auto& histogram = append(values).histogram;
  histogram.sample_count = count;
  histogram.sample_sum = reading.sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < reading.buckets.size(); ++i) {
    cumulative += reading.buckets[i];
    const double edge = i < reading.edges.size() ? reading.edges[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({cumulative, edge});
  }
}

prometheus::MetricFamily Series::take() {
  return {std::string(family_.name), std::string(family_.help), type_of(family_.kind), std::move(metrics_)};
}

prometheus::ClientMetric& Series::append(LabelValues values) {
  auto& metric = metrics_.emplace_back();
  std::string_view names = family_.labels;
  for (const std::string_view value : values) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    metric.label.push_back({std::string(name), std::string(value)});
  }
  return metric;
}

}  // namespace sipsonde
