// SPDX-License-Identifier: Apache-2.0
// Via (RFC 3261 section 20.42): `SIP/2.0/UDP host:port;branch=z9hG4bK…`, one or several in a line.
#pragma once

#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// The first of the values in `value`. False when protocol or sent-by cannot be read; RFC 2543 had no branch,
// so that its absence is no fault.
bool decode_via(std::string_view value, Via& via);

// How many values stand in one Via line.
unsigned count_vias(std::string_view value);

}  // namespace sipsonde
