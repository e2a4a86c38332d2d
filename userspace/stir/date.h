// SPDX-License-Identifier: Apache-2.0
// The Date header (RFC 3261 section 20.17): "Sat, 13 Nov 2010 23:29:00 GMT".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// Unix seconds. The day of the week is not compared with the date.
std::optional<std::int64_t> decode_date(std::string_view value);

}  // namespace sipsonde
