// SPDX-License-Identifier: Apache-2.0
// How an interface of a pcapng file counts time (options if_tsresol and if_tsoffset).
#pragma once

#include <cstdint>

namespace sipsonde {

// Ticks of 10^-exponent or 2^-exponent seconds since 1970, plus an offset.
struct TimeUnit {
  bool binary = false;
  unsigned exponent = 6;
  std::int64_t offset_seconds = 0;

  // Rounds down to the nanosecond; saturates at 0 and at the last second that 64 bits hold (year 2554).
  std::uint64_t to_unix_ns(std::uint64_t ticks) const;
};

}  // namespace sipsonde
