// SPDX-License-Identifier: Apache-2.0
// The table as a whole: limits, losses, the end of sight, and when facts are stated.
#include "calls/call_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "calls/dialogs.h"
#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

Dialog numbered(int number) {
  Dialog dialog;
  dialog.call_id = "call-" + std::to_string(number);
  dialog.prefix = "z9hG4bK-" + std::to_string(number) + "-";
  return dialog;
}

TEST(CallTable, StatesTheEventsOfALegTogetherWhenItIsAnsweredAndWhenItEnds) {
  Stage stage;
  Dialog dialog;
  const auto call = answered_call(dialog);
  stage.see({call[0], call[1], call[2]});
  EXPECT_FALSE(stage.table().has_facts());
  stage.see(call[3]);
  EXPECT_THAT(stage.event_names(), ElementsAre("sip.invite", "sip.trying", "sip.ringing", "sip.answered"));
  stage.see(call[4]);
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  EXPECT_FALSE(stage.table().has_facts());
  stage.settle();
  EXPECT_EQ(stage.events().size(), 7u);
  EXPECT_TRUE(std::holds_alternative<CallRecord>(stage.facts().back()));
}

TEST(CallTable, StatesBufferedEventsAfter30SecondsAtTheLatest) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, seconds(1))});
  stage.wait_until(milliseconds(29'999));
  EXPECT_TRUE(stage.facts().empty());
  stage.wait_until(seconds(30));
  EXPECT_THAT(stage.event_names(), ElementsAre("sip.invite", "sip.ringing"));
}

TEST(CallTable, BuffersABoundedNumberOfEventsOfALeg) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  for (std::uint32_t i = 0; i < 100; ++i) stage.see(dialog.by_caller("INFO", 2 + i, milliseconds(2000 + i)));
  EXPECT_GE(stage.count(EventName::info), 60);
  stage.close(seconds(3));
  EXPECT_EQ(stage.count(EventName::info), 100);
}

TEST(CallTable, CountsConfirmedLegsByTrunkAndForgetsThemWhenTheyEnd) {
  Settings settings;
  settings.trunks = {{.name = "carrier", .peers = {{ipv4(1).address, 128}}, .domains = {}},
                     {.name = "default"}};
  Stage stage(settings);
  Dialog dialog;
  const auto call = answered_call(dialog);
  stage.see({call[0], call[1], call[2]});
  EXPECT_EQ(stage.table().gauges().active[0].load(), 0);
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 1);
  stage.see({call[3], call[4]});
  EXPECT_EQ(stage.table().gauges().active[0].load(), 1);
  EXPECT_EQ(stage.table().gauges().active[1].load(), 0);
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  stage.settle();
  EXPECT_EQ(stage.table().gauges().active[0].load(), 0);
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 0);
  EXPECT_EQ(stage.only_record().trunk, 0);
}

TEST(CallTable, TakesTheTrunkOfTheFarPeer) {
  Settings settings;
  settings.trunks = {{.name = "carrier", .peers = {{ipv4(2).address, 128}}, .domains = {}},
                     {.name = "default"}};
  for (const auto direction : {SIPSONDE_DIRECTION_inbound, SIPSONDE_DIRECTION_outbound}) {
    Stage stage(settings);
    Dialog dialog;
    dialog.direction = direction;
    stage.see(dialog.invite());
    stage.close(seconds(1));
    EXPECT_EQ(stage.only_record().trunk, direction == SIPSONDE_DIRECTION_outbound ? 0 : 1);
  }
}

TEST(CallTable, WritesOpenLegsAsCutWhenSightEnds) {
  Stage stage;
  Dialog answered;
  Dialog ringing = numbered(2);
  Dialog challenged = numbered(3);
  stage.see(answered_call(answered));
  const Message invite = ringing.invite(seconds(2));
  stage.see({invite, invite.answered(180, seconds(1))});
  const Message refused = challenged.invite(seconds(4));
  stage.see({refused, refused.answered(401, milliseconds(10))});
  stage.close(seconds(5));
  const auto rows = stage.records();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].disposition, Disposition::answered);
  EXPECT_EQ(rows[1].disposition, std::nullopt);
  EXPECT_EQ(rows[1].failure, std::nullopt);
  EXPECT_EQ(rows[2].disposition, std::nullopt);
  for (const CallRecord& row : rows) {
    EXPECT_EQ(row.coverage, Coverage::cut);
    EXPECT_EQ(row.end_ns, std::nullopt);
    EXPECT_EQ(row.disconnect_initiator, Initiator::unknown);
  }
  EXPECT_EQ(stage.active(), 0);
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 0);
  EXPECT_EQ(stage.event_names().size(), 9u);
}

TEST(CallTable, WritesALegWhoseEndWasSeenAsFullThoughSightEndsInTheSameMoment) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  stage.close(milliseconds(11'010));
  EXPECT_EQ(stage.only_record().coverage, Coverage::full);
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(11)));
}

TEST(CallTable, EndsAnAnsweredLegOfWhichNothingIsHeard) {
  Settings settings;
  settings.silence = seconds(300);
  Stage stage(settings);
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message info = dialog.by_caller("INFO", 2, seconds(100));
  stage.see({info, info.answered(200, milliseconds(5))});
  stage.wait_until(milliseconds(399'000));
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(seconds(401));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.disconnect_initiator, Initiator::timeout);
  EXPECT_GE(row.end_ns, at(seconds(400)));
  EXPECT_EQ(stage.active(), 0);
}

TEST(CallTable, MarksTheLegsThatWereOpenWhenSamplesWereLost) {
  Stage stage;
  Dialog before = numbered(1);
  Dialog during = numbered(2);
  Dialog after = numbered(3);
  stage.see(answered_call(before));
  stage.see(hung_up(before.by_caller("BYE", 2, seconds(2))));
  stage.wait_until(seconds(3));
  stage.see(during.invite(seconds(3)));
  stage.table().mark_lossy();
  stage.see(after.invite(seconds(4)));
  stage.wait_until(seconds(80));
  auto rows = stage.records();
  std::ranges::sort(rows, {}, &CallRecord::call_id);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].coverage, Coverage::full);
  EXPECT_EQ(rows[1].coverage, Coverage::lossy);
  EXPECT_EQ(rows[2].coverage, Coverage::full);
}

TEST(CallTable, SaysLossyRatherThanCut) {
  Stage stage;
  Dialog dialog;
  stage.see(dialog.invite());
  stage.table().mark_lossy();
  stage.close(seconds(1));
  EXPECT_EQ(stage.only_record().coverage, Coverage::lossy);
  EXPECT_EQ(stage.only_record().disposition, std::nullopt);
}

TEST(CallTable, AtTheCapOfCallsWritesTheOldestAsCutAndCountsIt) {
  Settings settings;
  settings.limits.calls = 8;
  Stage stage(settings, 2);
  for (int i = 0; i < 6; ++i) stage.see(numbered(i).invite(milliseconds(i)));
  const auto rows = stage.records();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].call_id, "call-0");
  EXPECT_EQ(rows[1].call_id, "call-1");
  EXPECT_EQ(rows[0].coverage, Coverage::cut);
  EXPECT_EQ(rows[0].disposition, std::nullopt);
  EXPECT_EQ(stage.table().gauges().evicted_calls.load(), 2u);
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 4);
}

TEST(CallTable, AtTheCapOfCallsForgetsThoseThatEndedFirst) {
  Settings settings;
  settings.limits.calls = 2;
  Stage stage(settings);
  Dialog open = numbered(1);
  stage.see(open.invite());
  Dialog refused = numbered(2);
  const Message invite = refused.invite();
  stage.see({invite, invite.answered(486, milliseconds(10))});
  stage.settle();
  stage.see(numbered(3).invite(seconds(1)));
  EXPECT_EQ(stage.table().gauges().evicted_calls.load(), 0u);
  EXPECT_EQ(stage.records().size(), 1u);
}

TEST(CallTable, AtTheCapOfCallsGivesUpWhatIsWorthLeast) {
  Settings settings;
  settings.limits.calls = 5;
  Stage stage(settings);
  Dialog answered = numbered(0);
  stage.see(answered_call(answered));
  const Message ringing = numbered(1).invite(seconds(2));
  const Message challenged = numbered(2).invite(seconds(3));
  Dialog unseen = numbered(4);
  stage.see({ringing, ringing.answered(180, milliseconds(10))});
  stage.see(numbered(3).invite(seconds(3)));
  stage.see({challenged, challenged.answered(401, milliseconds(10))});
  stage.see(unseen.by_callee("BYE", 2, seconds(4)));
  // One after another, each of a new call that nobody answers: refused, one-sided, then the oldest
  // unanswered.
  for (int i = 5; i < 10; ++i) stage.see(numbered(i).invite(milliseconds(4000 + i)));
  std::vector<std::string> gone;
  for (const CallRecord& row : stage.records()) gone.emplace_back(row.call_id);
  EXPECT_THAT(gone, ElementsAre("call-2", "call-4", "call-3", "call-5", "call-6"));
  stage.see(ringing.answered(200, seconds(4)));
  EXPECT_EQ(stage.active(), 2);
}

TEST(CallTable, AtTheCapOfCallsCountsThoseThatEndedApart) {
  Settings settings;
  settings.limits.calls = 1;
  Stage stage(settings);
  const Message invite = numbered(1).invite();
  stage.see({invite, invite.answered(486, milliseconds(10))});
  stage.settle();
  stage.see(numbered(2).invite(seconds(1)));
  EXPECT_EQ(stage.table().gauges().evicted_ended_calls.load(), 1u);
  EXPECT_EQ(stage.table().gauges().evicted_calls.load(), 0u);
}

TEST(CallTable, WritesTheRowOfACallThatHadEndedAsItEndedWhenItGivesWay) {
  Settings settings;
  settings.limits.calls = 1;
  Stage stage(settings);
  const Message invite = numbered(1).invite();
  stage.see({invite, invite.answered(486, milliseconds(10))});
  stage.see(numbered(2).invite(milliseconds(20)));
  EXPECT_EQ(stage.only_record().disposition, Disposition::busy);
  EXPECT_EQ(stage.only_record().coverage, Coverage::full);
}

TEST(CallTable, AtTheCapOfTransactionsCountsWhatGivesWayAndTakesItForNoTimeout) {
  Settings settings;
  settings.limits.transactions = 64;
  Stage stage(settings, 2);
  const Message invite = numbered(0).invite();
  stage.see(invite);
  for (int i = 1; i <= 32; ++i) stage.see(numbered(i).invite(milliseconds(i)));
  EXPECT_EQ(stage.table().gauges().evicted_transactions.load(), 1u);
  stage.wait_until(seconds(33));
  EXPECT_EQ(stage.count(EventName::timeout), 32);
  EXPECT_EQ(stage.records().size(), 32u);
  stage.see(invite.answered(486, seconds(34)));
  stage.settle();
  ASSERT_EQ(stage.records().size(), 33u);
  EXPECT_EQ(stage.records().back().disposition, Disposition::busy);
  EXPECT_EQ(stage.records().back().coverage, Coverage::lossy);
}

TEST(CallTable, AtTheCapOfTransactionsGivesUpThoseOfNoCallFirst) {
  Settings settings;
  settings.limits.transactions = 64;
  Stage stage(settings, 2);
  Dialog dialog = numbered(0);
  stage.see(answered_call(dialog));
  for (int i = 1; i <= 200; ++i)
    stage.see(numbered(i).by_caller("OPTIONS", 1, milliseconds(2000 + i), false));
  EXPECT_GT(stage.table().gauges().evicted_transactions.load(), 150u);
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  stage.settle();
  EXPECT_EQ(stage.only_record().coverage, Coverage::full);
}

TEST(CallTable, HoldsABoundedNumberOfEventsThatWaitOutsideOfADialog) {
  Settings settings;
  settings.limits.transactions = 400;
  Stage stage(settings);
  for (int i = 1; i <= 300; ++i) stage.see(numbered(i).by_caller("OPTIONS", 1, milliseconds(i), false));
  EXPECT_EQ(stage.table().gauges().evicted_transactions.load(), 200u);
  stage.wait_until(seconds(33));
  EXPECT_EQ(stage.count(EventName::timeout), 100);
}

TEST(CallTable, HoldsABoundedNumberOfLegsOfOneCallId) {
  Stage stage;
  for (int i = 0; i < 200; ++i) {
    Dialog dialog;
    dialog.prefix = "z9hG4bK-" + std::to_string(i) + "-";
    dialog.caller.port = static_cast<std::uint16_t>(10'000 + i);
    stage.see(dialog.invite(milliseconds(i)));
  }
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 32);
  EXPECT_EQ(stage.table().gauges().evicted_calls.load(), 168u);
}

TEST(CallTable, KeepsTheAnsweredOneOfManyLegsOfOneCallId) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  for (int i = 0; i < 200; ++i) {
    Dialog other;
    other.prefix = "z9hG4bK-" + std::to_string(i) + "-";
    other.caller_tag = "other";
    other.caller.port = static_cast<std::uint16_t>(10'000 + i);
    stage.see(other.invite(milliseconds(2000 + i)));
  }
  EXPECT_EQ(stage.active(), 1);
}

TEST(CallTable, CutsTextThatIsTooLong) {
  Stage stage;
  Dialog dialog;
  Message invite = dialog.invite();
  invite.from_user = std::string(60'000, '7');
  invite.user_agent = std::string(60'000, 'x');
  stage.see(invite);
  stage.close(seconds(1));
  EXPECT_EQ(stage.only_record().from_number.size(), kTextLimit);
  EXPECT_EQ(stage.only_record().user_agent.size(), kTextLimit);
}

TEST(CallTable, StaysEmptyAfterCloseAndCanGoOn) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.close(seconds(2));
  stage.wait_until(seconds(100'000));
  EXPECT_EQ(stage.records().size(), 1u);
  Dialog next = numbered(9);
  const Message invite = next.invite(seconds(100'001));
  stage.see({invite, invite.answered(404, milliseconds(5))});
  stage.settle();
  EXPECT_EQ(stage.records().size(), 2u);
}

TEST(CallTable, TheSameCallIdLongAfterItsCallIsANewCall) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(486, milliseconds(5))});
  stage.wait_until(seconds(120));
  const Message again = dialog.invite(seconds(120));
  stage.see({again, again.answered(486, milliseconds(5))});
  stage.settle();
  EXPECT_EQ(stage.records().size(), 2u);
}

}  // namespace
}  // namespace sipsonde::test
