// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse.h"

#include <fstream>

#include "cdr/clickhouse_table.h"
#include "unit/base/scripted_http.h"
#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Answer = ScriptedHttp::Answer;

Answer exception(int code) {
  return {.status = 500,
          .headers = "X-ClickHouse-Exception-Code: " + std::to_string(code) + "\r\n",
          .body = "Code: " + std::to_string(code) + ". DB::Exception: no\n"};
}

Answer columns() {
  Answer answer;
  for (const ClickHouseColumn& column : clickhouse_columns())
    answer.body.append(column.name).append("\t").append(column.type).append("\t\t\t\t\t\n");
  return answer;
}

std::vector<StoredRow> rows(int count) {
  std::vector<StoredRow> made;
  for (int row = 1; row <= count; ++row)
    made.push_back({.at = {.day = 1, .sequence = row},
                    .call_id = "call-" + std::to_string(row),
                    .key = {},
                    .document = "{\"call_id\":\"call-" + std::to_string(row) + "\"}"});
  return made;
}

class ClickHouseTest : public testing::Test {
 protected:
  std::unique_ptr<ClickHouseReceiver> open(std::chrono::milliseconds between_inserts = 0ms) {
    settings_.url = server_.url();
    auto receiver = ClickHouseReceiver::open(settings_, between_inserts);
    EXPECT_TRUE(receiver) << receiver.error().message;
    return *std::move(receiver);
  }
  // What was asked, but for its headers.
  std::vector<std::string> bodies() {
    std::vector<std::string> all;
    for (const auto& request : server_.requests()) all.push_back(request.body);
    return all;
  }
  std::string token_of(std::size_t request) {
    const std::string head = server_.requests().at(request).head;
    const std::size_t at = head.find("insert_deduplication_token=");
    return at == head.npos ? "" : head.substr(at, head.find(' ', at) - at);
  }

  ScriptedHttp server_;
  ClickHouseSettings settings_;
};

TEST_F(ClickHouseTest, LooksAtTheTableOnceAndThenInsertsALineForEachRow) {
  server_.script({columns()});
  const auto receiver = open();
  EXPECT_EQ(*receiver->deliver(rows(2)), 2u);
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  EXPECT_THAT(bodies(), testing::ElementsAre("DESCRIBE TABLE `default`.`telephony_cdrs` FORMAT TabSeparated",
                                             "{\"call_sid\":\"call-1\"}\n{\"call_sid\":\"call-2\"}\n",
                                             "{\"call_sid\":\"call-1\"}\n"));
  const std::string head = server_.requests()[1].head;
  EXPECT_TRUE(head.starts_with(
      "POST /?query=INSERT%20INTO%20%60default%60.%60telephony_cdrs%60%20FORMAT%20JSONEachRow&"))
      << head;
  for (const char* const setting :
       {"&async_insert=0", "&date_time_input_format=best_effort", "Content-Encoding: gzip"})
    EXPECT_NE(head.find(setting), head.npos) << setting;
}

TEST_F(ClickHouseTest, MakesATableThatIsNotThere) {
  server_.script({exception(60), {}, columns()});
  const auto receiver = open();
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  EXPECT_EQ(bodies().at(1), clickhouse_create_statement("default"));
  EXPECT_EQ(bodies().size(), 4u);
}

TEST_F(ClickHouseTest, MakesNoneWhenItMayNot) {
  settings_.create = false;
  server_.script({exception(60)});
  const auto receiver = open();
  const auto delivered = receiver->deliver(rows(1));
  ASSERT_FALSE(delivered);
  EXPECT_NE(delivered.error().message.find("make the table, or let cdr.clickhouse.create do it"),
            std::string::npos)
      << delivered.error().message;
  EXPECT_EQ(receiver->pause_asked(), 30s);
  EXPECT_EQ(bodies().size(), 1u);
}

TEST_F(ClickHouseTest, APageInThePlaceOfColumnsIsSomebodyElse) {
  server_.script({{.status = 200, .headers = {}, .body = "<html>Welcome</html>"}});
  const auto receiver = open();
  const auto delivered = receiver->deliver(rows(1));
  ASSERT_FALSE(delivered);
  EXPECT_EQ(delivered.error().message,
            server_.url() + ": what answers is no ClickHouse: <html>Welcome</html>");
  EXPECT_EQ(receiver->pause_asked(), std::nullopt);
}

TEST_F(ClickHouseTest, SaysWhoItIsAndReadsThePasswordAnewWhenItIsNoMoreRight) {
  TemporaryDirectory directory;
  settings_.user = "edge";
  settings_.password_file = directory.file("password");
  std::ofstream(settings_.password_file) << "first\n";
  server_.script({columns(), exception(516), columns()});
  const auto receiver = open();
  EXPECT_FALSE(receiver->deliver(rows(1)));
  std::ofstream(settings_.password_file) << "second\nand a remark\n";
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  const auto requests = server_.requests();
  EXPECT_NE(requests.at(1).head.find("X-ClickHouse-User: edge\r\nX-ClickHouse-Key: first\r\n"),
            std::string::npos);
  EXPECT_NE(requests.at(3).head.find("X-ClickHouse-Key: second\r\n"), std::string::npos)
      << requests.at(3).head;
}

TEST_F(ClickHouseTest, TheSameBatchHasTheSameTokenWhenItComesAgain) {
  server_.script({columns(), exception(319)});
  const auto receiver = open();
  EXPECT_FALSE(receiver->deliver(rows(2)));
  EXPECT_EQ(*receiver->deliver(rows(2)), 2u);
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  EXPECT_FALSE(token_of(1).empty());
  EXPECT_EQ(token_of(1), token_of(2));
  EXPECT_NE(token_of(1), token_of(3));
}

TEST_F(ClickHouseTest, WhatItRefusesForGoodIsARefusalAndNotAnError) {
  server_.script({columns(), exception(27)});
  const auto receiver = open();
  EXPECT_EQ(*receiver->deliver(rows(2)), 0u);
  EXPECT_EQ(receiver->refusal(), "HTTP 500: Code: 27. DB::Exception: no\\x0a");
}

TEST_F(ClickHouseTest, ARecordThatIsNoJsonComesAlone) {
  server_.script({columns()});
  const auto receiver = open();
  auto broken = rows(3);
  broken[1].document = "{";
  EXPECT_EQ(*receiver->deliver(broken), 1u);
  EXPECT_EQ(*receiver->deliver(std::span(broken).subspan(1)), 0u);
  EXPECT_EQ(*receiver->deliver(std::span(broken).subspan(2)), 1u);
}

TEST_F(ClickHouseTest, LetsTheServerRestBetweenInsertsUntilItStops) {
  server_.script({columns()});
  const auto receiver = open(100ms);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  EXPECT_EQ(*receiver->deliver(rows(1)), 1u);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 100ms);
  const auto patient = open(1h);
  server_.script({columns()});
  EXPECT_EQ(*patient->deliver(rows(1)), 1u);
  patient->stop_by(std::chrono::steady_clock::now() + 1min);
  EXPECT_EQ(*patient->deliver(rows(1)), 1u);
}

TEST(ClickHouse, APasswordThatIsNotThereIsSaidAtTheStart) {
  const auto refused =
      ClickHouseReceiver::open({.url = "http://127.0.0.1:8123", .password_file = "/nowhere/password"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_TRUE(
      refused.error().message.starts_with("cdr.clickhouse.password_file: read \"/nowhere/password\""));
}

}  // namespace
}  // namespace sipsonde
