// SPDX-License-Identifier: Apache-2.0
// The values of the Identity headers of a message (RFC 8224 section 4), taken apart and not yet decoded.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

// Views into the message. What a value does not have is empty.
struct Identity {
  std::string_view header;     // base64url; empty in the compact form, like the payload
  std::string_view payload;    // base64url
  std::string_view signature;  // base64url
  std::string_view info;       // the URI, without < >
  std::string_view algorithm;
  std::string_view extension;  // ppt
  bool readable = false;       // three parts, both of the first two or none of them

  bool is_compact() const { return readable && header.empty(); }
};

// More are not looked at: who sends hundreds buys no more work than who sends four.
inline constexpr std::size_t kIdentitiesMax = 4;

struct Identities {
  std::array<Identity, kIdentitiesMax> values;
  std::size_t count = 0;

  const Identity* begin() const { return values.data(); }
  const Identity* end() const { return values.data() + count; }
};

// One value: `header.payload.signature;info=<uri>;alg=ES256;ppt=shaken`.
Identity decode_identity(std::string_view value);

// In the order of the message, repeated headers and values joined by commas alike.
Identities identities_of(const SipMessage& sip);

}  // namespace sipsonde
