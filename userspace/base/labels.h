// SPDX-License-Identifier: Apache-2.0
// The names of the numbers that cross the kernel boundary, as they stand in labels, events and rows.
#pragma once

#include <string_view>

#include "sipsonde/protocol.h"

namespace sipsonde {

std::string_view label(sipsonde_method method);
std::string_view label(sipsonde_flow flow);
std::string_view label(sipsonde_direction direction);
std::string_view label(sipsonde_transport transport);
std::string_view label(sipsonde_hook hook);
std::string_view label(sipsonde_verdict verdict);
std::string_view label(sipsonde_malformed reason);
std::string_view label(sipsonde_deferred reason);
std::string_view label(sipsonde_kind kind);
std::string_view label(sipsonde_path path);
std::string_view label(sipsonde_table table);
std::string_view label(sipsonde_codec codec);
std::string_view label(sipsonde_rtcp_type type);
std::string_view label(sipsonde_tunnel tunnel);

// Of media, which no request gives a direction: what comes in to this node is inbound.
constexpr sipsonde_direction direction_of(sipsonde_flow flow) {
  return flow == SIPSONDE_FLOW_egress ? SIPSONDE_DIRECTION_outbound : SIPSONDE_DIRECTION_inbound;
}

// The method a token names; method names are case-sensitive (RFC 3261 section 7.1).
sipsonde_method method_of(std::string_view token);

}  // namespace sipsonde
