// SPDX-License-Identifier: Apache-2.0
// The table telephony_cdrs: its columns, how it is made, and whether one that is there can take our rows
// (docs/cdr-clickhouse.md).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

struct ClickHouseColumn {
  std::string_view name;
  std::string_view type;  // as the table is made
};

// In the order of the table. Each has the name of a field of the record (docs/cdr.md), but for call_sid,
// which is its call_id, and status, which is its disposition.
std::span<const ClickHouseColumn> clickhouse_columns();

// `database`.`telephony_cdrs`, as it stands in statements.
std::string clickhouse_table_name(std::string_view database);

std::string clickhouse_create_statement(std::string_view database);

// `described` is what DESCRIBE TABLE answers as TabSeparated. Columns that we do not know are left to their
// defaults. The error says what is missing or of a type that cannot hold ours, and the statement that mends
// it.
Result<Done> check_clickhouse_columns(std::string_view database, std::string_view described);

}  // namespace sipsonde
