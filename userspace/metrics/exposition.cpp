// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sipsonde {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// ---- merging ----

void add_to(ClientMetric& sum, const ClientMetric& part) {
  sum.counter.value += part.counter.value;
  sum.gauge.value += part.gauge.value;
  sum.histogram.sample_count += part.histogram.sample_count;
  sum.histogram.sample_sum += part.histogram.sample_sum;
  for (std::size_t i = 0; i < std::min(sum.histogram.bucket.size(), part.histogram.bucket.size()); ++i)
    sum.histogram.bucket[i].cumulative_count += part.histogram.bucket[i].cumulative_count;
}

void sort_and_add_up(std::vector<ClientMetric>& metrics) {
  std::ranges::stable_sort(metrics, {}, &ClientMetric::label);
  std::vector<ClientMetric> distinct;
  for (ClientMetric& metric : metrics) {
    if (!distinct.empty() && distinct.back().label == metric.label)
      add_to(distinct.back(), metric);
    else
      distinct.push_back(std::move(metric));
  }
  metrics = std::move(distinct);
}

// ---- numbers ----

// The shortest text that reads back as the same number; whole numbers without an exponent.
void append_number(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number > 0 ? "+Inf" : "-Inf";
  } else {
    constexpr double kExactlyWhole = 9007199254740992;  // 2^53
    char digits[32];
    const auto end =
        std::abs(number) < kExactlyWhole && number == std::trunc(number)
            ? std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(number)).ptr
            : std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
  }
}

// Edges are label values, so their spelling matters: OpenMetrics asks for Go's %g, with ".0" when nothing
// else says that it is no integer.
void append_edge(std::string& out, double edge, Format format) {
  if (std::isinf(edge)) {
    out += "+Inf";
    return;
  }
  char digits[32];
  const bool exponent = edge != 0 && (std::abs(edge) >= 1e6 || std::abs(edge) < 1e-4);
  const auto end = std::to_chars(digits, digits + sizeof digits, edge,
                                 exponent ? std::chars_format::scientific : std::chars_format::fixed)
                       .ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (format == Format::openmetrics && text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

// ---- lines ----

void append_escaped(std::string& out, std::string_view text, bool quotes_too) {
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes_too)
      out += "\\\"";
    else
      out.push_back(c);
  }
}

class Page {
 public:
  explicit Page(Format format) : format_(format) {}

  void append(const MetricFamily& family) {
    append_head(family);
    for (const ClientMetric& metric : family.metric) {
      if (family.type == MetricType::Histogram)
        append_histogram(family.name, metric);
      else
        append_sample(family.name, "", metric,
                      family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value);
    }
  }

  std::string take() {
    if (format_ == Format::openmetrics) out_ += "# EOF\n";
    return std::move(out_);
  }

 private:
  void append_head(const MetricFamily& family) {
    std::string_view name = family.name;
    constexpr std::string_view kTotal = "_total";
    // In OpenMetrics the suffix belongs to the sample, not to the family.
    if (format_ == Format::openmetrics && family.type == MetricType::Counter && name.ends_with(kTotal))
      name.remove_suffix(kTotal.size());
    out_ += "# HELP ";
    out_ += name;
    out_ += ' ';
    append_escaped(out_, family.help, format_ == Format::openmetrics);
    out_ += "\n# TYPE ";
    out_ += name;
    out_ += family.type == MetricType::Counter     ? " counter\n"
            : family.type == MetricType::Histogram ? " histogram\n"
                                                   : " gauge\n";
  }

  void append_histogram(std::string_view name, const ClientMetric& metric) {
    for (const auto& bucket : metric.histogram.bucket) {
      edge_.clear();
      append_edge(edge_, bucket.upper_bound, format_);
      append_sample(name, "_bucket", metric, static_cast<double>(bucket.cumulative_count), edge_);
    }
    append_sample(name, "_sum", metric, metric.histogram.sample_sum);
    append_sample(name, "_count", metric, static_cast<double>(metric.histogram.sample_count));
  }

  void append_sample(std::string_view name, std::string_view suffix, const ClientMetric& metric, double value,
                     std::string_view edge = {}) {
    out_ += name;
    out_ += suffix;
    char separator = '{';
    for (const auto& label : metric.label) append_label(separator, label.name, label.value);
    if (!edge.empty()) append_label(separator, "le", edge);
    if (separator == ',') out_ += '}';
    out_ += ' ';
    append_number(out_, value);
    out_ += '\n';
  }

  void append_label(char& separator, std::string_view name, std::string_view value) {
    out_ += separator;
    separator = ',';
    out_ += name;
    out_ += "=\"";
    append_escaped(out_, value, true);
    out_ += '"';
  }

  Format format_;
  std::string out_;
  std::string edge_;
};

}  // namespace

std::vector<MetricFamily> merge(std::vector<MetricFamily> families) {
  std::ranges::stable_sort(families, {}, &MetricFamily::name);
  std::vector<MetricFamily> merged;
  for (MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    if (merged.empty() || merged.back().name != family.name) {
      merged.push_back(std::move(family));
      continue;
    }
    auto& metrics = merged.back().metric;
    metrics.insert(metrics.end(), std::make_move_iterator(family.metric.begin()),
                   std::make_move_iterator(family.metric.end()));
  }
  for (MetricFamily& family : merged) sort_and_add_up(family.metric);
  return merged;
}

std::string render(const std::vector<MetricFamily>& merged, Format format) {
  Page page(format);
  for (const MetricFamily& family : merged) page.append(family);
  return page.take();
}

}  // namespace sipsonde
