// SPDX-License-Identifier: Apache-2.0
// The store has one file for each day of UTC, named after it: 2026-03-01.db.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// Days since 1970-01-01.
using StoreDay = std::int32_t;

StoreDay day_of(std::uint64_t unix_ns);
std::string date_of(StoreDay day);  // "2026-03-01"
std::optional<StoreDay> parse_date(std::string_view text);

std::string file_name_of(StoreDay day);
std::string path_of(const std::string& directory, StoreDay day);
// nullopt for whatever is no file of a day.
std::optional<StoreDay> day_of_file(std::string_view name);

// The days that have a file in `directory`, oldest first; empty when it cannot be read.
std::vector<StoreDay> days_in(const std::string& directory);

}  // namespace sipsonde
