// SPDX-License-Identifier: Apache-2.0
#include "calls/trace_headers.h"

#include "facts/trace_context.h"

namespace sipsonde {

TraceHeaders trace_of(const SipMessage& sip) {
  constexpr std::size_t kVersion00Length = 55;
  for (const TraceHeaders& carried : sip.traces) {
    if (carried.parent.empty() || !parse_traceparent(carried.parent)) continue;
    return {carried.parent.substr(0, kVersion00Length),
            is_plain_tracestate(carried.state) ? carried.state : std::string_view{}};
  }
  return {};
}

std::string_view top_via_of(const SipMessage& sip) {
  const std::string_view value = sip.header("Via", 'v');
  return value.substr(0, value.find(','));
}

}  // namespace sipsonde
