// SPDX-License-Identifier: Apache-2.0
// name-addr and addr-spec (RFC 3261 sections 20.10 and 25.1): `"Bob" <sip:bob@example.com>;tag=1` and
// `sip:bob@example.com;tag=1`.
#pragma once

#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// Fills user and host from `address.uri`. Of sip: and sips: the user is what stands before the password and
// the @, the host is without port (an IPv6 address keeps its brackets); of tel: the user is the number. Other
// schemes have neither.
void decode_uri(std::string_view uri, NameAddress& address);

// Reads one address off the front of `rest` and leaves its parameters there. With `is_list` a comma ends an
// addr-spec. An address without a readable URI (unbalanced quotes or brackets, nothing between them) leaves
// `uri` empty. The tag is not looked for.
NameAddress take_name_address(std::string_view& rest, bool is_list);

}  // namespace sipsonde
