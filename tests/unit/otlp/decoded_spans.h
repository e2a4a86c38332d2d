// SPDX-License-Identifier: Apache-2.0
// The bytes of an ExportTraceServiceRequest as a person reads them. The field numbers here are written down
// from the public opentelemetry-proto (trace/v1, common/v1, resource/v1), apart from those that the agent
// writes by.
#pragma once

#include <cstdint>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// "text", 12, 0.5 as "\"text\"", "12", "0.5": the kind of a value shows.
using DecodedAttributes = std::map<std::string, std::string>;

struct DecodedEvent {
  std::uint64_t time_ns = 0;
  std::string name;
  DecodedAttributes attributes;
};

struct DecodedSpan {
  std::string trace_id;  // in hex
  std::string span_id;
  std::string trace_state;
  std::string parent;
  std::string name;
  std::uint64_t kind = 0;
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  DecodedAttributes attributes;
  std::uint64_t dropped_attributes = 0;
  std::vector<DecodedEvent> events;
  std::uint64_t dropped_events = 0;
  std::vector<std::string> links;  // "trace id/span id"
  std::uint64_t dropped_links = 0;
  std::uint64_t status = 0;
  std::string status_message;
  std::uint32_t flags = 0;

  std::vector<std::string> event_names() const;
  const DecodedEvent* event(std::string_view wanted) const;
};

struct DecodedRequest {
  DecodedAttributes resource;
  std::string scope;  // "name version"
  std::vector<DecodedSpan> spans;
  bool unknown_fields = false;

  const DecodedSpan* span(std::string_view name, std::size_t number = 0) const;
};

// Of a KeyValue.
void add_decoded(protozero::pbf_reader pair, DecodedAttributes& attributes);
std::string hex_of(std::string_view bytes);

// Throws what protozero throws when the bytes are no message.
DecodedRequest decode_request(std::string_view bytes);
// The spans of a ScopeSpans.
DecodedRequest decode_spans(std::string_view scope_spans);

}  // namespace sipsonde
