// SPDX-License-Identifier: Apache-2.0
// A PASSporT (RFC 8225) with SHAKEN's claims (RFC 8588), as far as they are told or checked.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "stir/identity.h"

namespace sipsonde {

// A telephone number or a URI (RFC 8225 section 5.2.1).
struct PartyClaim {
  std::string_view text;
  bool is_number = false;  // tn
};

// Views into the PassportText that it was decoded into.
struct Passport {
  // Header
  std::string_view algorithm;        // alg
  std::string_view type;             // typ
  std::string_view extension;        // ppt
  std::string_view certificate_url;  // x5u
  bool has_critical = false;         // crit: extensions that must be understood (RFC 7515 section 4.1.11)

  // Payload
  std::optional<std::int64_t> issued_at;  // iat, unix seconds
  std::optional<PartyClaim> origin;       // orig
  std::array<PartyClaim, 8> destinations{};
  std::size_t destination_count = 0;  // of dest; those beyond the room are left out
  std::string_view attestation;       // attest
  std::string_view origination_id;    // origid
};

// Where the JSON texts lie: parsed in place, so that nothing is allocated. A PASSporT that does not fit is
// not read; SHAKEN's has about 700 bytes, a large rich call data claim (RFC 9795) a few thousand.
struct PassportText {
  std::array<char, 2048> header;
  std::array<char, 8192> payload;
};

// False when it is not base64url of JSON objects of bounded depth, says a claim twice, or says it as what it
// cannot be. `identity` must be of the full form.
bool decode_passport(const Identity& identity, PassportText& text, Passport& passport);

}  // namespace sipsonde
