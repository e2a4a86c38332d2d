// SPDX-License-Identifier: Apache-2.0
// Networks and addresses as they are written in a configuration.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

// "192.0.2.7" or "2001:db8::7"; IPv4 becomes v4-mapped.
Result<Address> parse_address(std::string_view text);

// "192.0.2.0/24", "2001:db8::/32", or an address alone, which is a network of one. Bits behind the prefix
// are an error (a typing mistake more often than not), and the error names the network that was meant.
Result<Network> parse_network(std::string_view text);

std::string to_text(const Network& network);

bool is_loopback(const Address& address);

}  // namespace sipsonde
