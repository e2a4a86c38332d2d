// SPDX-License-Identifier: Apache-2.0
// What a call costs by one line of a rate deck. All of it is integers: a price is exact and rounded once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

struct Rate {
  std::int64_t billionths_per_minute = 0;  // of the currency's unit
  std::uint32_t first_seconds = 60;        // charged as soon as a call is answered
  std::uint32_t next_seconds = 60;         // charged whole as soon as one of them is begun; never 0
  std::array<char, 3> currency{};          // ISO 4217

  std::string_view currency_text() const { return {currency.data(), currency.size()}; }
  friend bool operator==(const Rate&, const Rate&) = default;
};

// The seconds that are charged for a call of that length: the first increment, then as many of the next as
// it takes. An answered call is charged the first increment at least, however short it was.
std::uint64_t charged_seconds(const Rate& rate, std::uint64_t billable_ms);

// In millionths of the currency's unit, half a millionth rounded up. nullopt when 64 bits do not hold it.
std::optional<std::int64_t> price_micros(const Rate& rate, std::uint64_t billable_ms);

}  // namespace sipsonde
