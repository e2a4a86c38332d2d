// SPDX-License-Identifier: Apache-2.0
// Request line and status line (RFC 3261 sections 7.1 and 7.2).
#pragma once

#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// `line` is without its line end. Sets is_request and either method, method_text and request_uri or code and
// reason_phrase, as far as they can be read. Single spaces part the three fields; the version is 2.0,
// whatever the case of "SIP".
sipsonde_malformed decode_start_line(std::string_view line, SipMessage& message);

}  // namespace sipsonde
