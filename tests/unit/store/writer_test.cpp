// SPDX-License-Identifier: Apache-2.0
#include "store/writer.h"

#include <sys/stat.h>

#include "store_stage.h"

namespace sipsonde {
namespace {

TEST(StoreWriter, EventsOfALegAreOneRowWhenItIsAnsweredAndStandInItsRecordWhenItEnds) {
  StoreStage stage;
  const auto writer = stage.open();
  add_answer(*writer, "a@example", 0, kNoon_ns);
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events"), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs WHERE call_id = 'a@example' AND leg = 0"), 1);
  EXPECT_EQ(stage.ask("SELECT last_ns - first_ns FROM events"), 3 * static_cast<std::int64_t>(kSecond_ns));

  writer->add(event_at(EventName::bye, "a@example", 0, kNoon_ns + 9 * kSecond_ns));
  writer->add(event_at(EventName::terminated, "a@example", 0, kNoon_ns + 9 * kSecond_ns));
  writer->add(answered_record("a@example", 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events"), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr WHERE event_rows = '1' AND events LIKE '%sip.terminated%'"),
            1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs"), 0);
  StoreReader reader(stage.path());
  EXPECT_EQ(reader.events_of("a@example")->size(), 5u);
}

TEST(StoreWriter, WhateverTheCommitsCutTheStoryOfACallIsWholeAndStandsOnce) {
  for (const int commits : {0, 1, 2, 3, 7, 15}) {
    StoreStage stage;
    const auto writer = stage.open();
    const auto cut_after = [&](int step) {
      if (commits & 1 << step) EXPECT_TRUE(succeeds(writer->commit()));
    };
    add_answer(*writer, "a", 0, kNoon_ns);
    cut_after(0);
    writer->add(event_at(EventName::hold, "a", 0, kNoon_ns + 5 * kSecond_ns));
    cut_after(1);
    writer->add(event_at(EventName::info, "a", std::nullopt, kNoon_ns + 6 * kSecond_ns));
    writer->add(event_at(EventName::resume, "a", 0, kNoon_ns + 7 * kSecond_ns));
    cut_after(2);
    writer->add(event_at(EventName::bye, "a", 0, kNoon_ns + 9 * kSecond_ns));
    writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
    writer->add(event_at(EventName::terminated, "a", 0, kNoon_ns + 9 * kSecond_ns));
    cut_after(3);
    ASSERT_TRUE(succeeds(writer->commit()));
    StoreReader reader(stage.path());
    const auto lines = reader.events_of("a");
    ASSERT_TRUE(succeeds(lines));
    EXPECT_EQ(lines->size(), 8u) << commits;
    EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs"), 0) << commits;
    EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr"), 1) << commits;
  }
}

TEST(StoreWriter, ALegThatBeginsAndEndsInOneTransactionHasOneRowAndIsNeverOpen) {
  StoreStage stage;
  const auto writer = stage.open();
  for (const char* call : {"a", "b"}) {
    add_answer(*writer, call, 0, kNoon_ns);
    writer->add(event_at(EventName::bye, call, 0, kNoon_ns + 9 * kSecond_ns));
    writer->add(answered_record(call, 0, kNoon_ns, kNoon_ns + 9 * kSecond_ns));
  }
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events"), 0);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr WHERE events IS NOT NULL AND event_rows IS NULL"), 2);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs"), 0);
}

TEST(StoreWriter, LegsOfOneCallAreGatheredApartHoweverTheirEventsMix) {
  StoreStage stage;
  const auto writer = stage.open();
  for (std::uint64_t i = 0; i < 4; ++i)
    writer->add(event_at(EventName::info, "a", static_cast<std::uint32_t>(i % 2), kNoon_ns + i));
  writer->add(event_at(EventName::options, "a", std::nullopt, kNoon_ns));
  writer->add(event_at(EventName::register_, "", std::nullopt, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events"), 4);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events WHERE leg = 1 AND lines LIKE '%}' || char(10) || '{%'"),
            1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events WHERE leg IS NULL AND call_id = 'a'"), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM events WHERE call_id IS NULL"), 1);
}

TEST(StoreWriter, ARecordIsStoredExactlyAsInItsFile) {
  StoreStage stage;
  const auto writer = stage.open();
  const CallRecord record = answered_record("a\"b\\c@example", 1, kNoon_ns, kNoon_ns + 9 * kSecond_ns);
  writer->add(record);
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader reader(stage.path());
  const auto rows = reader.rows_after({}, 10);
  ASSERT_TRUE(succeeds(rows));
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].document, line_of(record, stage));
  EXPECT_EQ((*rows)[0].call_id, record.call_id);
  EXPECT_EQ((*rows)[0].key, "edge-1/a\"b\\c@example/1/1772366400000");
}

TEST(StoreWriter, NothingOfAFactIsNeededAfterItWasAdded) {
  StoreStage stage;
  const auto writer = stage.open();
  std::string call_id = "a@example", number = "+4930";
  CallRecord rest = rest_of_call(call_id, kNoon_ns, endpoint_at(1), endpoint_at(2));
  rest.from_number = number;
  writer->add(event_at(EventName::bye, call_id, 0, kNoon_ns));
  writer->add(rest);
  call_id.assign(call_id.size(), 'x');
  number.assign(number.size(), 'x');
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr WHERE call_id = 'a@example' AND from_number = '+4930'"), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM story WHERE call_id = 'a@example'"), 1);
}

TEST(StoreWriter, IsFullBeforeMuchIsGathered) {
  StoreStage stage;
  const auto writer = stage.open();
  const CallRecord record = answered_record("a", 0, kNoon_ns, kNoon_ns);
  int added = 0;
  for (; !writer->is_full() && added < 100'000; ++added) writer->add(record);
  EXPECT_LT(added, 10'000);
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_FALSE(writer->is_full());
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr"), added);
}

TEST(StoreWriter, FilesAreReadableByOwnerAndGroupOnly) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  for (const auto& entry : std::filesystem::directory_iterator(stage.path())) {
    struct stat state {};
    ASSERT_EQ(::stat(entry.path().c_str(), &state), 0);
    EXPECT_EQ(state.st_mode & 07137, 0u) << entry.path();
  }
  struct stat state {};
  ASSERT_EQ(::stat(stage.path().c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0750u);
}

TEST(StoreWriter, ASecondAgentIsRefused) {
  StoreStage stage;
  const auto writer = stage.open();
  StoreSettings settings;
  settings.path = stage.path();
  const auto second = StoreWriter::open(settings, FactContext{&stage.trunks, "edge-2"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().exit_code, 2);
  EXPECT_NE(second.error().message.find("another sipsonde writes to it"), std::string::npos);
}

TEST(StoreWriter, ADirectoryThatCannotBeMadeIsAWrongSetting) {
  StoreStage stage;
  { std::ofstream(stage.path()) << "a file"; }
  StoreSettings settings;
  settings.path = stage.path() + "/store";
  const auto refused = StoreWriter::open(settings, FactContext{&stage.trunks, "edge-1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_NE(refused.error().message.find("store.path"), std::string::npos) << refused.error().message;
}

TEST(StoreWriter, AFileThatWasMovedAwayIsMadeAnewAndItsRecordsComeAfterThoseBefore) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader reader(stage.path());
  const StoreCursor before = *reader.end();
  std::filesystem::rename(stage.file(), stage.path() + "/taken-away");
  std::filesystem::remove(stage.file() + "-wal");
  std::filesystem::remove(stage.file() + "-shm");
  stage.now_ns += kSecond_ns;
  writer->add(answered_record("b", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  StoreReader fresh(stage.path());
  const auto rows = fresh.rows_after(before, 10);
  ASSERT_TRUE(succeeds(rows));
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].call_id, "b");
}

TEST(StoreWriter, FilesOpenedAnewGoOnWhereTheyWere) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->reopen()));
  ASSERT_TRUE(succeeds(writer->commit()));
  ASSERT_TRUE(succeeds(writer->reopen()));
  writer->add(answered_record("b", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT max(sequence) - min(sequence) FROM cdr"), 1);
}

}  // namespace
}  // namespace sipsonde
