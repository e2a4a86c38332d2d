// SPDX-License-Identifier: Apache-2.0
// The compact form of a PASSporT (RFC 8225 section 7): only the signature is sent, and who verifies builds
// header and payload from the message (RFC 8224 section 4.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decode/sip_message.h"
#include "stir/identity.h"

namespace sipsonde {

// The two parts in base64url, as the sender must have signed them.
struct RebuiltToken {
  std::array<char, 2048> room;
  std::size_t header_size = 0;
  std::size_t payload_size = 0;
  std::int64_t issued_at = 0;  // the Date header

  std::string_view header() const { return {room.data(), header_size}; }
  std::string_view payload() const { return {room.data() + header_size, payload_size}; }
};

// False when the message does not hold all of it: no Date, no info; an extension (ppt), whose claims stand
// nowhere else (SHAKEN: RFC 8588 section 6); a body with a=fingerprint, which is a claim of its own (mky); or
// texts too long or not plain. `origin` is From or an asserted identity, whichever the sender signed for.
bool rebuild_token(const Identity& identity, const SipMessage& sip, const NameAddress& origin,
                   RebuiltToken& token);

}  // namespace sipsonde
