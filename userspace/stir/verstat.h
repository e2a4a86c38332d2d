// SPDX-License-Identifier: Apache-2.0
// verstat: what a verification service says towards the callee (3GPP TS 24.229 section 7.2A.20).
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {

enum class Verstat : std::uint8_t {
  absent,
  passed,       // TN-Validation-Passed
  failed,       // TN-Validation-Failed
  unvalidated,  // No-TN-Validation
  unknown,      // some other word, which decides nothing
};

struct VerstatClaim {
  Verstat value = Verstat::absent;
  std::string_view text;  // as written
  char attestation = 0;   // A, B, C of a vendor's suffix: TN-Validation-Passed-A
};

VerstatClaim decode_verstat(std::string_view text);

// A parameter of the tel URI, or of the user part or the URI or the header beside it, in P-Asserted-Identity
// (each of its values) or else in From.
VerstatClaim verstat_of(const SipMessage& sip);

}  // namespace sipsonde
