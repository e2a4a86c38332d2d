// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_table.h"

#include <algorithm>
#include <map>

namespace sipsonde {
namespace {

// Whatever a record may not know is Nullable: a 0 or an empty text would say what nobody has seen.
constexpr ClickHouseColumn kColumns[] = {
    {"call_sid", "String"},
    {"tenant_id", "LowCardinality(String)"},
    {"trunk_id", "LowCardinality(String)"},
    {"direction", "Enum8('inbound' = 1, 'outbound' = 2)"},
    {"from_number", "Nullable(String)"},
    {"to_number", "Nullable(String)"},
    {"start_timestamp_ms", "Nullable(DateTime64(3, 'UTC'))"},
    {"answer_timestamp_ms", "Nullable(DateTime64(3, 'UTC'))"},
    {"end_timestamp_ms", "Nullable(DateTime64(3, 'UTC'))"},
    {"duration_seconds", "Nullable(Decimal(18, 3))"},
    {"q850_cause", "Nullable(UInt16)"},
    {"status", "LowCardinality(Nullable(String))"},
    {"codec", "LowCardinality(Nullable(String))"},
    {"packets_sent", "Nullable(UInt64)"},
    {"packets_received", "Nullable(UInt64)"},
    {"packets_lost", "Nullable(UInt64)"},
    {"bytes_sent", "Nullable(UInt64)"},
    {"jitter_ms", "Nullable(Float64)"},
    {"estimated_mos", "Nullable(Float64)"},
    {"recording_url", "Nullable(String)"},
    {"agent_id", "LowCardinality(Nullable(String))"},
    {"leg", "UInt32"},
    {"account_id", "LowCardinality(String)"},
    {"from_uri", "Nullable(String)"},
    {"to_uri", "Nullable(String)"},
    {"src", "Nullable(String)"},
    {"dst", "Nullable(String)"},
    {"transport", "LowCardinality(String)"},
    {"ringing_timestamp_ms", "Nullable(DateTime64(3, 'UTC'))"},
    {"billable_seconds", "Nullable(Decimal(18, 3))"},
    {"disposition", "LowCardinality(Nullable(String))"},
    {"sip_status", "Nullable(UInt16)"},
    {"hangup_cause", "LowCardinality(Nullable(String))"},
    {"disconnect_initiator", "LowCardinality(String)"},
    {"user_agent", "Nullable(String)"},
    {"bytes_received", "Nullable(UInt64)"},
    {"rtt_ms", "Nullable(Float64)"},
    {"loss_fraction", "Nullable(Float64)"},
    {"price", "Nullable(Decimal(18, 6))"},
    {"currency", "LowCardinality(Nullable(String))"},
    {"route", "Nullable(String)"},
    {"custom", "Map(LowCardinality(String), String)"},
    {"media",
     "Array(Tuple(way LowCardinality(String), ssrc Nullable(UInt32), codec LowCardinality(Nullable(String)), "
     "packets Nullable(UInt64), bytes Nullable(UInt64), lost Nullable(UInt64), duplicate Nullable(UInt64), "
     "reordered Nullable(UInt64), jitter_ms Nullable(Float64), mos Nullable(Float64), src Nullable(String), "
     "dst Nullable(String), source LowCardinality(String)))"},
    {"node", "LowCardinality(Nullable(String))"},
    {"trace_id", "String"},
    {"linked_call_id", "Nullable(String)"},
    {"link_reason", "LowCardinality(Nullable(String))"},
    {"coverage", "LowCardinality(String)"},
};

constexpr std::string_view kTable = "telephony_cdrs";

// The start of a leg that was cut is unknown, and the key holds it. A batch that is sent again is known by
// its token, here too, where there is no replication (the default of the window is 0).
constexpr std::string_view kStorage =
    ") ENGINE = MergeTree PARTITION BY toYYYYMM(start_timestamp_ms) "
    "ORDER BY (tenant_id, start_timestamp_ms, call_sid) "
    "SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000";

std::string quoted(std::string_view identifier) {
  std::string text = "`";
  for (const char c : identifier) {
    if (c == '`' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text + "`";
}

// Without what only says how a value is stored, or that there may be none.
std::string_view bare(std::string_view type) {
  for (const std::string_view wrapper : {"LowCardinality(", "Nullable("})
    if (type.starts_with(wrapper) && type.ends_with(')')) {
      type.remove_prefix(wrapper.size());
      type.remove_suffix(1);
    }
  return type;
}

bool begins_with_one_of(std::string_view type, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [type](std::string_view name) { return type.starts_with(name); });
}

// What the text that we send can be read as: a table that somebody else made may hold less or more of it.
bool can_hold(std::string_view theirs, std::string_view ours) {
  theirs = bare(theirs);
  ours = bare(ours);
  if (ours == "String") return begins_with_one_of(theirs, {"String", "FixedString", "Enum"});
  if (ours.starts_with("Enum")) return begins_with_one_of(theirs, {"String", "FixedString", "Enum"});
  if (ours.starts_with("DateTime64")) return theirs.starts_with("DateTime");
  if (ours.starts_with("UInt")) return begins_with_one_of(theirs, {"UInt", "Int", "Float", "Decimal"});
  if (begins_with_one_of(ours, {"Float", "Decimal"})) return begins_with_one_of(theirs, {"Float", "Decimal"});
  return theirs.substr(0, theirs.find('(')) == ours.substr(0, ours.find('('));
}

std::map<std::string_view, std::string_view> types_by_name(std::string_view described) {
  std::map<std::string_view, std::string_view> types;
  while (!described.empty()) {
    const std::string_view line = described.substr(0, described.find('\n'));
    described.remove_prefix(std::min(line.size() + 1, described.size()));
    const std::size_t name_end = line.find('\t');
    if (name_end == line.npos) continue;
    const std::string_view rest = line.substr(name_end + 1);
    types.emplace(line.substr(0, name_end), rest.substr(0, rest.find('\t')));
  }
  return types;
}

}  // namespace

std::span<const ClickHouseColumn> clickhouse_columns() {
  return kColumns;
}

std::string clickhouse_table_name(std::string_view database) {
  return quoted(database) + "." + quoted(kTable);
}

std::string clickhouse_create_statement(std::string_view database) {
  std::string statement = "CREATE TABLE IF NOT EXISTS " + clickhouse_table_name(database);
  std::string_view separator = " (";
  for (const ClickHouseColumn& column : kColumns) {
    statement.append(separator).append(quoted(column.name)).append(" ").append(column.type);
    separator = ", ";
  }
  return statement.append(kStorage);
}

Result<Done> check_clickhouse_columns(std::string_view database, std::string_view described) {
  const auto types = types_by_name(described);
  std::string add, modify;
  for (const ClickHouseColumn& column : kColumns) {
    const auto theirs = types.find(column.name);
    std::string& clauses = theirs == types.end() ? add : modify;
    if (theirs != types.end() && can_hold(theirs->second, column.type)) continue;
    clauses.append(clauses.empty() ? "" : ", ").append(theirs == types.end() ? "ADD" : "MODIFY");
    clauses.append(" COLUMN ").append(quoted(column.name)).append(" ").append(column.type);
  }
  const std::string alter = "; run ALTER TABLE " + clickhouse_table_name(database) + " ";
  if (!add.empty()) return Error{"table " + clickhouse_table_name(database) + " lacks columns" + alter + add};
  if (!modify.empty())
    return Error{"table " + clickhouse_table_name(database) + " has columns that cannot hold a record" +
                 alter + modify + ", or give it another name and let it be made anew"};
  return Done{};
}

}  // namespace sipsonde
