// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_table.h"

#include "facts/json.h"

namespace sipsonde {
namespace {

// As DESCRIBE TABLE answers of the table that we make.
std::string described(std::string_view but_for = {}, std::string_view as = {}) {
  std::string text;
  for (const ClickHouseColumn& column : clickhouse_columns()) {
    if (column.name == but_for && as.empty()) continue;
    text.append(column.name)
        .append("\t")
        .append(column.name == but_for ? as : column.type)
        .append("\t\t\t\t\t\n");
  }
  return text;
}

TEST(ClickHouseTable, HasAColumnForEveryFieldOfARecord) {
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  std::string line;
  append_json(line, CallRecord{}, FactContext{&trunks, "edge-1"});
  for (const ClickHouseColumn& column : clickhouse_columns()) {
    const std::string_view field = column.name == "call_sid" ? "call_id" : column.name;
    if (field == "status") continue;  // the disposition once more
    const std::size_t at = line.find("\"" + std::string(field) + "\":");
    ASSERT_NE(at, line.npos) << field;
    line.erase(at, field.size() + 3);
  }
  EXPECT_EQ(line.find("\":"), line.npos) << "no column for something in " << line;
}

TEST(ClickHouseTable, IsMadeWhereNoneIsPartitionedByMonthAndOrderedByTenantStartAndCall) {
  const std::string statement = clickhouse_create_statement("tel`eph\\ony");
  EXPECT_TRUE(statement.starts_with(
      "CREATE TABLE IF NOT EXISTS `tel\\`eph\\\\ony`.`telephony_cdrs` (`call_sid` String, "));
  EXPECT_NE(statement.find(") ENGINE = MergeTree PARTITION BY toYYYYMM(start_timestamp_ms) "
                           "ORDER BY (tenant_id, start_timestamp_ms, call_sid) SETTINGS "),
            statement.npos);
}

TEST(ClickHouseTable, ThatWeMadeIsFit) {
  const auto fit = check_clickhouse_columns("default", described());
  EXPECT_TRUE(fit) << fit.error().message;
}

TEST(ClickHouseTable, OfSomebodyElseIsFitWhenItsColumnsCanHoldOurs) {
  struct {
    std::string_view column, theirs;
    bool fit;
  } constexpr kCases[] = {
      {"call_sid", "LowCardinality(String)", true},
      {"from_number", "String", true},
      {"direction", "LowCardinality(String)", true},
      {"start_timestamp_ms", "DateTime64(3)", true},
      {"start_timestamp_ms", "DateTime", true},
      {"start_timestamp_ms", "UInt64", false},
      {"duration_seconds", "Float64", true},
      {"duration_seconds", "UInt32", false},  // it has decimals
      {"packets_sent", "UInt32", true},
      {"packets_sent", "String", false},
      {"estimated_mos", "Nullable(Float32)", true},
      {"custom", "Map(String, String)", true},
      {"custom", "String", false},
      {"media", "Array(String)", true},  // as far as the outermost
      {"media", "Nested(way String)", false},
  };
  for (const auto& [column, theirs, fit] : kCases)
    EXPECT_EQ(static_cast<bool>(check_clickhouse_columns("default", described(column, theirs))), fit)
        << column << " " << theirs;
}

TEST(ClickHouseTable, WhatIsMissingIsSaidWithTheStatementThatAddsIt) {
  const auto lacks = check_clickhouse_columns("default", described("price"));
  ASSERT_FALSE(lacks);
  EXPECT_EQ(lacks.error().message,
            "table `default`.`telephony_cdrs` lacks columns; run ALTER TABLE `default`.`telephony_cdrs` "
            "ADD COLUMN `price` Nullable(Decimal(18, 6))");
}

TEST(ClickHouseTable, WhatCannotHoldARecordIsSaidWithTheStatementThatChangesIt) {
  const auto narrow = check_clickhouse_columns("default", described("leg", "String"));
  ASSERT_FALSE(narrow);
  EXPECT_NE(narrow.error().message.find("cannot hold a record; run ALTER TABLE `default`.`telephony_cdrs` "
                                        "MODIFY COLUMN `leg` UInt32"),
            std::string::npos)
      << narrow.error().message;
}

TEST(ClickHouseTable, AnAnswerThatIsNoneLacksEverything) {
  for (const std::string_view answer : {"", "\n\n", "<html>", "\t\t\t", "call_sid"})
    EXPECT_FALSE(check_clickhouse_columns("default", answer)) << answer;
}

}  // namespace
}  // namespace sipsonde
