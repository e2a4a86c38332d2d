// SPDX-License-Identifier: Apache-2.0
// The values of P-Asserted-Identity (RFC 3325 section 9.1): one, or a sip URI and a tel URI.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

struct AssertedIdentity {
  NameAddress address;
  std::string_view rest;  // begins with the parameters behind the address
};

struct AssertedIdentities {
  std::array<AssertedIdentity, 2> values;
  std::size_t count = 0;

  const AssertedIdentity* begin() const { return values.data(); }
  const AssertedIdentity* end() const { return values.data() + count; }
};

// In one header or in two; a message without them costs nothing.
AssertedIdentities asserted_identities_of(const SipMessage& sip);

}  // namespace sipsonde
