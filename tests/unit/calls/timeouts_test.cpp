// SPDX-License-Identifier: Apache-2.0
// Timers B, F and H (RFC 3261 section 17), the T1 they are multiples of, and sights that see one way only.
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

std::vector<Message> repeated(const Message& first, std::initializer_list<int> offsets_ms) {
  std::vector<Message> copies = {first};
  for (const int offset : offsets_ms) copies.push_back(first.later(milliseconds(offset)));
  return copies;
}

std::uint64_t timeouts(const Stage& stage, sipsonde_method method) {
  return value_of(stage.measures().timeouts[static_cast<std::size_t>(method)]);
}

struct TimerCase {
  const char* name;
  int first_gap_ms;
  int timeout_ms;
};

class Timer64 : public testing::TestWithParam<TimerCase> {};

TEST_P(Timer64, RunsForTheSendersOwnT1) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.later(milliseconds(GetParam().first_gap_ms))});
  stage.wait_until(milliseconds(GetParam().timeout_ms - 1));
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 0u);
  stage.wait_until(milliseconds(GetParam().timeout_ms));
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 1u);
}

constexpr TimerCase kTimers[] = {
    {"TheUsualOne", 500, 32'000},
    {"TheUsualOneLate", 560, 32'000},
    {"TheUsualOneWithARepeatLost", 1500, 32'000},
    {"ShortOnALocalNetwork", 200, 12'800},
    {"LongOnAMobileNetwork", 2000, 128'000},
    {"APacketThatCameTwice", 3, 32'000},
    {"NobodysT1", 9000, 32'000},
};
INSTANTIATE_TEST_SUITE_P(Senders, Timer64, testing::ValuesIn(kTimers),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Timers, SayWhichRanOutAndAfterHowManyCopies) {
  Stage stage;
  Dialog dialog;
  stage.see(repeated(dialog.invite(), {500, 1500, 3500, 7500, 15'500, 31'500}));
  stage.wait_until(seconds(33));
  const CallEvent event = stage.events().back();
  EXPECT_EQ(event.event, EventName::timeout);
  EXPECT_EQ(attribute(event, "timer"), "B");
  EXPECT_EQ(attribute(event, "copies"), "7");
  EXPECT_EQ(attribute(event, "uncertain"), "");
}

TEST(Timers, HRunsOutWhenARepeatedRefusalIsNeverAcknowledged) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message busy = invite.answered(486, milliseconds(100));
  stage.see(invite);
  stage.see(repeated(busy, {500, 1500, 3500, 7500}));
  stage.wait_until(seconds(40));
  const CallEvent event = stage.events().back();
  EXPECT_EQ(event.event, EventName::timeout);
  EXPECT_EQ(attribute(event, "timer"), "H");
  EXPECT_EQ(attribute(event, "copies"), "5");
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 0u) << "counted are B and F alone";
  EXPECT_EQ(stage.only_record().disposition, Disposition::busy);
}

TEST(Timers, HIsNotToldWhenTheAckCame) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message busy = invite.answered(486, milliseconds(100));
  stage.see(invite);
  stage.see(repeated(busy, {500, 1500, 3500}));
  stage.see(dialog.ack_of_refusal(invite, seconds(4)));
  stage.wait_until(seconds(60));
  EXPECT_EQ(stage.count(EventName::timeout), 0);
}

TEST(Timers, HRunsOutForAnAnswerToo) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see(invite);
  stage.see(repeated(invite.answered(200, milliseconds(100)), {500, 1500, 3500, 7500, 11'500}));
  stage.wait_until(seconds(70));
  EXPECT_EQ(stage.count(EventName::timeout), 1);
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 0u);
}

TEST(Timers, HIsNotToldOfAnAnswerWhoseAckCameBeforeIt) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message answer = invite.answered(200, milliseconds(100));
  stage.see({invite, dialog.ack_of_2xx(milliseconds(110))});
  stage.see(repeated(answer, {500, 1500, 3500}));
  stage.wait_until(seconds(60));
  EXPECT_EQ(stage.count(EventName::timeout), 0);
}

// ---- one way only ----

TEST(OneSidedSight, ACallOfWhichOnlyRequestsAreSeenIsAnsweredAndCut) {
  Stage stage;
  Dialog dialog;
  const Message bye = dialog.by_caller("BYE", 2, seconds(10));
  stage.see({dialog.invite(), dialog.ack_of_2xx(seconds(1)), bye});
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(seconds(120));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.answer_ns, std::nullopt);
  EXPECT_EQ(row.end_ns, bye.time_ns);
  EXPECT_EQ(row.coverage, Coverage::cut);
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 0u);
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_bye), 0u);
  EXPECT_EQ(stage.active(), 0);
}

TEST(OneSidedSight, ARefusalThatWasNotSeenHasNoDisposition) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, dialog.ack_of_refusal(invite, seconds(1))});
  stage.wait_until(seconds(120));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, std::nullopt);
  EXPECT_EQ(row.coverage, Coverage::cut);
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_invite), 0u);
}

TEST(OneSidedSight, AnotherAttemptAfterAChallengeThatWasNotSeenIsTheSameLeg) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, dialog.ack_of_refusal(invite, milliseconds(20)), dialog.invite(milliseconds(30), 2),
             dialog.ack_of_2xx(seconds(1), 2)});
  stage.see(dialog.by_caller("BYE", 3, seconds(10)));
  stage.wait_until(seconds(120));
  EXPECT_EQ(stage.only_record().disposition, Disposition::answered);
}

TEST(OneSidedSight, UnansweredRequestsThereAreUncertainAndNotCounted) {
  Stage stage;
  Dialog dialog;
  stage.see({dialog.invite(), dialog.ack_of_2xx(seconds(1))});
  Message options = dialog.by_caller("OPTIONS", 9, seconds(2), false);
  options.call_id = "outside";
  stage.see(options);
  stage.wait_until(seconds(50));
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_options), 0u);
  bool told = false;
  for (const CallEvent& event : stage.events())
    if (event.event == EventName::timeout && event.call_id == "outside")
      told = attribute(event, "uncertain") == "one-sided";
  EXPECT_TRUE(told);
}

TEST(OneSidedSight, ARequestRepeatedToTheEndIsATimeoutWhereverWeStand) {
  Stage stage;
  Dialog dialog;
  stage.see({dialog.invite(), dialog.ack_of_2xx(seconds(1))});
  Message options = dialog.by_caller("OPTIONS", 9, seconds(2), false);
  options.call_id = "outside";
  stage.see(repeated(options, {500, 1500, 3500, 7500, 11'500, 15'500, 19'500}));
  stage.wait_until(seconds(50));
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_options), 1u);
}

TEST(OneSidedSight, AResponseOfThatHopSaysThatBothWaysAreSeen) {
  Stage stage;
  Dialog dialog;
  Message options = dialog.by_caller("OPTIONS", 9, seconds(2), false);
  options.call_id = "outside";
  Message later = dialog.by_caller("OPTIONS", 10, seconds(4), false);
  later.call_id = "outside-2";
  stage.see({dialog.invite(), dialog.ack_of_2xx(seconds(1)), options, options.answered(200, milliseconds(10)),
             later});
  stage.wait_until(seconds(50));
  EXPECT_EQ(timeouts(stage, SIPSONDE_METHOD_options), 1u);
}

TEST(OneSidedSight, AnAckThatOvertookItsAnswerChangesNothing) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message answer = invite.answered(200, milliseconds(500), dialog.callee_tag);
  stage.see({invite, dialog.ack_of_2xx(milliseconds(510)), answer});
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(10))));
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.answer_ns, answer.time_ns);
  EXPECT_EQ(row.coverage, Coverage::full);
}

}  // namespace
}  // namespace sipsonde::test
