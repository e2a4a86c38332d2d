// SPDX-License-Identifier: Apache-2.0
// A point in time as text: RFC 3339 in UTC with nine decimals, "2026-03-01T12:00:00.000000001Z".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

inline constexpr std::size_t kTimestampLength = 30;

// Not terminated by a NUL. `unix_ns` reaches to the year 2554, so that four digits always do.
std::array<char, kTimestampLength> timestamp_text(std::uint64_t unix_ns);

// The way back: of what timestamp_text() wrote, and of nothing else.
std::optional<std::uint64_t> parse_timestamp(std::string_view text);

}  // namespace sipsonde
