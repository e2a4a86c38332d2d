// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_writer.h"

#include <algorithm>
#include <protozero/pbf_builder.hpp>
#include <span>

#include "base/utf8.h"
#include "otlp/proto_fields.h"

namespace sipsonde {
namespace {

template <typename Message>
using Writer = protozero::pbf_builder<Message>;

// W3C flags in the lowest byte; above it whether the parent is of another process, and that this is known.
constexpr std::uint32_t kSampledFlag = 0x001;
constexpr std::uint32_t kRemoteKnownFlag = 0x100;
constexpr std::uint32_t kRemoteFlag = 0x200;

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// The same text where it is UTF-8, else a repaired copy in `room`.
std::string_view clean(std::string_view text, std::string& room) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  auto at = static_cast<std::size_t>(std::ranges::find_if_not(text, plain) - text.begin());
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  if (at >= text.size()) return text;
  room.assign(text.substr(0, at));
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    room += length ? text.substr(at, length) : kReplacement;
    at += std::max<std::size_t>(1, length);
  }
  return room;
}

protozero::data_view view(std::string_view text) {
  return {text.data(), text.size()};
}
template <std::size_t kSize>
protozero::data_view view(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), kSize};
}

template <typename Parent, typename Tag>
void write_attribute(Writer<Parent>& parent, Tag tag, const SpanAttribute& attribute, std::string& room) {
  Writer<proto::KeyValue> pair(parent, tag);
  pair.add_string(proto::KeyValue::key, view(attribute.key));
  Writer<proto::AnyValue> value(pair, proto::KeyValue::value);
  if (const auto* const text = std::get_if<std::string_view>(&attribute.value))
    value.add_string(proto::AnyValue::string, view(clean(*text, room)));
  else if (const auto* const number = std::get_if<std::int64_t>(&attribute.value))
    value.add_int64(proto::AnyValue::integer, *number);
  else
    value.add_double(proto::AnyValue::real, std::get<double>(attribute.value));
}

// How many are let through; the others are counted.
template <typename List>
std::size_t within(const List& list, std::uint32_t limit, std::uint32_t& dropped) {
  const std::size_t kept = std::min<std::size_t>(list.size(), limit);
  dropped += static_cast<std::uint32_t>(list.size() - kept);
  return kept;
}

void write_event(Writer<proto::Span>& out, const Span& span, const SpanEvent& event, std::string& room) {
  Writer<proto::Event> written(out, proto::Span::events);
  written.add_fixed64(proto::Event::time_unix_nano, event.time_ns);
  written.add_string(proto::Event::name, view(event.name));
  for (const SpanAttribute& attribute :
       std::span(span.event_attributes).subspan(event.first_attribute, event.attributes))
    write_attribute(written, proto::Event::attributes, attribute, room);
}

void write_links(Writer<proto::Span>& out, const Span& span, std::size_t count) {
  for (const SpanLink& link : std::span(span.links).first(count)) {
    Writer<proto::Link> written(out, proto::Span::links);
    written.add_bytes(proto::Link::trace_id, view(link.trace_id));
    written.add_bytes(proto::Link::span_id, view(link.span_id));
  }
}

void write_identity(Writer<proto::Span>& out, const Span& span, std::string& room) {
  out.add_bytes(proto::Span::trace_id, view(span.trace_id));
  out.add_bytes(proto::Span::span_id, view(span.span_id));
  if (!span.trace_state.empty())
    out.add_string(proto::Span::trace_state, view(clean(span.trace_state, room)));
  if (span.parent) out.add_bytes(proto::Span::parent_span_id, view(*span.parent));
  out.add_string(proto::Span::name, view(span.name));
  out.add_enum(proto::Span::kind, static_cast<std::int32_t>(span.kind));
  out.add_fixed64(proto::Span::start_time_unix_nano, span.start_ns);
  out.add_fixed64(proto::Span::end_time_unix_nano, std::max(span.start_ns, span.end_ns));
}

void write_end(Writer<proto::Span>& out, const Span& span, std::string& room) {
  if (span.status != SpanStatus::unset) {
    Writer<proto::Status> status(out, proto::Span::status);
    if (!span.status_message.empty())
      status.add_string(proto::Status::message, view(clean(span.status_message, room)));
    status.add_enum(proto::Status::code, static_cast<std::int32_t>(span.status));
  }
  std::uint32_t flags = kRemoteKnownFlag;
  if (span.sampled) flags |= kSampledFlag;
  if (span.parent_is_remote) flags |= kRemoteFlag;
  out.add_fixed32(proto::Span::flags, flags);
}

}  // namespace

void SpanWriter::append(std::string& scope_spans, const Span& span) {
  Writer<proto::ScopeSpans> list(scope_spans);
  Writer<proto::Span> out(list, proto::ScopeSpans::spans);
  write_identity(out, span, clean_);

  std::uint32_t dropped_attributes = 0;
  const std::size_t attributes = within(span.attributes, limits_.attributes, dropped_attributes);
  for (const SpanAttribute& attribute : std::span(span.attributes).first(attributes))
    write_attribute(out, proto::Span::attributes, attribute, clean_);
  if (dropped_attributes) out.add_uint32(proto::Span::dropped_attributes_count, dropped_attributes);

  std::uint32_t dropped_events = span.dropped_events;
  const std::size_t events = within(span.events, limits_.events, dropped_events);
  for (const SpanEvent& event : std::span(span.events).first(events)) write_event(out, span, event, clean_);
  if (dropped_events) out.add_uint32(proto::Span::dropped_events_count, dropped_events);

  std::uint32_t dropped_links = 0;
  write_links(out, span, within(span.links, limits_.links, dropped_links));
  if (dropped_links) out.add_uint32(proto::Span::dropped_links_count, dropped_links);
  write_end(out, span, clean_);
}

std::string encode_resource(const NamedTexts& attributes) {
  std::string bytes;
  std::string room;
  Writer<proto::ResourceSpans> spans(bytes);
  Writer<proto::Resource> resource(spans, proto::ResourceSpans::resource);
  for (const auto& [name, value] : attributes)
    write_attribute(resource, proto::Resource::attributes, {name, std::string_view(value)}, room);
  return bytes;
}

std::string encode_scope(std::string_view name, std::string_view version) {
  std::string bytes;
  Writer<proto::ScopeSpans> spans(bytes);
  Writer<proto::Scope> scope(spans, proto::ScopeSpans::scope);
  scope.add_string(proto::Scope::name, view(name));
  scope.add_string(proto::Scope::version, view(version));
  return bytes;
}

std::string encode_request(std::string_view resource, std::string_view scope, std::string_view spans) {
  std::string bytes;
  bytes.reserve(resource.size() + scope.size() + spans.size() + 32);
  Writer<proto::ExportRequest> request(bytes);
  Writer<proto::ResourceSpans> of_resource(request, proto::ExportRequest::resource_spans);
  bytes.append(resource);
  Writer<proto::ScopeSpans> of_scope(of_resource, proto::ResourceSpans::scope_spans);
  bytes.append(scope);
  bytes.append(spans);
  return bytes;
}

}  // namespace sipsonde
