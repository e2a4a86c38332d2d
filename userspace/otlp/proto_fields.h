// SPDX-License-Identifier: Apache-2.0
// Field numbers of opentelemetry-proto 1.x (trace/v1, resource/v1, common/v1, collector/trace/v1) and of
// google.rpc, as far as they are written or read here.
#pragma once

#include <protozero/types.hpp>

namespace sipsonde::proto {

enum class ExportRequest : protozero::pbf_tag_type { resource_spans = 1 };
enum class ExportResponse : protozero::pbf_tag_type { partial_success = 1 };
enum class PartialSuccess : protozero::pbf_tag_type { rejected_spans = 1, error_message = 2 };
enum class ResourceSpans : protozero::pbf_tag_type { resource = 1, scope_spans = 2 };
enum class Resource : protozero::pbf_tag_type { attributes = 1 };
enum class ScopeSpans : protozero::pbf_tag_type { scope = 1, spans = 2 };
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
enum class KeyValue : protozero::pbf_tag_type { key = 1, value = 2 };
enum class AnyValue : protozero::pbf_tag_type { string = 1, integer = 3, real = 4 };

// google.rpc.Status, google.protobuf.Any, google.rpc.RetryInfo, google.protobuf.Duration
enum class RpcStatus : protozero::pbf_tag_type { code = 1, message = 2, details = 3 };
enum class Any : protozero::pbf_tag_type { type_url = 1, value = 2 };
enum class RetryInfo : protozero::pbf_tag_type { retry_delay = 1 };
enum class Duration : protozero::pbf_tag_type { seconds = 1, nanos = 2 };

}  // namespace sipsonde::proto
