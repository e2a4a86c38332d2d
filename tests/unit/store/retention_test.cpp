// SPDX-License-Identifier: Apache-2.0
#include "store/retention.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

struct RetentionCase {
  const char* name;
  std::int64_t days;
  std::uint64_t max_bytes;
  std::vector<StoreDay> removed;
};

TEST(Retention, RemovesWholeDaysByAgeAndBySizeOldestFirst) {
  const std::vector<StoredDay> days = {
      {kFirstDay - 3, 100}, {kFirstDay - 2, 200}, {kFirstDay - 1, 300}, {kFirstDay, 400}};
  const RetentionCase cases[] = {
      {"nothing", 14, 1000, {}},
      {"a day over", 2, 1000, {kFirstDay - 3}},
      {"noon of the day behind it", 1, 1000, {kFirstDay - 3, kFirstDay - 2}},
      {"a byte too much", 14, 999, {kFirstDay - 3}},
      {"two days too much", 14, 899, {kFirstDay - 3, kFirstDay - 2}},
      {"never the current one", 14, 1, {kFirstDay - 3, kFirstDay - 2, kFirstDay - 1}},
      {"both", 2, 700, {kFirstDay - 3, kFirstDay - 2}},
  };
  for (const RetentionCase& test : cases) {
    StoreSettings settings;
    settings.retain = std::chrono::days{test.days};
    settings.max_bytes = test.max_bytes;
    EXPECT_EQ(days_to_remove(days, kFirstDay, settings, kNoon_ns), test.removed) << test.name;
  }
}

TEST(Retention, TheWriterRemovesTheFilesWithTheirLogs) {
  StoreStage stage;
  const auto writer = stage.open();
  StoreReader reader(stage.path());
  for (int day = 0; day < 17; ++day, stage.now_ns += kDay_ns) {
    writer->add(answered_record(std::to_string(day), 0, stage.now_ns, stage.now_ns));
    ASSERT_TRUE(succeeds(writer->commit()));
    ASSERT_TRUE(succeeds(reader.rows_after({}, 100)));  // a reader holds each file open
  }
  // At noon of the 17th day, the first is 15 and a half over, the second 14 and a half.
  EXPECT_EQ(days_in(stage.path()).front(), kFirstDay + 2);
  EXPECT_EQ(reader.rows_after({}, 100)->size(), 15u);
  for (const auto& entry : std::filesystem::directory_iterator(stage.path()))
    EXPECT_FALSE(entry.path().filename().string().starts_with("2026-03-01.db")) << entry.path();
}

}  // namespace
}  // namespace sipsonde
