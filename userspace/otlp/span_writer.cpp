// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_writer.h"

#include <algorithm>
#include <span>

#include "otlp/attribute_writer.h"

namespace sipsonde {
namespace {

// W3C flags in the lowest byte; above it whether the parent is of another process, and that this is known.
constexpr std::uint32_t kSampledFlag = 0x001;
constexpr std::uint32_t kRemoteKnownFlag = 0x100;
constexpr std::uint32_t kRemoteFlag = 0x200;

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
    out.add_string(proto::Span::trace_state, view(clean_utf8(span.trace_state, room)));
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
      status.add_string(proto::Status::message, view(clean_utf8(span.status_message, room)));
    status.add_enum(proto::Status::code, static_cast<std::int32_t>(span.status));
  }
  std::uint32_t flags = kRemoteKnownFlag;
  if (span.sampled) flags |= kSampledFlag;
  if (span.parent_is_remote) flags |= kRemoteFlag;
  out.add_fixed32(proto::Span::flags, flags);
}

}  // namespace

void SpanWriter::append(std::string& scope_spans, const Span& span) {
  Writer<proto::OfScope> list(scope_spans);
  Writer<proto::Span> out(list, proto::OfScope::items);
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

}  // namespace sipsonde
