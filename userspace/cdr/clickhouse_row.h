// SPDX-License-Identifier: Apache-2.0
// A record of the store as a line of ClickHouse's JSONEachRow.
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

// Names as in clickhouse_table.h; times as RFC 3339 with three decimals, in UTC (date_time_input_format =
// best_effort); every other value as it stands in the document, digit for digit. Appends the line with its
// line feed; false, and `out` as it was, when the document is no object of JSON.
bool append_clickhouse_row(std::string& out, std::string_view document);

}  // namespace sipsonde
