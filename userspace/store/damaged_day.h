// SPDX-License-Identifier: Apache-2.0
// A day's file that SQLite cannot read goes out of the way, so that work goes on in a new one. Nothing of it
// is changed: `sqlite3 FILE .recover` may still get at what is in it.
#pragma once

#include <string>

#include "base/result.h"
#include "store/day.h"

namespace sipsonde {

// Becomes 2026-03-01.db.damaged-1, or the next number that is free; its log goes with it. The new path.
Result<std::string> move_day_aside(const std::string& directory, StoreDay day);

}  // namespace sipsonde
