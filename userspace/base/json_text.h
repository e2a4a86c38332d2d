// SPDX-License-Identifier: Apache-2.0
// Bytes of unknown origin as the inside of a JSON string (RFC 8259 section 7).
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

// True when `bytes` may stand between quotes as they are: printable ASCII without quote and backslash.
bool needs_no_escape(std::string_view bytes);

// Appends `bytes` with a pair of quotes around them. The result is valid UTF-8 (RFC 3629) in which C0, DEL
// and C1 controls are written \uXXXX, so that a line shown on a terminal moves no cursor; each byte that
// belongs to no character becomes U+FFFD.
void append_json_string(std::string& out, std::string_view bytes);

}  // namespace sipsonde
