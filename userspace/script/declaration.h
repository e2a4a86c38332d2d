// SPDX-License-Identifier: Apache-2.0
// What a script says of a metric before it counts anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/families.h"

namespace sipsonde {

struct LabelDeclaration {
  std::string name;
  std::vector<std::string> values;  // all there are, but for `other`; or
  std::size_t bound = 0;            // the first so many that come

  std::size_t size() const { return (bound ? bound : values.size()) + 1; }
  friend bool operator==(const LabelDeclaration&, const LabelDeclaration&) = default;
};

struct MetricDeclaration {
  std::string name;
  std::string help;
  MetricKind kind = MetricKind::counter;
  std::vector<LabelDeclaration> labels;
  std::vector<double> edges;  // of a histogram, rising

  std::size_t cells() const;
  friend bool operator==(const MetricDeclaration&, const MetricDeclaration&) = default;
};

// What takes the place of every value beyond those declared.
inline constexpr std::string_view kOther = "other";

inline constexpr std::size_t kLabelsAMetric = 6;
inline constexpr std::size_t kValuesALabel = 64;
inline constexpr std::size_t kLabelValueBytes = 64;
inline constexpr std::size_t kSeriesAMetric = 4096;
inline constexpr std::size_t kBucketsAMetric = 16'384;
inline constexpr std::size_t kEdgesAHistogram = 32;

// What is wrong with it, as a sentence without its subject; empty: nothing. Names follow the rules that
// families.h holds its own table to, and are none of that table's in either format of the page.
std::string problem_of(const MetricDeclaration& declaration);

// A label value as it may stand on the page: UTF-8, not empty, at most kLabelValueBytes.
bool is_label_value(std::string_view text);

}  // namespace sipsonde
