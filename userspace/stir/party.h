// SPDX-License-Identifier: Apache-2.0
// Do the parties of a message fit those that a PASSporT claims (RFC 8224 section 6.2, step 2)?
#pragma once

#include <cstdint>

#include "decode/sip_message.h"
#include "stir/passport.h"

namespace sipsonde {

enum class Fit : std::uint8_t {
  unknown,  // the message does not say, as with an anonymous caller, or the PASSporT does not
  fits,
  differs,
};

// The caller by P-Asserted-Identity or by From: one that fits is enough.
Fit fit_of_origin(const Passport& passport, const SipMessage& sip);

// The callee by To, or by the Request-URI after a diversion (RFC 8946); one of the claimed is enough.
Fit fit_of_destination(const Passport& passport, const SipMessage& sip);

}  // namespace sipsonde
