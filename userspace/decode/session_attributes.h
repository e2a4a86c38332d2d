// SPDX-License-Identifier: Apache-2.0
// The lines of a session description one by one; the walk over them is session_description.cpp's. A line that
// breaks its grammar leaves everything as it was.
#pragma once

#include <string_view>

#include "decode/session_description.h"

namespace sipsonde {

// "IN IP4 192.0.2.1", of c= and of a=rtcp.
ConnectionData decode_connection(std::string_view value);

// "audio 49170/2 RTP/AVP 0 8". Both of the two return false when something is beyond the bounds of
// `description`.
bool decode_media_line(std::string_view value, MediaDescription& media);

// Of a line "a=name:value" below an m-line, when take_section_attribute() does not know it.
bool decode_media_attribute(std::string_view name, std::string_view value, MediaDescription& media);

enum class SectionAttribute : std::uint8_t { taken, unknown, beyond_bounds };

// An attribute that may stand for the session, too. With `inherited` the fingerprints in `section` are the
// session's: the first of its own replaces them, and clears the mark.
SectionAttribute take_section_attribute(std::string_view name, std::string_view value,
                                        SectionDescription& section, bool& inherited);

}  // namespace sipsonde
