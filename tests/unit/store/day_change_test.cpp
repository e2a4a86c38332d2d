// SPDX-License-Identifier: Apache-2.0
// A file for each day of UTC, and legs that are open in one when the next begins.
#include "store_stage.h"

namespace sipsonde {
namespace {

TEST(DayChange, RowsLieInTheFileOfTheDayOnWhichTheyAreWritten) {
  StoreStage stage;
  stage.now_ns = (static_cast<std::uint64_t>(kFirstDay) + 1) * kDay_ns - 1;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, stage.now_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  stage.now_ns += 1;
  writer->add(answered_record("b", 0, kNoon_ns, stage.now_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr WHERE call_id = 'a'", kFirstDay), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr", kFirstDay), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr WHERE call_id = 'b'", kFirstDay + 1), 1);
}

TEST(DayChange, ALegThatEndsTheDayAfterIsNoLongerOpen) {
  StoreStage stage;
  const auto writer = stage.open();
  add_answer(*writer, "a", 0, kNoon_ns);
  add_answer(*writer, "b", 0, kNoon_ns);
  ASSERT_TRUE(succeeds(writer->commit()));
  stage.now_ns += 2 * kDay_ns;
  writer->add(answered_record("a", 0, kNoon_ns, stage.now_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs WHERE open", kFirstDay), 1);
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr", kFirstDay + 2), 1);
  writer->add(answered_record("b", 0, kNoon_ns, stage.now_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM open_legs WHERE open", kFirstDay), 0);
  StoreReader reader(stage.path());
  EXPECT_EQ(reader.events_of("b")->size(), 3u);  // of the first day
}

TEST(DayChange, AClockThatIsSetBackChangesNoFile) {
  StoreStage stage;
  const auto writer = stage.open();
  stage.now_ns += kDay_ns;
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  stage.now_ns -= kDay_ns;
  writer->add(answered_record("b", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr", kFirstDay + 1), 2);
}

TEST(DayChange, AStoreThatHasADayToComeIsWrittenOnThere) {
  StoreStage stage;
  stage.now_ns += kDay_ns;
  { const auto writer = stage.open(); }
  stage.now_ns -= kDay_ns;
  const auto writer = stage.open();
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM cdr", kFirstDay + 1), 1);
}

}  // namespace
}  // namespace sipsonde
