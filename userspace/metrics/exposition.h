// SPDX-License-Identifier: Apache-2.0
// Families as text, in the two formats that scrapers ask for. The same families give the same bytes.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sipsonde {

enum class Format : std::uint8_t {
  text,         // Prometheus text 0.0.4
  openmetrics,  // OpenMetrics 1.0
};

// Families of one name become one; of the same label set the values are added up. Sorted by name, then by
// label values; families without a series are left out.
std::vector<prometheus::MetricFamily> merge(std::vector<prometheus::MetricFamily> families);

std::string render(const std::vector<prometheus::MetricFamily>& merged, Format format);

}  // namespace sipsonde
