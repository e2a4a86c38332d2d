// SPDX-License-Identifier: Apache-2.0
// The file of a rate deck: prefix, price per minute, currency, first and next increment in seconds
// (docs/rating.md). The file is written by people and by other programs, and so nothing in it is trusted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rating/rate_deck.h"

namespace sipsonde {

inline constexpr std::size_t kPrefixesMax = 1 << 20;
inline constexpr std::size_t kRateLineMax = 4096;  // bytes; a line of five numbers has far fewer

// Errors read "rates.csv:7: …; remedy", exit code 2. `name` stands for the file in them. A line more than
// `most` prices is one of them.
Result<RateDeck> parse_rates(const std::string& name, std::string_view text, std::size_t most = kPrefixesMax);

Result<RateDeck> read_rates(const std::string& path);

}  // namespace sipsonde
