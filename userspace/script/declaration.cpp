// SPDX-License-Identifier: Apache-2.0
#include "script/declaration.h"

#include <algorithm>
#include <cmath>

#include "base/utf8.h"

namespace sipsonde {
namespace {

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 128 && is_letter(name[0]) && std::ranges::all_of(name, is_inner);
}

bool is_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// In OpenMetrics `x_total` and `x` are the same family.
std::string_view without_total(std::string_view name) {
  if (name.ends_with("_total")) name.remove_suffix(6);
  return name;
}

std::string problem_of_name(const MetricDeclaration& declaration) {
  const std::string_view name = declaration.name;
  if (!is_name(name)) return "is no name of a metric; use lower-case letters, digits and _";
  const bool counts = declaration.kind == MetricKind::counter;
  if (counts != name.ends_with("_total"))
    return counts ? "must end in _total, as every counter" : "must not end in _total: it is no counter";
  for (const std::string_view suffix : {"_count", "_sum", "_bucket", "_created", "_info"})
    if (name.ends_with(suffix)) return "must not end in " + std::string(suffix);
  for (const std::string_view prefix : {"sipsonde_", "process_"})
    if (name.starts_with(prefix))
      return "must not begin with " + std::string(prefix) + "; that is the agent's";
  for (const Family& family : kFamilies)
    if (without_total(family.name) == without_total(name))
      return "is a metric of the agent itself: " + std::string(family.name);
  return {};
}

std::string problem_of_label(const LabelDeclaration& label) {
  if (!is_name(label.name) || label.name.starts_with("__") || label.name == "le" || label.name == "quantile")
    return "label \"" + label.name + "\" has no name for a label";
  if (label.bound == 0 && label.values.empty())
    return "label \"" + label.name + "\" has no values; list them, or say how many there may be";
  if (std::max(label.bound, label.values.size()) > kValuesALabel)
    return "label \"" + label.name + "\" has more than " + std::to_string(kValuesALabel) + " values";
  for (std::size_t i = 0; i < label.values.size(); ++i) {
    const std::string& value = label.values[i];
    if (!is_label_value(value))
      return "label \"" + label.name + "\" has a value that is empty, no UTF-8 or longer than " +
             std::to_string(kLabelValueBytes) + " bytes";
    if (value == kOther || std::find(label.values.begin(), label.values.begin() + static_cast<long>(i),
                                     value) != label.values.begin() + static_cast<long>(i))
      return "label \"" + label.name + "\" has \"" + value + "\" twice; \"other\" is always there";
  }
  return {};
}

std::string problem_of_edges(const MetricDeclaration& declaration) {
  if (declaration.kind != MetricKind::histogram) return {};
  const std::vector<double>& edges = declaration.edges;
  if (edges.empty() || edges.size() > kEdgesAHistogram)
    return "needs buckets: 1 to " + std::to_string(kEdgesAHistogram) + " numbers";
  for (std::size_t i = 0; i < edges.size(); ++i)
    if (!std::isfinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1]))
      return "has buckets that do not rise";
  return {};
}

}  // namespace

std::size_t MetricDeclaration::cells() const {
  std::size_t count = 1;
  for (const LabelDeclaration& label : labels) count *= label.size();
  return count;
}

bool is_label_value(std::string_view text) {
  return !text.empty() && text.size() <= kLabelValueBytes && is_text(text);
}

std::string problem_of(const MetricDeclaration& declaration) {
  if (std::string problem = problem_of_name(declaration); !problem.empty()) return problem;
  if (declaration.help.empty() || declaration.help.size() > 512 || !is_text(declaration.help))
    return "needs a help: a sentence of at most 512 bytes";
  if (declaration.labels.size() > kLabelsAMetric)
    return "has more than " + std::to_string(kLabelsAMetric) + " labels";
  for (const LabelDeclaration& label : declaration.labels)
    if (std::string problem = problem_of_label(label); !problem.empty()) return problem;
  if (std::string problem = problem_of_edges(declaration); !problem.empty()) return problem;
  if (declaration.cells() > kSeriesAMetric ||
      declaration.cells() * (declaration.edges.size() + 1) > kBucketsAMetric)
    return "has too many combinations of label values; at most " + std::to_string(kSeriesAMetric) + ", and " +
           std::to_string(kBucketsAMetric) + " buckets in all";
  return {};
}

}  // namespace sipsonde
