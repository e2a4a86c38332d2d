// SPDX-License-Identifier: Apache-2.0
// What a SIP message travelled over, as a HEP sender tells it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sipsonde/protocol.h"

namespace sipsonde {

// `ip_protocol` is chunk 0x0002. HEP has no word for TLS and WebSocket: senders say 6, as it is on the wire,
// or the numbers of protocols that nobody speaks any more (22 for TLS: Kamailio for ws and wss too; 50 for
// ws). Which of them it was is then told by the top Via, which names the transport of that very hop (RFC 3261
// section 18.1.1, RFC 7118 section 5.2). Nothing for SCTP and whatever else there is: this program has no
// such transport.
std::optional<sipsonde_transport> transport_of(std::uint8_t ip_protocol, std::string_view message);

}  // namespace sipsonde
