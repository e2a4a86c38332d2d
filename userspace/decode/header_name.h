// SPDX-License-Identifier: Apache-2.0
// The headers that decode_sip() reads, by full name (case-insensitive) or compact form.
#pragma once

#include <cstdint>
#include <string_view>

namespace sipsonde {

// X(enumerator, name in lower case, compact form or 0)
#define SIPSONDE_DECODED_HEADERS(X)              \
  X(via, "via", 'v')                             \
  X(from, "from", 'f')                           \
  X(to, "to", 't')                               \
  X(call_id, "call-id", 'i')                     \
  X(cseq, "cseq", 0)                             \
  X(contact, "contact", 'm')                     \
  X(content_length, "content-length", 'l')       \
  X(content_type, "content-type", 'c')           \
  X(expires, "expires", 0)                       \
  X(min_expires, "min-expires", 0)               \
  X(user_agent, "user-agent", 0)                 \
  X(server, "server", 0)                         \
  X(reason, "reason", 0)                         \
  X(rseq, "rseq", 0)                             \
  X(session_expires, "session-expires", 'x')     \
  X(min_se, "min-se", 0)                         \
  X(event, "event", 'o')                         \
  X(subscription_state, "subscription-state", 0) \
  X(refer_to, "refer-to", 'r')                   \
  X(replaces, "replaces", 0)                     \
  X(session_id, "session-id", 0)                 \
  X(identity, "identity", 'y')                   \
  X(asserted_identity, "p-asserted-identity", 0) \
  X(privacy, "privacy", 0)                       \
  X(charging_vector, "p-charging-vector", 0)     \
  X(x_cid, "x-cid", 0)                           \
  X(x_call_id, "x-call-id", 0)                   \
  X(x_otel_traceparent, "x-otel-traceparent", 0) \
  X(x_otel_tracestate, "x-otel-tracestate", 0)   \
  X(traceparent, "traceparent", 0)               \
  X(tracestate, "tracestate", 0)                 \
  X(x_traceparent, "x-traceparent", 0)           \
  X(x_tracestate, "x-tracestate", 0)

enum class HeaderName : std::uint8_t {
  other,
#define X(enumerator, name, compact) enumerator,
  SIPSONDE_DECODED_HEADERS(X)
#undef X
};

HeaderName header_name_of(std::string_view name);

}  // namespace sipsonde
