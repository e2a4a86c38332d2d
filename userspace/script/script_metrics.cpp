// SPDX-License-Identifier: Apache-2.0
#include "script/script_metrics.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "metrics/series.h"

namespace sipsonde {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
  return kind == MetricKind::counter ? prometheus::MetricType::Counter
         : kind == MetricKind::gauge ? prometheus::MetricType::Gauge
                                     : prometheus::MetricType::Histogram;
}

// Small families whose label sets are known show all of them from the start, as those of the table do.
bool shows_all(const MetricDeclaration& declaration) {
  std::size_t sets = 1;
  for (const LabelDeclaration& label : declaration.labels)
    sets *= label.bound ? kZeroSeriesLimit + 1 : label.values.size();
  return sets <= kZeroSeriesLimit;
}

}  // namespace

ScriptFamily::ScriptFamily(MetricDeclaration declaration)
    : declaration_(std::move(declaration)),
      labels_(declaration_.labels.size()),
      starts_at_zero_(shows_all(declaration_)),
      values_(declaration_.cells()),
      touched_(declaration_.cells()),
      buckets_(declaration_.kind == MetricKind::histogram
                   ? declaration_.cells() * (declaration_.edges.size() + 1)
                   : 0) {
  std::size_t stride = 1;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    labels_[i].stride = stride;
    stride *= declaration_.labels[i].size();
    if (declaration_.labels[i].bound)
      labels_[i].seen = std::make_unique<BoundedTexts>(declaration_.labels[i].bound);
  }
}

std::size_t ScriptFamily::place_of(std::size_t label, std::string_view value) {
  const LabelDeclaration& declared = declaration_.labels[label];
  if (!declared.bound)
    return static_cast<std::size_t>(std::ranges::find(declared.values, value) - declared.values.begin());
  return value == kOther || !is_label_value(value) ? declared.bound : labels_[label].seen->place_of(value);
}

void ScriptFamily::add(std::size_t cell, double amount) {
  values_[cell].fetch_add(amount, std::memory_order_relaxed);
  touched_[cell].store(true, std::memory_order_relaxed);
}

void ScriptFamily::set(std::size_t cell, double value) {
  values_[cell].store(value, std::memory_order_relaxed);
  touched_[cell].store(true, std::memory_order_relaxed);
}

void ScriptFamily::observe(std::size_t cell, double value) {
  const std::vector<double>& edges = declaration_.edges;
  const auto edge = static_cast<std::size_t>(std::ranges::lower_bound(edges, value) - edges.begin());
  buckets_[cell * (edges.size() + 1) + edge].fetch_add(1, std::memory_order_relaxed);
  add(cell, value);
}

std::string_view ScriptFamily::value_at(std::size_t label, std::size_t place) const {
  const LabelDeclaration& declared = declaration_.labels[label];
  if (place + 1 == declared.size()) return kOther;
  if (!declared.bound) return declared.values[place];
  const std::string* const seen = labels_[label].seen->at(place);
  return seen ? std::string_view(*seen) : kOther;
}

// None of its labels is beyond what was declared.
bool ScriptFamily::is_declared(std::size_t cell) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::size_t size = declaration_.labels[i].size();
    if (cell / labels_[i].stride % size + 1 == size) return false;
  }
  return true;
}

prometheus::MetricFamily ScriptFamily::collect() const {
  prometheus::MetricFamily family{declaration_.name, declaration_.help, type_of(declaration_.kind), {}};
  for (std::size_t cell = 0; cell < values_.size(); ++cell) {
    if (!touched_[cell].load(std::memory_order_relaxed) && !(starts_at_zero_ && is_declared(cell))) continue;
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const std::size_t place = cell / labels_[i].stride % declaration_.labels[i].size();
      metric.label.push_back({declaration_.labels[i].name, std::string(value_at(i, place))});
    }
    const double value = values_[cell].load(std::memory_order_relaxed);
    metric.counter.value = metric.gauge.value = value;
    if (declaration_.kind != MetricKind::histogram) continue;
    metric.histogram.sample_sum = value;
    for (std::size_t i = 0; i <= declaration_.edges.size(); ++i) {
      metric.histogram.sample_count +=
          buckets_[cell * (declaration_.edges.size() + 1) + i].load(std::memory_order_relaxed);
      metric.histogram.bucket.push_back(
          {metric.histogram.sample_count,
           i < declaration_.edges.size() ? declaration_.edges[i] : std::numeric_limits<double>::infinity()});
    }
  }
  return family;
}

Result<ScriptFamily*> ScriptMetrics::declare(MetricDeclaration declaration) {
  for (const auto& family : families_) {
    const std::string& name = family->declaration().name;
    if (family->declaration() == declaration) return family.get();
    if (name == declaration.name) return Error{"was declared otherwise before", 2};
    // The page would have one family of two kinds: OpenMetrics leaves `_total` to the samples.
    if (name + "_total" == declaration.name || declaration.name + "_total" == name)
      return Error{"is a name with and without _total; choose two names", 2};
  }
  if (!open_) return Error{"was not declared when the script was first loaded", 2};
  if (families_.size() == kFamiliesAtMost)
    return Error{"is one metric too many; at most " + std::to_string(kFamiliesAtMost), 2};
  if (std::string problem = problem_of(declaration); !problem.empty()) return Error{std::move(problem), 2};
  return families_.emplace_back(std::make_unique<ScriptFamily>(std::move(declaration))).get();
}

const std::string* ScriptMetrics::custom_name(std::string_view name) {
  const std::size_t place = custom_names_.place_of(name);
  return place < custom_names_.bound() ? custom_names_.at(place) : nullptr;
}

std::vector<prometheus::MetricFamily> ScriptMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> collected;
  Series errors("sipsonde_script_errors_total");
  errors.add_counted({}, this->errors());
  collected.push_back(errors.take());
  for (const auto& family : families_) collected.push_back(family->collect());
  return collected;
}

}  // namespace sipsonde
