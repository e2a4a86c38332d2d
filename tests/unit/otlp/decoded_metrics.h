// SPDX-License-Identifier: Apache-2.0
// The bytes of an ExportMetricsServiceRequest as a person reads them. The field numbers here are written down
// from the public opentelemetry-proto (metrics/v1), apart from those that the agent writes by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unit/otlp/decoded_spans.h"

namespace sipsonde {

struct DecodedPoint {
  DecodedAttributes attributes;
  std::uint64_t start_ns = 0;
  std::uint64_t time_ns = 0;
  std::int64_t value = 0;  // of a sum
  std::uint64_t count = 0;
  double sum = 0;
  std::vector<std::uint64_t> buckets;
  std::vector<double> bounds;
};

struct DecodedMetric {
  std::string name;
  std::string unit;
  bool is_sum = false;
  bool is_monotonic = false;
  std::int64_t temporality = 0;
  std::vector<DecodedPoint> points;

  // The one with that attribute: "486".
  const DecodedPoint* point(std::string_view attribute, std::string_view value) const;
};

// Those of a ScopeMetrics, and of a whole request. They throw what protozero throws when the bytes are no
// message, and std::runtime_error at a field that the schema does not have.
std::vector<DecodedMetric> decode_metrics(std::string_view scope_metrics);
std::vector<DecodedMetric> decode_metrics_request(std::string_view bytes);

}  // namespace sipsonde
