// SPDX-License-Identifier: Apache-2.0
#include "capture/time_unit.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kLastSecond = UINT64_MAX / kNsPerSecond - 1;

struct Parts {
  std::uint64_t seconds;
  std::uint64_t ns;
};

std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Parts split_decimal(std::uint64_t ticks, unsigned exponent) {
  if (exponent <= 9) {
    const std::uint64_t unit = power_of_ten(exponent);
    return {ticks / unit, ticks % unit * power_of_ten(9 - exponent)};
  }
  // From 10^20 on 64 bits hold no whole second, from 10^29 on no nanosecond.
  if (exponent >= 29) return {0, 0};
  const std::uint64_t ns = ticks / power_of_ten(exponent - 9);
  return {ns / kNsPerSecond, ns % kNsPerSecond};
}

Parts split_binary(std::uint64_t ticks, unsigned exponent) {
  if (exponent == 0) return {ticks, 0};
  const std::uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
  std::uint64_t fraction = exponent < 64 ? ticks & ((std::uint64_t{1} << exponent) - 1) : ticks;
  // Times 10^9 needs 30 bits above the fraction; 34 bits of it are finer than a nanosecond.
  if (exponent > 34) {
    const unsigned drop = exponent - 34;
    fraction = drop < 64 ? fraction >> drop : 0;
    exponent = 34;
  }
  return {seconds, fraction * kNsPerSecond >> exponent};
}

}  // namespace

std::uint64_t TimeUnit::to_unix_ns(std::uint64_t ticks) const {
  const Parts parts = binary ? split_binary(ticks, exponent) : split_decimal(ticks, exponent);
  const auto seconds = static_cast<std::int64_t>(std::min(parts.seconds, kLastSecond));
  const auto last = static_cast<std::int64_t>(kLastSecond);
  if (offset_seconds < -seconds) return 0;
  if (offset_seconds > last - seconds) return kLastSecond * kNsPerSecond;
  return static_cast<std::uint64_t>(seconds + offset_seconds) * kNsPerSecond + parts.ns;
}

}  // namespace sipsonde
