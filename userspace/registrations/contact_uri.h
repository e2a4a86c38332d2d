// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sipsonde {

// Whether two Contact URIs name the same place (RFC 3261 section 19.1.4): the scheme and the host whatever
// their case, the user as written, the port as written or not; a parameter that both have must be the same,
// and one that only one has counts when it is user, ttl, method, maddr or transport. A proxy in between that
// adds a parameter of its own (`alias`, `received`) so makes no other contact of it.
bool same_contact(std::string_view one, std::string_view other);

}  // namespace sipsonde
