// SPDX-License-Identifier: Apache-2.0
// A binding as it was seen (RFC 3261 section 10): this address-of-record can be reached at that contact.
#pragma once

#include <cstdint>
#include <string>

#include "base/endpoint.h"
#include "facts/fact.h"

namespace sipsonde {

struct Binding {
  std::string aor;  // as AddressOfRecord gives it
  std::string contact;
  std::string user_agent;        // of the REGISTER; empty: none, or not seen
  std::uint64_t expires_ns = 0;  // hook time
  Endpoint source;               // where the REGISTER came from; {}: only a registrar's list told of it
  Endpoint registrar;            // who answered last
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  TrunkIndex trunk = 0;
};

}  // namespace sipsonde
