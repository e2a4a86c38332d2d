// SPDX-License-Identifier: Apache-2.0
// The page at /metrics: asks every source, merges, renders.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "metrics/exposition.h"

namespace sipsonde {

// Whether a source depends on the machine or its clock. Such have no place in a replay: the same capture
// gives the same bytes.
enum class Dependence : std::uint8_t { traffic, machine };

class MetricsPage {
 public:
  explicit MetricsPage(bool replay) : replay_(replay) {}

  // `source` outlives the page. Before the first render().
  void add(const prometheus::Collectable& source, Dependence dependence = Dependence::traffic);

  // From any thread, one at a time.
  std::string render(Format format) const;
  // What the page is made of, for whoever shows it otherwise.
  std::vector<prometheus::MetricFamily> collect() const;

  // Writes the text format to `path`, in one step: a reader meets the whole page or the one before.
  Result<Done> write_file(const std::string& path) const;

 private:
  bool replay_;
  std::vector<const prometheus::Collectable*> sources_;
  mutable std::mutex one_at_a_time_;
};

}  // namespace sipsonde
