// SPDX-License-Identifier: Apache-2.0
// Legs that have not ended, as whoever asks sees them.
#include <gtest/gtest.h>

#include <set>

#include "calls/leg_inquiry.h"
#include "dialog_script.h"

namespace sipsonde::test {
namespace {

std::vector<CallRecord> records_of(const LegsSeen& seen) {
  std::vector<CallRecord> records;
  for (const Fact& fact : seen.legs) records.push_back(std::get<CallRecord>(fact));
  return records;
}

TEST(OpenLegs, KnowWhatIsKnownSoFarAndNothingElse) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const LegsSeen seen = stage.table().open_legs({});
  ASSERT_EQ(seen.legs.size(), 1u);
  EXPECT_FALSE(seen.next);
  const CallRecord row = records_of(seen).front();
  EXPECT_EQ(row.call_id, dialog.call_id);
  EXPECT_EQ(row.from_number, "1001");
  EXPECT_EQ(row.start_ns, at(seconds(0)));
  EXPECT_EQ(row.ringing_ns, at(milliseconds(200)));
  EXPECT_EQ(row.answer_ns, at(seconds(1)));
  EXPECT_EQ(row.end_ns, std::nullopt);
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.sip_status, std::nullopt);
  EXPECT_EQ(row.disconnect_initiator, Initiator::unknown);
  EXPECT_EQ(row.coverage, Coverage::full);
}

TEST(OpenLegs, AreAlsoThoseThatRing) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(200))});
  const LegsSeen seen = stage.table().open_legs({});  // what records view
  const auto rows = records_of(seen);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].ringing_ns, at(milliseconds(200)));
  EXPECT_EQ(rows[0].answer_ns, std::nullopt);
  EXPECT_EQ(rows[0].disposition, std::nullopt);
}

TEST(OpenLegs, AreNotThoseThatHaveEnded) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  EXPECT_TRUE(stage.table().open_legs({}).legs.empty());
  stage.settle();
  EXPECT_TRUE(stage.table().open_legs({}).legs.empty());
  EXPECT_TRUE(stage.table().open_legs({.call_id = dialog.call_id}).legs.empty());
}

TEST(OpenLegs, SayWhenTheirBeginningWasNotSeenOrSomethingWasLost) {
  Stage stage;
  Dialog dialog;
  stage.see(dialog.by_caller("INFO", 2, seconds(0)));
  EXPECT_EQ(records_of(stage.table().open_legs({})).at(0).coverage, Coverage::cut);
  stage.table().mark_lossy();
  EXPECT_EQ(records_of(stage.table().open_legs({})).at(0).coverage, Coverage::lossy);
}

TEST(OpenLegs, AreFoundByTheirCallId) {
  Stage stage;
  for (const char* call_id : {"a@x", "b@x"}) {
    Dialog dialog{.call_id = call_id, .prefix = "z9hG4bK-" + std::string(call_id)};
    stage.see(dialog.invite());
  }
  const LegsSeen seen = stage.table().open_legs({.call_id = "b@x"});  // what records view
  const auto rows = records_of(seen);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].call_id, "b@x");
  EXPECT_TRUE(stage.table().open_legs({.call_id = "c@x"}).legs.empty());
}

TEST(OpenLegs, ComeABoundedNumberAtATimeAndEachOnce) {
  Stage stage;
  for (int number = 0; number < 700; ++number) {
    Dialog dialog{.call_id = "call-" + std::to_string(number),
                  .prefix = "z9hG4bK-" + std::to_string(number) + "-"};
    stage.see(dialog.invite());
  }
  std::set<std::string> seen;
  std::size_t rows = 0;
  std::uint32_t from = 0;
  for (int pages = 0;; ++pages) {
    ASSERT_LT(pages, 20);
    const LegsSeen page = stage.table().open_legs({.from = from, .most = 10'000});
    EXPECT_LE(page.legs.size(), 512u);
    for (const CallRecord& row : records_of(page)) seen.emplace(row.call_id);
    rows += page.legs.size();
    if (!page.next) break;
    from = *page.next;
  }
  EXPECT_EQ(seen.size(), 700u);
  EXPECT_EQ(rows, 700u);
  EXPECT_EQ(stage.table().open_legs({.most = 3}).legs.size(), 3u);
  EXPECT_TRUE(stage.table().open_legs({.from = 4'000'000'000}).legs.empty());
}

}  // namespace
}  // namespace sipsonde::test
