// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_row.h"

namespace sipsonde {
namespace {

std::string row_of(std::string_view document) {
  std::string row;
  EXPECT_TRUE(append_clickhouse_row(row, document)) << document;
  return row;
}

TEST(ClickHouseRow, CallsAFieldAsTheTableDoes) {
  EXPECT_EQ(row_of(R"({"call_id":"a@b","leg":0})"), "{\"call_sid\":\"a@b\",\"leg\":0}\n");
  EXPECT_EQ(row_of(R"({"disposition":"busy"})"), "{\"disposition\":\"busy\",\"status\":\"busy\"}\n");
  EXPECT_EQ(row_of(R"({"disposition":null})"), "{\"disposition\":null,\"status\":null}\n");
}

TEST(ClickHouseRow, WritesTimesAsTextOfUtcToTheMillisecond) {
  EXPECT_EQ(row_of(R"({"start_timestamp_ms":1772366400005,"answer_timestamp_ms":null})"),
            "{\"start_timestamp_ms\":\"2026-03-01T12:00:00.005Z\",\"answer_timestamp_ms\":null}\n");
  EXPECT_EQ(row_of(R"({"end_timestamp_ms":0})"), "{\"end_timestamp_ms\":\"1970-01-01T00:00:00.000Z\"}\n");
}

TEST(ClickHouseRow, LeavesNumbersDigitForDigit) {
  for (const std::string_view number :
       {"0", "12.345", "0.1", "4294967295", "18446744073709551615", "-1.5", "1e3"})
    EXPECT_EQ(row_of("{\"price\":" + std::string(number) + "}"), "{\"price\":" + std::string(number) + "}\n");
}

TEST(ClickHouseRow, LeavesWhatIsInsideAsItIs) {
  const std::string inside =
      R"({"custom":{"call_id":"x","disposition":"y","start_timestamp_ms":"z"},"media":[{"codec":null,"ssrc":7}]})";
  EXPECT_EQ(row_of(inside), inside + "\n");
}

TEST(ClickHouseRow, KeepsTextsWhatever) {
  const std::string texts = R"({"user_agent":"\"\\\n\u001B ä � \u0000 end"})";
  EXPECT_EQ(row_of(texts), texts + "\n");
}

TEST(ClickHouseRow, WhatIsNoObjectIsRefusedAndNothingIsWritten) {
  for (const std::string_view document :
       {"", "{", "[]", "[{\"call_id\":1}]", "1", "null", "\"text\"", "{}x", "{\"a\":}",
        "{\"start_timestamp_ms\":1.5}", "{\"start_timestamp_ms\":-1}",
        "{\"start_timestamp_ms\":99999999999999999999}", "{\"a\":1}{\"b\":2}"}) {
    std::string row = "before\n";
    EXPECT_FALSE(append_clickhouse_row(row, document)) << document;
    EXPECT_EQ(row, "before\n");
  }
}

TEST(ClickHouseRow, ADeepDocumentTakesNoStack) {
  const std::string deep = "{\"custom\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(row_of(deep), deep + "\n");
}

}  // namespace
}  // namespace sipsonde
