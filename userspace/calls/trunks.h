// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/endpoint.h"
#include "config/settings.h"
#include "decode/sip_message.h"
#include "facts/fact.h"

namespace sipsonde {

// The first rule that has the far peer's address in one of its networks, or the host of the From, To or
// Request-URI among its domains (compared without regard to case, RFC 3261 section 19.1.4); else the last.
TrunkIndex trunk_of(const TrunkTable& trunks, const Address& far_peer, const SipMessage& sip);

}  // namespace sipsonde
