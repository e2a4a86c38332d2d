// SPDX-License-Identifier: Apache-2.0
#include "store/reader.h"

#include <atomic>
#include <thread>

#include "store/appender.h"
#include "store_stage.h"

namespace sipsonde {
namespace {

std::vector<std::string> calls_of(const std::vector<StoredRow>& rows) {
  std::vector<std::string> calls;
  for (const StoredRow& row : rows) calls.push_back(row.call_id);
  return calls;
}

using Calls = std::vector<std::string>;

TEST(StoreReader, OfAStoreThatIsNotThereHasNothing) {
  StoreReader reader("/nonexistent/sipsonde");
  EXPECT_TRUE(reader.rows_after({}, 10)->empty());
  EXPECT_EQ(*reader.end(), StoreCursor{});
  EXPECT_TRUE(reader.rows_of("a")->empty());
  EXPECT_TRUE(reader.events_of("a")->empty());
  EXPECT_TRUE(reader.calls({}, std::nullopt, 10)->rows.empty());
}

TEST(StoreReader, CountsWhatLiesBehindACursorByDay) {
  StoreStage stage;
  const auto writer = stage.open();
  StoreReader reader(stage.path());
  for (int day = 0; day < 2; ++day, stage.now_ns += kDay_ns) {
    for (int call = 0; call < 5; ++call)
      writer->add(answered_record(std::to_string(day) + std::to_string(call), 0, stage.now_ns, stage.now_ns));
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  using Counts = std::map<StoreDay, std::uint64_t>;
  EXPECT_EQ(*reader.rows_behind({}), (Counts{{kFirstDay, 5}, {kFirstDay + 1, 5}}));
  const auto third = reader.rows_after({}, 3)->back().at;
  EXPECT_EQ(*reader.rows_behind(third), (Counts{{kFirstDay, 2}, {kFirstDay + 1, 5}}));
  EXPECT_EQ(*reader.rows_behind(*reader.end()), (Counts{{kFirstDay + 1, 0}}));
}

TEST(StoreReader, RowsComeInOrderOverTheDaysAndOnce) {
  StoreStage stage;
  const auto writer = stage.open();
  Calls written;
  for (int day = 0; day < 3; ++day, stage.now_ns += kDay_ns) {
    for (int call = 0; call < 5; ++call) {
      written.push_back(std::to_string(day) + "-" + std::to_string(call));
      writer->add(answered_record(written.back(), 0, stage.now_ns, stage.now_ns));
    }
    ASSERT_TRUE(succeeds(writer->commit()));
  }
  StoreReader reader(stage.path());
  Calls read;
  StoreCursor cursor;
  for (;;) {
    const auto rows = reader.rows_after(cursor, 4);
    ASSERT_TRUE(succeeds(rows));
    if (rows->empty()) break;
    for (const StoredRow& row : *rows) {
      EXPECT_LT(cursor, row.at);
      cursor = row.at;
      read.push_back(row.call_id);
    }
  }
  EXPECT_EQ(read, written);
  EXPECT_EQ(cursor, *reader.end());
}

TEST(StoreReader, ACursorOfADayThatIsGoneGoesOnWithTheNext) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader reader(stage.path());
  EXPECT_EQ(calls_of(*reader.rows_after({kFirstDay - 9, 1234}, 10)), Calls{"a"});
  EXPECT_TRUE(reader.rows_after({kFirstDay + 1, 0}, 10)->empty());
}

TEST(StoreReader, SeesWhatIsCommittedWhileTheWriterGoesOn) {
  StoreStage stage;
  const auto writer = stage.open();
  std::atomic<bool> stop{false};
  std::size_t seen = 0;
  bool in_order = true;
  std::thread reading([&] {
    StoreReader reader(stage.path());
    StoreCursor cursor;
    while (true) {
      const bool last_round = stop.load();
      const auto rows = reader.rows_after(cursor, 100);
      ASSERT_TRUE(succeeds(rows));
      for (const StoredRow& row : *rows) {
        in_order = in_order && row.call_id == "call-" + std::to_string(seen++);
        cursor = row.at;
      }
      if (last_round && rows->empty()) return;
    }
  });
  for (int call = 0; call < 400; ++call) {
    writer->add(answered_record("call-" + std::to_string(call), 0, kNoon_ns, kNoon_ns));
    if (call % 8 == 7) ASSERT_TRUE(succeeds(writer->commit()));
    if (call == 200) stage.now_ns += kDay_ns;
  }
  ASSERT_TRUE(succeeds(writer->commit()));
  stop = true;
  reading.join();
  EXPECT_EQ(seen, 400u);
  EXPECT_TRUE(in_order);
}

TEST(StoreReader, EventsOfACallComeInTheOrderOfTimeFromAllItsLegsAndDays) {
  StoreStage stage;
  const auto writer = stage.open();
  add_answer(*writer, "a", 1, kNoon_ns + kSecond_ns / 2);
  ASSERT_TRUE(succeeds(writer->commit()));
  add_answer(*writer, "a", 0, kNoon_ns);
  add_answer(*writer, "other", 0, kNoon_ns);
  ASSERT_TRUE(succeeds(writer->commit()));
  stage.now_ns += kDay_ns;
  writer->add(event_at(EventName::bye, "a", 0, stage.now_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreAppender appender(stage.path());
  const AppEvent routed{kNoon_ns + 100, R"({"ts":"2026-03-01T12:00:00.000000100Z","event":"app.routed"})"};
  ASSERT_TRUE(succeeds(appender.append("a", {{routed}})));

  StoreReader reader(stage.path());
  const auto lines = reader.events_of("a");
  ASSERT_TRUE(succeeds(lines));
  ASSERT_EQ(lines->size(), 8u);
  EXPECT_NE((*lines)[0].find("sip.invite"), std::string::npos);
  EXPECT_EQ((*lines)[1], routed.line);
  EXPECT_NE((*lines)[2].find("\"leg\":1"), std::string::npos);
  EXPECT_NE((*lines)[7].find("sip.bye"), std::string::npos);
  for (std::size_t i = 1; i < lines->size(); ++i)
    EXPECT_LT((*lines)[i - 1].substr(0, 37), (*lines)[i].substr(0, 37));
  EXPECT_EQ(reader.events_of("a", 3)->size(), 3u);
}

TEST(StoreReader, OfRowsWithOneKeyOnlyTheBetterOneIsTheCalls) {
  StoreStage stage;
  const auto writer = stage.open();
  CallRecord record = answered_record("a", 0, kNoon_ns, kNoon_ns);
  record.coverage = Coverage::cut;
  writer->add(record);
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
  writer->add(answered_record("a", 1, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader reader(stage.path());
  const auto rows = reader.rows_of("a");
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_NE((*rows)[0].document.find("\"coverage\":\"full\""), std::string::npos);
}

// ---- lists ----

struct FilterCase {
  const char* name;
  CallFilter filter;
  Calls found;
};

class CallsList : public testing::Test {
 protected:
  void SetUp() override {
    const auto writer = stage_.open();
    for (int call = 0; call < 6; ++call) {
      if (call == 3) stage_.now_ns += kDay_ns;
      const std::string call_id = "call-" + std::to_string(call);
      CallRecord record =
          answered_record(call_id, 0, stage_.now_ns + static_cast<std::uint64_t>(call) * kSecond_ns,
                          stage_.now_ns + 10 * kSecond_ns);
      const std::string number = "+49" + std::to_string(call);
      record.from_number = number;
      if (call == 4) record.disposition = Disposition::busy;
      if (call == 5) record.trunk = 1;
      writer->add(record);
      ASSERT_TRUE(succeeds(writer->commit()));
    }
  }
  StoreStage stage_;
};

TEST_F(CallsList, IsFilteredByWhatIsAsked) {
  const std::int64_t noon_ms = kNoon_ns / 1'000'000;
  const std::int64_t day_ms = kDay_ns / 1'000'000;
  const FilterCase cases[] = {
      {"nothing", {}, {"call-5", "call-4", "call-3", "call-2", "call-1", "call-0"}},
      {"from", {.from_ms = noon_ms + day_ms + 4000}, {"call-5", "call-4"}},
      {"until", {.until_ms = noon_ms + 1000}, {"call-1", "call-0"}},
      {"both",
       {.from_ms = noon_ms + 1000, .until_ms = noon_ms + day_ms + 3000},
       {"call-3", "call-2", "call-1"}},
      {"number", {.text = "+494"}, {"call-4"}},
      {"call id", {.text = "CALL-2"}, {"call-2"}},
      {"uri", {.text = "A.Example"}, {"call-5", "call-4", "call-3", "call-2", "call-1", "call-0"}},
      {"no text", {.text = "coverage"}, {}},
      {"disposition", {.disposition = "busy"}, {"call-4"}},
      {"tenant", {.tenant = "default"}, {"call-5"}},
      {"trunk", {.trunk = "carrier-a"}, {"call-4", "call-3", "call-2", "call-1", "call-0"}},
      {"all",
       {.from_ms = noon_ms, .text = "call", .disposition = "busy", .tenant = "acme", .trunk = "default"},
       {}},
  };
  StoreReader reader(stage_.path());
  for (const FilterCase& test : cases) {
    const auto page = reader.calls(test.filter, std::nullopt, 100);
    ASSERT_TRUE(succeeds(page)) << test.name;
    EXPECT_EQ(calls_of(page->rows), test.found) << test.name;
    EXPECT_FALSE(page->next) << test.name;
  }
}

TEST_F(CallsList, HasPagesThatGoOnWhereTheLastEnded) {
  StoreReader reader(stage_.path());
  Calls found;
  std::optional<PageCursor> cursor;
  int pages = 0;
  do {
    const auto page = reader.calls({}, cursor, 2);
    ASSERT_TRUE(succeeds(page));
    ASSERT_LE(page->rows.size(), 2u);
    for (const std::string& call : calls_of(page->rows)) found.push_back(call);
    cursor = page->next;
    if (cursor) cursor = parse_page_cursor(to_text(*cursor));
  } while (cursor && ++pages < 10);
  EXPECT_EQ(found, (Calls{"call-5", "call-4", "call-3", "call-2", "call-1", "call-0"}));
}

TEST(PageCursor, OfAnotherFormIsNone) {
  for (const char* text :
       {"", ".", "2026-03-01", "2026-03-01.1", "2026-03-01.1.", "2026-03-01.1.2x", "x.1.2"})
    EXPECT_FALSE(parse_page_cursor(text)) << text;
  const auto cursor = parse_page_cursor("2026-03-01.-5.7");
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->time_ms, -5);
}

}  // namespace
}  // namespace sipsonde
