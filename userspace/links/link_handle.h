// SPDX-License-Identifier: Apache-2.0
// A call in the table of links; stale once the call was forgotten.
#pragma once

#include <cstdint>

namespace sipsonde {

struct LinkHandle {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;
  bool is_none() const { return index == UINT32_MAX; }
  friend bool operator==(const LinkHandle&, const LinkHandle&) = default;
};

}  // namespace sipsonde
