// SPDX-License-Identifier: Apache-2.0
#include "otlp/metric_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "otlp/attribute_writer.h"

namespace sipsonde {
namespace {

using prometheus::ClientMetric;

constexpr std::int32_t kCumulative = 2;  // AggregationTemporality
constexpr double kMillisecondsASecond = 1000;

enum class Shape : std::uint8_t { counter, up_down_counter, latency };

// A label of the family that is an attribute here; over the others values are added up.
struct Dimension {
  std::string_view label;
  std::string_view attribute;
  bool is_number = false;
};

struct Instrument {
  std::string_view name;
  std::string_view unit;  // UCUM
  std::string_view description;
  std::string_view family;
  Shape shape;
  std::array<Dimension, 2> dimensions;
};

constexpr Instrument kInstruments[] = {
    {"sip.call.setup_latency",
     "ms",
     "First INVITE of a leg to its 200",
     "sip_call_setup_seconds",
     Shape::latency,
     {{{"direction", "sip.direction"}}}},
    {"sip.response.count",
     "{response}",
     "Responses that passed, retransmissions included",
     "sip_responses_total",
     Shape::counter,
     {{{"code", "sip.status_code", true}}}},
    {"sip.calls.active",
     "{call}",
     "Legs that are answered and not ended",
     "sip_calls_active",
     Shape::up_down_counter,
     {{{"tenant", "tenant.id"}, {"trunk", "trunk.id"}}}},
    {"sip.call.failed",
     "{call}",
     "Legs that ended otherwise than answered",
     "sip_call_failed_total",
     Shape::counter,
     {{{"reason", "reason"}}}},
};

std::string_view value_of(const ClientMetric& metric, std::string_view label) {
  for (const auto& [name, value] : metric.label)
    if (name == label) return value;
  return {};
}

// The values of an instrument's dimensions, a line each: a key to sort by and to take apart again.
std::string place_of(const Instrument& instrument, const ClientMetric& metric) {
  std::string place;
  for (const Dimension& dimension : instrument.dimensions)
    if (!dimension.label.empty()) place.append(value_of(metric, dimension.label)).push_back('\n');
  return place;
}

void add_to(ClientMetric& sum, const ClientMetric& part) {
  sum.counter.value += part.counter.value;
  sum.gauge.value += part.gauge.value;
  sum.histogram.sample_count += part.histogram.sample_count;
  sum.histogram.sample_sum += part.histogram.sample_sum;
  if (sum.histogram.bucket.empty()) {
    sum.histogram.bucket = part.histogram.bucket;
    return;
  }
  for (std::size_t i = 0; i < std::min(sum.histogram.bucket.size(), part.histogram.bucket.size()); ++i)
    sum.histogram.bucket[i].cumulative_count += part.histogram.bucket[i].cumulative_count;
}

std::map<std::string, ClientMetric> points_of(const Instrument& instrument,
                                              const MetricWriter::Families& families) {
  std::map<std::string, ClientMetric> points;
  for (const auto& family : families)
    if (family.name == instrument.family)
      for (const ClientMetric& metric : family.metric) add_to(points[place_of(instrument, metric)], metric);
  return points;
}

std::string key_of(const Instrument& instrument, std::string_view place) {
  return std::string(instrument.name).append("\n").append(place);
}

// ---- bytes ----

struct Interval {
  std::uint64_t start_ns;
  std::uint64_t now_ns;
};

template <typename Point>
void write_dimensions(Writer<Point>& point, const Instrument& instrument, std::string_view place) {
  std::string room;
  for (const Dimension& dimension : instrument.dimensions) {
    if (dimension.label.empty()) continue;
    const std::string_view text = place.substr(0, place.find('\n'));
    place.remove_prefix(text.size() + 1);
    std::int64_t number = 0;
    if (dimension.is_number &&
        std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
      write_attribute(point, Point::attributes, {dimension.attribute, number}, room);
    else
      write_attribute(point, Point::attributes, {dimension.attribute, text}, room);
  }
}

void write_number(Writer<proto::Sum>& sum, const Instrument& instrument, std::string_view place, double value,
                  Interval interval) {
  Writer<proto::NumberDataPoint> point(sum, proto::Sum::data_points);
  point.add_fixed64(proto::NumberDataPoint::start_time_unix_nano, interval.start_ns);
  point.add_fixed64(proto::NumberDataPoint::time_unix_nano, interval.now_ns);
  point.add_sfixed64(proto::NumberDataPoint::as_int, std::llround(value));
  write_dimensions(point, instrument, place);
}

// Edges of both are inclusive upper ones; the last bucket has none.
void write_histogram(Writer<proto::Histogram>& histogram, const Instrument& instrument,
                     std::string_view place, const ClientMetric::Histogram& reading, Interval interval) {
  std::vector<std::uint64_t> counts;
  std::vector<double> bounds;
  std::uint64_t below = 0;
  for (const auto& bucket : reading.bucket) {
    counts.push_back(bucket.cumulative_count - below);
    below = bucket.cumulative_count;
    if (std::isfinite(bucket.upper_bound)) bounds.push_back(bucket.upper_bound * kMillisecondsASecond);
  }
  Writer<proto::HistogramDataPoint> point(histogram, proto::Histogram::data_points);
  point.add_fixed64(proto::HistogramDataPoint::start_time_unix_nano, interval.start_ns);
  point.add_fixed64(proto::HistogramDataPoint::time_unix_nano, interval.now_ns);
  point.add_fixed64(proto::HistogramDataPoint::count, reading.sample_count);
  point.add_double(proto::HistogramDataPoint::sum, reading.sample_sum * kMillisecondsASecond);
  point.add_packed_fixed64(proto::HistogramDataPoint::bucket_counts, counts.begin(), counts.end());
  point.add_packed_double(proto::HistogramDataPoint::explicit_bounds, bounds.begin(), bounds.end());
  write_dimensions(point, instrument, place);
}

}  // namespace

MetricWriter::MetricWriter(const Families& at_start, std::uint64_t start_ns) : start_ns_(start_ns) {
  for (const Instrument& instrument : kInstruments)
    if (instrument.shape == Shape::counter)
      for (const auto& [place, point] : points_of(instrument, at_start))
        counted_before_[key_of(instrument, place)] = point.counter.value;
}

WrittenMetrics MetricWriter::write(const Families& now, std::uint64_t now_ns) const {
  WrittenMetrics written;
  const Interval interval{start_ns_, now_ns};
  for (const Instrument& instrument : kInstruments) {
    const auto points = points_of(instrument, now);
    if (points.empty()) continue;
    written.points += points.size();
    Writer<proto::OfScope> list(written.bytes);
    Writer<proto::Metric> metric(list, proto::OfScope::items);
    metric.add_string(proto::Metric::name, view(instrument.name));
    metric.add_string(proto::Metric::description, view(instrument.description));
    metric.add_string(proto::Metric::unit, view(instrument.unit));
    if (instrument.shape == Shape::latency) {
      Writer<proto::Histogram> histogram(metric, proto::Metric::histogram);
      for (const auto& [place, point] : points)
        write_histogram(histogram, instrument, place, point.histogram, interval);
      histogram.add_enum(proto::Histogram::aggregation_temporality, kCumulative);
      continue;
    }
    Writer<proto::Sum> sum(metric, proto::Metric::sum);
    for (const auto& [place, point] : points) {
      const auto before = counted_before_.find(key_of(instrument, place));
      const double from = before == counted_before_.end() ? 0 : before->second;
      const bool counts = instrument.shape == Shape::counter;
      write_number(sum, instrument, place, counts ? point.counter.value - from : point.gauge.value, interval);
    }
    sum.add_enum(proto::Sum::aggregation_temporality, kCumulative);
    if (instrument.shape == Shape::counter) sum.add_bool(proto::Sum::is_monotonic, true);
  }
  return written;
}

}  // namespace sipsonde
