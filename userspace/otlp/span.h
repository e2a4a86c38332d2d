// SPDX-License-Identifier: Apache-2.0
// A span as it is put together, before it becomes bytes (opentelemetry-proto, trace/v1/trace.proto). Texts
// are views of whoever made it; one Span is used again and again, so that nothing is allocated in a steady
// state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "facts/trace_context.h"

namespace sipsonde {

enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3 };
enum class SpanStatus : std::uint8_t { unset = 0, error = 2 };

struct SpanAttribute {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;
};

struct SpanEvent {
  std::uint64_t time_ns = 0;
  std::string_view name;
  // In Span::event_attributes.
  std::size_t first_attribute = 0;
  std::size_t attributes = 0;
};

struct SpanLink {
  TraceId trace_id{};
  SpanId span_id{};
};

struct Span {
  TraceId trace_id{};
  SpanId span_id{};
  std::optional<SpanId> parent;
  bool parent_is_remote = false;
  bool sampled = true;
  std::string_view trace_state;
  std::string_view name;
  SpanKind kind = SpanKind::internal;
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  std::vector<SpanAttribute> attributes;
  std::vector<SpanEvent> events;
  std::vector<SpanAttribute> event_attributes;
  std::vector<SpanLink> links;
  std::uint32_t dropped_events = 0;  // that were not even put in
  SpanStatus status = SpanStatus::unset;
  std::string_view status_message;

  void renew() {
    parent.reset();
    parent_is_remote = false;
    sampled = true;
    trace_state = status_message = name = {};
    kind = SpanKind::internal;
    status = SpanStatus::unset;
    dropped_events = 0;
    attributes.clear();
    events.clear();
    event_attributes.clear();
    links.clear();
  }

  // What is empty or not known is left out.
  void add(std::string_view key, std::string_view value) {
    if (!value.empty()) attributes.push_back({key, value});
  }
  void add(std::string_view key, std::int64_t value) { attributes.push_back({key, value}); }
  void add(std::string_view key, double value) { attributes.push_back({key, value}); }
  template <typename T>
  void add(std::string_view key, const std::optional<T>& value) {
    if (!value) return;
    if constexpr (std::is_floating_point_v<T>)
      add(key, static_cast<double>(*value));
    else
      add(key, static_cast<std::int64_t>(*value));
  }

  // Attributes that follow are the event's.
  void begin_event(std::string_view event_name, std::uint64_t time_ns) {
    events.push_back({time_ns, event_name, event_attributes.size(), 0});
  }
  template <typename T>
  void add_to_event(std::string_view key, T value) {
    event_attributes.push_back({key, value});
    ++events.back().attributes;
  }
};

}  // namespace sipsonde
