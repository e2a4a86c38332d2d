// SPDX-License-Identifier: Apache-2.0
// Fills one family of the table with its label sets, for a source's Collect().
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "metrics/families.h"

namespace sipsonde {

// A family with at most so many label sets that are known beforehand shows all of them from the start, at 0,
// so that a rate can be taken of the first event. Of larger families a set appears with its first
// observation.
inline constexpr std::size_t kZeroSeriesLimit = 32;

struct HistogramReading {
  std::vector<double> edges;           // upper, inclusive
  std::vector<std::uint64_t> buckets;  // not cumulative; one more than edges
  double sum = 0;

  std::uint64_t count() const;
};

class Series {
 public:
  // `label_sets`: how many there can be.
  explicit Series(FamilyName name, std::size_t label_sets = 1)
      : family_(*name), shows_zero_(label_sets <= kZeroSeriesLimit) {}

  // Values in the order of the table's labels.
  using LabelValues = std::initializer_list<std::string_view>;

  // A counter or a gauge, whichever the family is. Always shown.
  void add(LabelValues values, double value);
  // Shown at 0 only when the family is small.
  void add_counted(LabelValues values, std::uint64_t count);
  void add_observed(LabelValues values, const HistogramReading& reading);

  bool shows_zero() const { return shows_zero_; }
  prometheus::MetricFamily take();

 private:
  prometheus::ClientMetric& append(LabelValues values);

  const Family& family_;
  bool shows_zero_;
  std::vector<prometheus::ClientMetric> metrics_;
};

}  // namespace sipsonde
