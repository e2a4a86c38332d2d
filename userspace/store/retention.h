// SPDX-License-Identifier: Apache-2.0
// Which files of the store have had their time. Whole files go, never rows: that costs nothing and frees the
// disk at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"
#include "store/day.h"

namespace sipsonde {

struct StoredDay {
  StoreDay day = 0;
  std::uint64_t bytes = 0;
};

// Those to be removed of `days`, oldest first; `current` never is.
std::vector<StoreDay> days_to_remove(const std::vector<StoredDay>& days, StoreDay current,
                                     const StoreSettings& settings, std::uint64_t now_ns);

// The days of which anything is there, oldest first, and what each takes on the disk: its file, the log, and
// what was damaged and moved aside.
std::vector<StoredDay> stored_days(const std::string& directory);
void remove_day(const std::string& directory, StoreDay day);

}  // namespace sipsonde
