// SPDX-License-Identifier: Apache-2.0
// One line of comma-separated values (RFC 4180), taken apart in place.
#pragma once

#include <array>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

inline constexpr std::size_t kCsvFieldsMax = 16;

struct CsvLine {
  std::array<std::string_view, kCsvFieldsMax> fields;  // without quotes and without the blanks around them
  std::size_t count = 0;                               // of the line; beyond kCsvFieldsMax only counted
};

// A quoted field ends in its line: a line break inside of quotes, which the RFC allows, has no use in a table
// of numbers, and a quote that nobody closed would take the rest of the file with it. A quote that the RFC
// doubles stays double. The error says what is wrong and what to do, not where.
Result<CsvLine> split_csv_line(std::string_view line);

}  // namespace sipsonde
