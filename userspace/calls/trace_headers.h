// SPDX-License-Identifier: Apache-2.0
// The trace that a request says it belongs to: X-OTel-traceparent, traceparent, X-Traceparent, the first of
// these that is valid (W3C Trace Context section 3.2). One that is not is as good as none.
#pragma once

#include "decode/sip_message.h"

namespace sipsonde {

// `parent` as far as version 00 goes, and empty where there is none; `state` only with a parent, and only one
// that can be handed on as it is.
TraceHeaders trace_of(const SipMessage& sip);

// The topmost Via, as written.
std::string_view top_via_of(const SipMessage& sip);

}  // namespace sipsonde
