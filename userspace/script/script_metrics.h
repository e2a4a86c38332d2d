// SPDX-License-Identifier: Apache-2.0
// The metrics that a script has declared. Every worker runs the same file in a Lua state of its own, so each
// declares the same: the first makes a metric, the others find it. Values are atomics that all add to.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "script/bounded_texts.h"
#include "script/declaration.h"

namespace sipsonde {

// One family. All but the constructor from any thread.
class ScriptFamily {
 public:
  explicit ScriptFamily(MetricDeclaration declaration);

  const MetricDeclaration& declaration() const { return declaration_; }

  // Where the value of a label has its place among its values; those beyond have the last.
  std::size_t place_of(std::size_t label, std::string_view value);

  // `cell`: the sum of place * stride over all labels.
  std::size_t stride(std::size_t label) const { return labels_[label].stride; }
  void add(std::size_t cell, double amount);
  void set(std::size_t cell, double value);
  void observe(std::size_t cell, double value);

  prometheus::MetricFamily collect() const;

 private:
  struct Label {
    std::size_t stride = 1;
    std::unique_ptr<BoundedTexts> seen;  // of an open label
  };

  std::string_view value_at(std::size_t label, std::size_t place) const;
  bool is_declared(std::size_t cell) const;

  MetricDeclaration declaration_;
  std::vector<Label> labels_;
  bool starts_at_zero_;
  std::vector<std::atomic<double>> values_;  // of a histogram the sums
  std::vector<std::atomic<bool>> touched_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
};

class ScriptMetrics : public prometheus::Collectable {
 public:
  // The family of that name, made if it is new and the registry still open. Fails when it was declared
  // otherwise before. Families live as long as this.
  Result<ScriptFamily*> declare(MetricDeclaration declaration);

  // Nothing new from here on: what a worker declares again must be there.
  void close() { open_ = false; }

  // The name, which then lives as long as this; nullptr when there are too many names.
  const std::string* custom_name(std::string_view name);

  void count_error() { errors_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t errors() const { return errors_.load(std::memory_order_relaxed); }

  // sipsonde_script_errors_total, and what was declared.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  static constexpr std::size_t kFamiliesAtMost = 64;
  static constexpr std::size_t kCustomNames = 256;

  std::vector<std::unique_ptr<ScriptFamily>> families_;
  BoundedTexts custom_names_{kCustomNames};
  bool open_ = true;
  std::atomic<std::uint64_t> errors_{0};
};

}  // namespace sipsonde
