// SPDX-License-Identifier: Apache-2.0
#include "unit/otlp/decoded_metrics.h"

#include <stdexcept>

namespace sipsonde {
namespace {

using Reader = protozero::pbf_reader;

[[noreturn]] void refuse(const Reader& reader) {
  throw std::runtime_error("unknown field " + std::to_string(reader.tag()));
}

DecodedPoint number_point_of(Reader reader) {
  DecodedPoint point;
  while (reader.next()) switch (reader.tag()) {
      case 2:
        point.start_ns = reader.get_fixed64();
        break;
      case 3:
        point.time_ns = reader.get_fixed64();
        break;
      case 6:
        point.value = reader.get_sfixed64();
        break;
      case 7:
        add_decoded(reader.get_message(), point.attributes);
        break;
      default:
        refuse(reader);
    }
  return point;
}

DecodedPoint histogram_point_of(Reader reader) {
  DecodedPoint point;
  while (reader.next()) switch (reader.tag()) {
      case 2:
        point.start_ns = reader.get_fixed64();
        break;
      case 3:
        point.time_ns = reader.get_fixed64();
        break;
      case 4:
        point.count = reader.get_fixed64();
        break;
      case 5:
        point.sum = reader.get_double();
        break;
      case 6:
        for (const std::uint64_t count : reader.get_packed_fixed64()) point.buckets.push_back(count);
        break;
      case 7:
        for (const double bound : reader.get_packed_double()) point.bounds.push_back(bound);
        break;
      case 9:
        add_decoded(reader.get_message(), point.attributes);
        break;
      default:
        refuse(reader);
    }
  return point;
}

void read_points(Reader reader, DecodedMetric& metric) {
  while (reader.next()) switch (reader.tag()) {
      case 1:
        metric.points.push_back(metric.is_sum ? number_point_of(reader.get_message())
                                              : histogram_point_of(reader.get_message()));
        break;
      case 2:
        metric.temporality = reader.get_enum();
        break;
      case 3:
        metric.is_monotonic = reader.get_bool();
        break;
      default:
        refuse(reader);
    }
}

DecodedMetric metric_of(Reader reader) {
  DecodedMetric metric;
  while (reader.next()) switch (reader.tag()) {
      case 1:
        metric.name = reader.get_string();
        break;
      case 2:
        reader.skip();
        break;
      case 3:
        metric.unit = reader.get_string();
        break;
      case 7:
        metric.is_sum = true;
        read_points(reader.get_message(), metric);
        break;
      case 9:
        read_points(reader.get_message(), metric);
        break;
      default:
        refuse(reader);
    }
  return metric;
}

}  // namespace

const DecodedPoint* DecodedMetric::point(std::string_view attribute, std::string_view value) const {
  for (const DecodedPoint& one : points)
    if (const auto found = one.attributes.find(std::string(attribute));
        found != one.attributes.end() && found->second == value)
      return &one;
  return nullptr;
}

std::vector<DecodedMetric> decode_metrics(std::string_view scope_metrics) {
  std::vector<DecodedMetric> metrics;
  Reader reader(scope_metrics.data(), scope_metrics.size());
  while (reader.next(2)) metrics.push_back(metric_of(reader.get_message()));
  return metrics;
}

std::vector<DecodedMetric> decode_metrics_request(std::string_view bytes) {
  std::vector<DecodedMetric> metrics;
  Reader request(bytes.data(), bytes.size());
  while (request.next(1)) {
    Reader of_resource = request.get_message();
    while (of_resource.next(2)) {
      const auto scope = of_resource.get_view();
      for (DecodedMetric& metric : decode_metrics({scope.data(), scope.size()}))
        metrics.push_back(std::move(metric));
    }
  }
  return metrics;
}

}  // namespace sipsonde
