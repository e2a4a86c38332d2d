// SPDX-License-Identifier: Apache-2.0
// Parts of a request's target as the text they stand for (RFC 3986 section 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sipsonde {

// `%40` is `@`; a plus sign is one, as it begins telephone numbers. Nullopt when an escape is none.
std::optional<std::string> percent_decoded(std::string_view text);

// The value of the first parameter of that name in `a=1&b=2`, not decoded; nullopt when there is none.
std::optional<std::string_view> query_parameter(std::string_view query, std::string_view name);

}  // namespace sipsonde
