// SPDX-License-Identifier: Apache-2.0
#include "rating/rate.h"

namespace sipsonde {
namespace {

// From billionths a minute to millionths a second.
constexpr std::int64_t kDivisor = 60 * 1000;

}  // namespace

std::uint64_t charged_seconds(const Rate& rate, std::uint64_t billable_ms) {
  const std::uint64_t first_ms = rate.first_seconds * 1000ull;
  if (billable_ms <= first_ms) return rate.first_seconds;
  const std::uint64_t next_ms = rate.next_seconds * 1000ull;
  const std::uint64_t beyond_ms = billable_ms - first_ms;
  const std::uint64_t begun = beyond_ms / next_ms + (beyond_ms % next_ms != 0);
  return rate.first_seconds + begun * rate.next_seconds;
}

// seconds * billionths / kDivisor, in two parts: the whole quotient and the rest, which alone is rounded.
std::optional<std::int64_t> price_micros(const Rate& rate, std::uint64_t billable_ms) {
  const auto seconds = static_cast<std::int64_t>(charged_seconds(rate, billable_ms));
  std::int64_t whole = 0;
  std::int64_t rest = 0;
  std::int64_t price = 0;
  if (__builtin_mul_overflow(rate.billionths_per_minute / kDivisor, seconds, &whole) ||
      __builtin_mul_overflow(rate.billionths_per_minute % kDivisor, seconds, &rest) ||
      __builtin_add_overflow(whole, (rest + kDivisor / 2) / kDivisor, &price))
    return std::nullopt;
  return price;
}

}  // namespace sipsonde
