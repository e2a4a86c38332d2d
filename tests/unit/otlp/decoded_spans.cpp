// SPDX-License-Identifier: Apache-2.0
#include "unit/otlp/decoded_spans.h"

#include <cstdio>
#include <protozero/pbf_reader.hpp>

namespace sipsonde {
namespace {

using Reader = protozero::pbf_reader;

std::string value_of(Reader any) {
  while (any.next()) {
    char text[64] = {};
    switch (any.tag()) {
      case 1:
        return "\"" + any.get_string() + "\"";
      case 2:
        return any.get_bool() ? "true" : "false";
      case 3:
        return std::to_string(any.get_int64());
      case 4:
        std::snprintf(text, sizeof text, "%.6g", any.get_double());
        return std::string(text).find_first_of(".e") == std::string::npos ? std::string(text) + ".0" : text;
      default:
        any.skip();
    }
  }
  return "nothing";
}

}  // namespace

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += digits;
  }
  return text;
}

void add_decoded(Reader pair, DecodedAttributes& attributes) {
  std::string key;
  std::string value;
  while (pair.next()) {
    if (pair.tag() == 1)
      key = pair.get_string();
    else
      value = value_of(pair.get_message());
  }
  attributes[key] = value;
}

namespace {

DecodedEvent event_of(Reader reader) {
  DecodedEvent event;
  while (reader.next()) {
    if (reader.tag() == 1)
      event.time_ns = reader.get_fixed64();
    else if (reader.tag() == 2)
      event.name = reader.get_string();
    else
      add_decoded(reader.get_message(), event.attributes);
  }
  return event;
}

std::string link_of(Reader reader) {
  std::string link;
  while (reader.next()) link += (link.empty() ? "" : "/") + hex_of(reader.get_string());
  return link;
}

void read_status(Reader reader, DecodedSpan& span) {
  while (reader.next()) {
    if (reader.tag() == 2)
      span.status_message = reader.get_string();
    else
      span.status = static_cast<std::uint64_t>(reader.get_enum());
  }
}

DecodedSpan span_of(Reader reader, bool& unknown_fields) {
  DecodedSpan span;
  while (reader.next()) {
    switch (reader.tag()) {
      case 1:
        span.trace_id = hex_of(reader.get_string());
        break;
      case 2:
        span.span_id = hex_of(reader.get_string());
        break;
      case 3:
        span.trace_state = reader.get_string();
        break;
      case 4:
        span.parent = hex_of(reader.get_string());
        break;
      case 5:
        span.name = reader.get_string();
        break;
      case 6:
        span.kind = static_cast<std::uint64_t>(reader.get_enum());
        break;
      case 7:
        span.start_ns = reader.get_fixed64();
        break;
      case 8:
        span.end_ns = reader.get_fixed64();
        break;
      case 9:
        add_decoded(reader.get_message(), span.attributes);
        break;
      case 10:
        span.dropped_attributes = reader.get_uint32();
        break;
      case 11:
        span.events.push_back(event_of(reader.get_message()));
        break;
      case 12:
        span.dropped_events = reader.get_uint32();
        break;
      case 13:
        span.links.push_back(link_of(reader.get_message()));
        break;
      case 14:
        span.dropped_links = reader.get_uint32();
        break;
      case 15:
        read_status(reader.get_message(), span);
        break;
      case 16:
        span.flags = reader.get_fixed32();
        break;
      default:
        unknown_fields = true;
        reader.skip();
    }
  }
  return span;
}

void read_scope_spans(Reader reader, DecodedRequest& request) {
  while (reader.next()) {
    if (reader.tag() == 1) {
      Reader scope = reader.get_message();
      while (scope.next()) request.scope += (request.scope.empty() ? "" : " ") + scope.get_string();
    } else if (reader.tag() == 2) {
      request.spans.push_back(span_of(reader.get_message(), request.unknown_fields));
    } else {
      request.unknown_fields = true;
      reader.skip();
    }
  }
}

}  // namespace

std::vector<std::string> DecodedSpan::event_names() const {
  std::vector<std::string> names;
  for (const DecodedEvent& told : events) names.push_back(told.name);
  return names;
}

const DecodedEvent* DecodedSpan::event(std::string_view wanted) const {
  for (const DecodedEvent& told : events)
    if (told.name == wanted) return &told;
  return nullptr;
}

const DecodedSpan* DecodedRequest::span(std::string_view name, std::size_t number) const {
  for (const DecodedSpan& decoded : spans)
    if (decoded.name == name && number-- == 0) return &decoded;
  return nullptr;
}

DecodedRequest decode_request(std::string_view bytes) {
  DecodedRequest request;
  Reader outer(bytes.data(), bytes.size());
  while (outer.next(1)) {
    Reader of_resource = outer.get_message();
    while (of_resource.next()) {
      if (of_resource.tag() == 1) {
        Reader resource = of_resource.get_message();
        while (resource.next(1)) add_decoded(resource.get_message(), request.resource);
      } else if (of_resource.tag() == 2) {
        read_scope_spans(of_resource.get_message(), request);
      } else {
        request.unknown_fields = true;
        of_resource.skip();
      }
    }
  }
  return request;
}

DecodedRequest decode_spans(std::string_view scope_spans) {
  DecodedRequest request;
  read_scope_spans(Reader(scope_spans.data(), scope_spans.size()), request);
  return request;
}

}  // namespace sipsonde
