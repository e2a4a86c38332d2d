// SPDX-License-Identifier: Apache-2.0
// The secret of pseudonyms, read from the file that privacy.key_file names (docs/privacy.md).
#pragma once

#include <string>

#include "base/result.h"

namespace sipsonde {

inline constexpr std::size_t kPrivacyKeyMin = 32;  // bytes: as many as the MAC has (RFC 2104 section 3)
inline constexpr std::size_t kPrivacyKeyMax = 4096;

// The bytes of the file as they are; but a file of nothing but hexadecimal digits, 64 or more, and a line end
// is read as the bytes that they spell. A file that everybody may read holds no secret and is refused, with
// exit code 2 as every fault here.
Result<std::string> read_privacy_key(const std::string& path);

}  // namespace sipsonde
