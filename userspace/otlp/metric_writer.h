// SPDX-License-Identifier: Apache-2.0
// A few of the agent's own metrics as those of OTLP (opentelemetry-proto, metrics/v1), cumulative since the
// start of this program.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

struct WrittenMetrics {
  std::string bytes;  // members of ScopeMetrics, each with tag and length in front
  std::size_t points = 0;
};

class MetricWriter {
 public:
  using Families = std::vector<prometheus::MetricFamily>;

  // `at_start`: what is told counts from there; counters of the kernel may be older than this program.
  MetricWriter(const Families& at_start, std::uint64_t start_ns);

  WrittenMetrics write(const Families& now, std::uint64_t now_ns) const;

 private:
  const std::uint64_t start_ns_;
  std::map<std::string, double, std::less<>> counted_before_;  // by instrument and attributes
};

}  // namespace sipsonde
