// SPDX-License-Identifier: Apache-2.0
// Field numbers of opentelemetry-proto 1.x (trace/v1, logs/v1, metrics/v1, resource/v1, common/v1, and
// collector of each) and of google.rpc, as far as they are written or read here. What is around spans, log
// records and metrics has the same numbers in all three.
#pragma once

#include <protozero/types.hpp>

namespace sipsonde::proto {

// Export{Trace,Logs,Metrics}ServiceRequest; its members, and theirs: Resource{Spans,Logs,Metrics}, Scope{…}
enum class ExportRequest : protozero::pbf_tag_type { of_resources = 1 };
enum class ExportResponse : protozero::pbf_tag_type { partial_success = 1 };
// rejected: spans, log_records or data_points
enum class PartialSuccess : protozero::pbf_tag_type { rejected = 1, error_message = 2 };
enum class OfResource : protozero::pbf_tag_type { resource = 1, of_scopes = 2 };
enum class Resource : protozero::pbf_tag_type { attributes = 1 };
enum class OfScope : protozero::pbf_tag_type { scope = 1, items = 2 };
enum class Scope : protozero::pbf_tag_type { name = 1, version = 2 };
enum class Span : protozero::pbf_tag_type {
  trace_id = 1,
  span_id = 2,
  trace_state = 3,
  parent_span_id = 4,
  name = 5,
  kind = 6,
  start_time_unix_nano = 7,
  end_time_unix_nano = 8,
  attributes = 9,
  dropped_attributes_count = 10,
  events = 11,
  dropped_events_count = 12,
  links = 13,
  dropped_links_count = 14,
  status = 15,
  flags = 16
};
enum class Event : protozero::pbf_tag_type { time_unix_nano = 1, name = 2, attributes = 3 };
enum class Link : protozero::pbf_tag_type { trace_id = 1, span_id = 2 };
enum class Status : protozero::pbf_tag_type { message = 2, code = 3 };

enum class LogRecord : protozero::pbf_tag_type {
  time_unix_nano = 1,
  severity_number = 2,
  severity_text = 3,
  body = 5,
  attributes = 6,
  flags = 8,
  trace_id = 9,
  span_id = 10,
  observed_time_unix_nano = 11,
  event_name = 12
};

enum class Metric : protozero::pbf_tag_type { name = 1, description = 2, unit = 3, sum = 7, histogram = 9 };
enum class Sum : protozero::pbf_tag_type { data_points = 1, aggregation_temporality = 2, is_monotonic = 3 };
enum class Histogram : protozero::pbf_tag_type { data_points = 1, aggregation_temporality = 2 };
enum class NumberDataPoint : protozero::pbf_tag_type {
  start_time_unix_nano = 2,
  time_unix_nano = 3,
  as_int = 6,
  attributes = 7
};
enum class HistogramDataPoint : protozero::pbf_tag_type {
  start_time_unix_nano = 2,
  time_unix_nano = 3,
  count = 4,
  sum = 5,
  bucket_counts = 6,
  explicit_bounds = 7,
  attributes = 9
};

enum class KeyValue : protozero::pbf_tag_type { key = 1, value = 2 };
enum class AnyValue : protozero::pbf_tag_type { string = 1, integer = 3, real = 4 };

// google.rpc.Status, google.protobuf.Any, google.rpc.RetryInfo, google.protobuf.Duration
enum class RpcStatus : protozero::pbf_tag_type { code = 1, message = 2, details = 3 };
enum class Any : protozero::pbf_tag_type { type_url = 1, value = 2 };
enum class RetryInfo : protozero::pbf_tag_type { retry_delay = 1 };
enum class Duration : protozero::pbf_tag_type { seconds = 1, nanos = 2 };

}  // namespace sipsonde::proto
