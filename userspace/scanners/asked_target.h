// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "facts/scanner_kind.h"

namespace sipsonde {

// Who asked for whom: kept by whoever waits for the outcome. Sixteen bytes and no text.
struct AskedTarget {
  std::uint64_t source = 0;  // 0: not watched
  std::uint32_t target = 0;
  ScannerKind kind = ScannerKind::register_sweep;  // what it would be
  bool of_scanner = false;                         // its source was told in this window

  bool is_watched() const { return source != 0; }
};

}  // namespace sipsonde
