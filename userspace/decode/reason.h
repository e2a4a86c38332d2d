// SPDX-License-Identifier: Apache-2.0
// Reason (RFC 3326): `Q.850;cause=16;text="Terminated", SIP;cause=487`.
#pragma once

#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// Appends the values of one Reason line to `message.reasons`; beyond its room they are left out.
void decode_reasons(std::string_view value, SipMessage& message);

}  // namespace sipsonde
