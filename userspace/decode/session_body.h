// SPDX-License-Identifier: Apache-2.0
// Where in a message's body the session description lies.
#pragma once

#include <string_view>

namespace sipsonde {

// The body itself when it is a session description, whatever it is called; else the first part of that kind
// in a multipart body (RFC 2046 section 5.1, RFC 5621 section 3), as SIP-I, emergency calls and recording
// send it, also one multipart inside another. Empty: there is none. A last part that the capture cut is
// found, too.
std::string_view sdp_in_body(std::string_view content_type, std::string_view body);

}  // namespace sipsonde
