// SPDX-License-Identifier: Apache-2.0
#include "facts/csv.h"

#include <map>

#include "facts/json.h"

namespace sipsonde {
namespace {

// A reader as RFC 4180 section 2 has it.
std::vector<std::string> fields_of(std::string_view line) {
  EXPECT_TRUE(line.ends_with("\r\n"));
  line.remove_suffix(2);
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"')
      fields.back().push_back(line[at++]);
    else if (line[at] == '"')
      quoted = !quoted;
    else if (line[at] == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back().push_back(line[at]);
  }
  EXPECT_FALSE(quoted) << line;
  return fields;
}

// Column → text of a record in JSON.
std::map<std::string, std::string> columns_of(std::string_view json) {
  std::string line;
  append_csv(line, json);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto names = fields_of(csv_header());
  const auto fields = fields_of(line);
  EXPECT_EQ(fields.size(), names.size());
  std::map<std::string, std::string> columns;
  for (std::size_t at = 0; at < std::min(names.size(), fields.size()); ++at) columns[names[at]] = fields[at];
  return columns;
}

TEST(Csv, HasTheColumnsOfARecordInTheirOrder) {
  const auto names = fields_of(csv_header());
  EXPECT_EQ(names.size(), 47u);
  EXPECT_EQ(names.front(), "call_id");
  EXPECT_EQ(names[5], "direction");
  EXPECT_EQ(names.back(), "coverage");
}

TEST(Csv, SaysWhatTheLineOfJsonSays) {
  MediaRecord stream;
  stream.ssrc = 7;
  stream.packets = 50;
  CallRecord record;
  record.call_id = "a";
  record.from_number = "+49 30, \"Berlin\"";
  record.start_ns = 1'772'366'400'000'000'000;
  record.end_ns = 1'772'366'400'100'000'000;
  record.price_micros = 1'230'000;
  record.media = {&stream, 1};
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  std::string json;
  append_json(json, record, FactContext{&trunks, "n"});
  auto columns = columns_of(json);
  EXPECT_EQ(columns["call_id"], "a");
  EXPECT_EQ(columns["leg"], "0");
  EXPECT_EQ(columns["from_number"], "+49 30, \"Berlin\"");
  EXPECT_EQ(columns["to_number"], "");
  EXPECT_EQ(columns["duration_seconds"], "0.100");
  EXPECT_EQ(columns["price"], "1.23");
  EXPECT_EQ(columns["custom"], "{}");
  EXPECT_TRUE(columns["media"].starts_with("[{\"way\":")) << columns["media"];
  EXPECT_NE(columns["media"].find("\"packets\":50,"), std::string::npos) << columns["media"];
  EXPECT_EQ(columns["coverage"], "full");
}

TEST(Csv, IsOneLineThatMovesNoCursorWhateverAHeaderHeld) {
  auto columns = columns_of(R"({"call_id":"a\r\nb\u001b\u007f\u009bc","user_agent":" x ","route":"ü"})");
  EXPECT_EQ(columns["call_id"], "a  b   c");
  EXPECT_EQ(columns["user_agent"], " x ");
  EXPECT_EQ(columns["route"], "ü");
}

TEST(Csv, OfARowThatLacksColumnsOrIsDamagedTheRestIsUnknown) {
  auto older = columns_of(R"({"leg":3,"coverage":"cut","unheard_of":[1,{"a":2}]})");
  EXPECT_EQ(older["call_id"], "");
  EXPECT_EQ(older["leg"], "3");
  EXPECT_EQ(older["coverage"], "cut");
  for (const std::string_view damaged :
       {"", "{", "[1,2]", "\"x\"", "7", "null", "{\"call_id\":", "{\"media\":[[["})
    columns_of(damaged);
  EXPECT_EQ(columns_of(R"({"call_id":"a","leg":)")["call_id"], "a");
}

}  // namespace
}  // namespace sipsonde
