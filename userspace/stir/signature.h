// SPDX-License-Identifier: Apache-2.0
// ES256 (RFC 7518 section 3.4): ECDSA over P-256 with SHA-256, the signature as R and S of 32 bytes each.
#pragma once

#include <string_view>

#include "stir/openssl.h"

namespace sipsonde {

bool is_p256(const EVP_PKEY* key);

// The three parts in base64url, as they stand in the token: what was signed is "header.payload". Thread-safe:
// a key may be used by many at once.
bool is_signed_by(EVP_PKEY* key, std::string_view header, std::string_view payload,
                  std::string_view signature);

}  // namespace sipsonde
