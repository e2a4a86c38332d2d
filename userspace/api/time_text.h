// SPDX-License-Identifier: Apache-2.0
// Points in time as people and other programs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// RFC 3339 section 5.6, with up to nine decimals and any offset, from 1970 to 2262; unix nanoseconds. A leap
// second is the first of the next minute. Nullopt for anything else.
std::optional<std::uint64_t> parse_rfc3339(std::string_view text);

// The same, or a day alone, which begins at 00:00 UTC, or a number: unix seconds, unix milliseconds from
// 100000000000 on. Unix milliseconds.
std::optional<std::int64_t> parse_time_ms(std::string_view text);

}  // namespace sipsonde
