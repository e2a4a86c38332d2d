// SPDX-License-Identifier: Apache-2.0
// Complaints about keys: unknown ones and repeated ones.
#pragma once

#include <string_view>

#include "base/result.h"
#include "config/document.h"

namespace sipsonde {

// FILE:LINE: unknown key "prots"; did you mean "ports"?
Error unknown_key(const TextSource& source, const YamlNode& child, std::string_view suggestion);

Result<Done> check_keys_are_unique(const TextSource& source, const YamlNode& map);

}  // namespace sipsonde
