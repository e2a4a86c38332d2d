// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sipsonde {

// Which way the first media of an SDP body may flow, seen from who sends the body (RFC 4566 section 6).
enum class MediaFlow : std::uint8_t { unknown, sendrecv, sendonly, recvonly, inactive };

// unknown when the body is no SDP. Without an attribute it is sendrecv; an attribute of the session holds
// unless the first media has its own.
MediaFlow media_flow_of(std::string_view body);

}  // namespace sipsonde
