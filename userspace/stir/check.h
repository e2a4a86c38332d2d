// SPDX-License-Identifier: Apache-2.0
// Our own opinion of an Identity: the verification service of RFC 8224 section 6.2, as far as one can be it
// who only looks on. Nothing is fetched; revocation and the numbers that a certificate is for (RFC 8226
// section 9) are not looked at.
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/sip_message.h"
#include "stir/compact_form.h"
#include "stir/identity.h"
#include "stir/passport.h"
#include "stir/trust_store.h"

namespace sipsonde {

// The best first: of several identities one that is good makes the request good (RFC 8224 section 6.2.1), and
// it is invalid only if all are.
enum class Check : std::uint8_t {
  valid,
  // signed by whom it says, but not for this call
  stale,  // iat further than 60 s from the packet's time
  origin_differs,
  destination_differs,
  // not to be known here
  certificate_unknown,  // no file of that name
  unsupported,          // another algorithm, or an extension that must be understood
  unknowable,           // a compact form that cannot be rebuilt from the message
  // not good for anything
  unreadable,
  certificate_expired,  // not valid at iat
  signature_wrong,
  none,  // there was nothing to check
};

std::string_view label(Check check);

// RFC 8224 section 6.2 leaves it to policy and recommends this.
inline constexpr std::int64_t kFreshness_seconds = 60;

// `passport` is what decode_passport() made of the identity, nullptr when it could not or when the form is
// compact; `token` is room to work in. `unix_ns`: the packet's time. Makes one verification at most, of a
// compact form two.
Check check_identity(const Identity& identity, const Passport* passport, const SipMessage& sip,
                     std::uint64_t unix_ns, const TrustStore& trusted, RebuiltToken& token);

}  // namespace sipsonde
