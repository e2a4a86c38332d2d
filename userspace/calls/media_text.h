// SPDX-License-Identifier: Apache-2.0
// Measured numbers as attributes write them.
#pragma once

#include <string_view>

#include "base/arena.h"

namespace sipsonde {

// With so many decimals at most, in `arena`: "3.25", "0".
std::string_view decimal_text(double value, int decimals, Arena& arena);

}  // namespace sipsonde
