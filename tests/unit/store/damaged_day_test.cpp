// SPDX-License-Identifier: Apache-2.0
// What a file that SQLite cannot read costs: itself.
#include "store/damaged_day.h"

#include <functional>

#include "store_stage.h"

namespace sipsonde {
namespace {

struct Damage {
  const char* name;
  std::function<void(const std::string& path)> does;
};

void overwrite(const std::string& path, std::streamoff from, std::size_t bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(from);
  for (std::size_t i = 0; i < bytes; ++i) file.put(static_cast<char>(i * 37 + 11));
}

const Damage kDamages[] = {
    {"garbage", [](const std::string& path) { std::ofstream(path) << std::string(9000, 'x'); }},
    {"its first page overwritten", [](const std::string& path) { overwrite(path, 0, 4096); }},
    {"all behind its first page overwritten",
     [](const std::string& path) { overwrite(path, 4096, std::filesystem::file_size(path) - 4096); }},
    {"cut off", [](const std::string& path) { std::filesystem::resize_file(path, 5000); }},
    {"a later version",
     [](const std::string& path) {
       static_cast<void>(Database::open(path, Access::write)->run("PRAGMA user_version = 99"));
     }},
};

void add_call(StoreStage& stage, StoreWriter& writer, const std::string& call) {
  add_answer(writer, call, 0, stage.now_ns);
  writer.add(answered_record(call, 0, stage.now_ns, stage.now_ns + 9 * kSecond_ns));
}

// A call in the file of each of three days, all of which are closed.
void write_three_days(StoreStage& stage) {
  for (const char* call : {"a", "b", "c"}) {
    const auto writer = stage.open();
    add_call(stage, *writer, call);
    ASSERT_TRUE(succeeds(writer->commit()));
    stage.now_ns += kDay_ns;
  }
  stage.now_ns -= kDay_ns;
}

TEST(DamagedDay, IsMovedAsideAtTheStartAndWorkGoesOnInANewFile) {
  for (const Damage& damage : kDamages) {
    StoreStage stage;
    write_three_days(stage);
    const std::string path = stage.file(kFirstDay + 2);
    damage.does(path);
    const auto writer = stage.open();
    ASSERT_TRUE(writer) << damage.name;
    add_call(stage, *writer, "d");
    ASSERT_TRUE(succeeds(writer->commit())) << damage.name;
    EXPECT_EQ(writer->moved_aside(), 1u) << damage.name;
    EXPECT_TRUE(std::filesystem::exists(path + ".damaged-1")) << damage.name;
    StoreReader reader(stage.path());
    EXPECT_EQ(reader.rows_after({}, 10)->size(), 3u) << damage.name;  // a, b, d
  }
}

TEST(DamagedDay, HidesNoOtherFromReaders) {
  for (const Damage& damage : kDamages) {
    StoreStage stage;
    write_three_days(stage);
    damage.does(stage.file(kFirstDay + 1));
    StoreReader reader(stage.path());
    for (int again = 0; again < 2; ++again) {
      const auto rows = reader.rows_after({}, 10);
      ASSERT_TRUE(succeeds(rows)) << damage.name;
      EXPECT_EQ(rows->size(), 2u) << damage.name;
      EXPECT_EQ(reader.calls({}, std::nullopt, 10)->rows.size(), 2u) << damage.name;
      EXPECT_EQ(reader.events_of("a")->size(), 3u) << damage.name;
      EXPECT_EQ(reader.rows_of("c")->size(), 1u) << damage.name;
      EXPECT_TRUE(succeeds(reader.end())) << damage.name;
    }
  }
}

TEST(DamagedDay, OfAnEarlierDayKeepsTheWriterFromNothing) {
  for (const Damage& damage : kDamages) {
    StoreStage stage;
    write_three_days(stage);
    damage.does(stage.file(kFirstDay));
    const auto writer = stage.open();
    writer->add(rest_of_call("a", stage.now_ns, endpoint_at(1), endpoint_at(2)));  // looks for its beginning
    add_call(stage, *writer, "d");
    ASSERT_TRUE(succeeds(writer->commit())) << damage.name;
    StoreReader reader(stage.path());
    EXPECT_EQ(reader.rows_of("d")->size(), 1u) << damage.name;
    EXPECT_EQ(reader.rows_of("a")->size(), 1u) << damage.name;
  }
}

// The writer meets it in the middle of its work: nothing that was gathered is lost, and a reader that has the
// old file open goes over to the new one.
TEST(DamagedDay, WhileItIsWrittenIsLeftForANewFileAndWhatWasGatheredIsThere) {
  StoreStage stage;
  auto writer = stage.open();
  for (int call = 0; call < 200; ++call) add_call(stage, *writer, "before-" + std::to_string(call));
  ASSERT_TRUE(succeeds(writer->commit()));
  writer.reset();  // the log goes into the file
  writer = stage.open();
  StoreReader reader(stage.path());
  EXPECT_EQ(reader.rows_of("before-1")->size(), 1u);
  overwrite(stage.file(), 4096, std::filesystem::file_size(stage.file()) - 4096);
  for (int call = 0; call < 20; ++call) add_call(stage, *writer, "after-" + std::to_string(call));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(writer->moved_aside(), 1u);
  for (int call = 0; call < 20; ++call)
    EXPECT_EQ(reader.rows_of("after-" + std::to_string(call))->size(), 1u) << call;
}

TEST(DamagedDay, EachGetsANumberOfItsOwnAndGoesWithItsDay) {
  StoreStage stage;
  for (int again = 0; again < 3; ++again) {
    std::filesystem::create_directories(stage.path());
    std::ofstream(stage.file()) << std::string(9000, 'x');
    ASSERT_TRUE(stage.open());
  }
  for (const char* number : {"1", "2", "3"})
    EXPECT_TRUE(std::filesystem::exists(stage.file() + ".damaged-" + number));
  stage.now_ns += 16 * kDay_ns;
  const auto writer = stage.open();
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_FALSE(std::filesystem::exists(stage.file() + ".damaged-2"));
}

TEST(DamagedDay, ADirectoryThatWasRemovedIsMadeAgain) {
  StoreStage stage;
  const auto writer = stage.open();
  add_call(stage, *writer, "a");
  ASSERT_TRUE(succeeds(writer->commit()));
  std::filesystem::remove_all(stage.path());
  add_call(stage, *writer, "b");
  EXPECT_FALSE(writer->commit());
  ASSERT_TRUE(succeeds(writer->reopen()));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr"), 1);
  StoreSettings settings;
  settings.path = stage.path();
  EXPECT_FALSE(StoreWriter::open(settings, FactContext{&stage.trunks, "edge-2"}));  // locked as before
}

}  // namespace
}  // namespace sipsonde
