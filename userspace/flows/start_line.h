// SPDX-License-Identifier: Apache-2.0
// Whether a line of a stream begins a SIP message (RFC 3261 sections 7.1 and 7.2). Lines are with their line
// end.
#pragma once

#include <string_view>

namespace sipsonde {

// A request line with a version of SIP at its end, or a status line of SIP/2.0. Certain enough to find the
// beginning of a message among other bytes.
bool is_sip_start_line(std::string_view line);

// Where a message must begin this does, if a broken one: it begins with SIP's version or a known method.
bool is_broken_start_line(std::string_view line);

// The beginning of a line whose end has not come: none of the bytes speaks against a start line.
bool may_become_start_line(std::string_view text);

// "Name: value" (RFC 3261 section 7.3.1).
bool is_header_line(std::string_view line);

}  // namespace sipsonde
