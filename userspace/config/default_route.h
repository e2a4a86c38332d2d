// SPDX-License-Identifier: Apache-2.0
// Which interface `auto` means.
#pragma once

#include <istream>
#include <string>

#include "base/result.h"

namespace sipsonde {

// The interface of the default route with the lowest metric; of IPv4, and where there is none of IPv6.
// Reads /proc/net, that is, the network namespace of this process. Without a default route an error with
// exit code 2: the interface must then be named.
Result<std::string> default_route_interface();

// The same from texts in the form of /proc/net/route and /proc/net/ipv6_route.
Result<std::string> default_route_interface(std::istream& ipv4_routes, std::istream& ipv6_routes);

}  // namespace sipsonde
