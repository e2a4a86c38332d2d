// SPDX-License-Identifier: Apache-2.0
// The trace that a message says it belongs to (W3C Trace Context, level 2). SIP has no header of its own for
// it: decode/sip_message.h names those that carry one by custom.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "facts/trace_id.h"

namespace sipsonde {

// 8 bytes, written as 16 lower-case hex digits.
using SpanId = std::array<std::uint8_t, 8>;

struct TraceContext {
  TraceId trace_id{};
  SpanId span_id{};
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// nullopt for what section 3.2 of the recommendation calls invalid: ids that are all zero, version ff,
// capitals, another length. Later versions are read as far as version 00 goes.
std::optional<TraceContext> parse_traceparent(std::string_view text);

// A tracestate that can be handed on as it is: printable, of 32 members at most, no longer than receivers
// must take (section 3.3).
bool is_plain_tracestate(std::string_view text);

// The trace of a call: the one that its traceparent names, else the one that follows from its Call-ID.
TraceId trace_id_of(std::string_view call_id, std::string_view traceparent);

}  // namespace sipsonde
