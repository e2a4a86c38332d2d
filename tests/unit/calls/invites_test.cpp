// SPDX-License-Identifier: Apache-2.0
// Asking for a dialog: what becomes of an INVITE.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

TEST(Invite, AnsweredAndHungUpByTheCallerGivesOneFullRow) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.call_id, dialog.call_id);
  EXPECT_EQ(row.leg, 0u);
  EXPECT_EQ(row.direction, SIPSONDE_DIRECTION_inbound);
  EXPECT_EQ(row.from_number, "1001");
  EXPECT_EQ(row.to_number, "2002");
  EXPECT_EQ(row.source, ipv4(1));
  EXPECT_EQ(row.destination, ipv4(2));
  EXPECT_EQ(row.start_ns, at(seconds(0)));
  EXPECT_EQ(row.ringing_ns, at(milliseconds(200)));
  EXPECT_EQ(row.answer_ns, at(seconds(1)));
  EXPECT_EQ(row.end_ns, at(seconds(11)));
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.sip_status, 200);
  EXPECT_EQ(row.q850_cause, 16);
  EXPECT_EQ(row.hangup_cause, "NORMAL_CLEARING");
  EXPECT_EQ(row.disconnect_initiator, Initiator::caller);
  EXPECT_EQ(row.user_agent, "phone/1.0");
  EXPECT_EQ(row.coverage, Coverage::full);
  EXPECT_EQ(row.teardown_ns, 10'000'000u);
  EXPECT_EQ(row.failure, std::nullopt);
}

TEST(Invite, EventsNameTheTunnelsOfTheirMessage) {
  Stage stage;
  Dialog dialog;
  std::vector<Message> call = answered_call(dialog);
  call[0].tunnel = {SIPSONDE_TUNNEL_six_in_four, SIPSONDE_TUNNEL_gtp_u, SIPSONDE_TUNNEL_erspan};
  call[1].tunnel = {SIPSONDE_TUNNEL_vxlan};
  stage.see(call);
  stage.settle();
  const auto events = stage.events();
  ASSERT_GE(events.size(), 3u);
  EXPECT_EQ(attribute(events[0], "tunnel"), "6in4/gtp-u/erspan");
  EXPECT_EQ(attribute(events[1], "tunnel"), "vxlan");
  EXPECT_EQ(attribute(events[2], "tunnel"), "");
}

TEST(Invite, TellsItsStoryAsEvents) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(11))));
  stage.settle();
  EXPECT_THAT(stage.event_names(), ElementsAre("sip.invite", "sip.trying", "sip.ringing", "sip.answered",
                                               "sip.ack", "sip.bye", "sip.terminated"));
  const CallEvent first = stage.events().front();
  EXPECT_EQ(first.leg, 0u);
  EXPECT_EQ(first.method, SIPSONDE_METHOD_invite);
  EXPECT_EQ(first.code, std::nullopt);
  EXPECT_EQ(attribute(first, "user_agent"), "phone/1.0");
  const CallEvent ringing = stage.events()[2];
  EXPECT_EQ(ringing.code, 180);
  EXPECT_EQ(ringing.reason, "Ringing");
  EXPECT_EQ(ringing.source, ipv4(2));
  EXPECT_EQ(ringing.direction, SIPSONDE_DIRECTION_inbound);
}

TEST(Invite, SentByThisNodeIsOutbound) {
  Stage stage;
  Dialog dialog;
  dialog.direction = SIPSONDE_DIRECTION_outbound;
  stage.see(answered_call(dialog));
  stage.close(seconds(2));
  EXPECT_EQ(stage.only_record().direction, SIPSONDE_DIRECTION_outbound);
  for (const CallEvent& event : stage.events()) EXPECT_EQ(event.direction, SIPSONDE_DIRECTION_outbound);
}

TEST(Invite, RefusedEndsAtOnce) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(100)), invite.answered(486, seconds(3)),
             dialog.ack_of_refusal(invite, milliseconds(3010))});
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::busy);
  EXPECT_EQ(row.sip_status, 486);
  EXPECT_EQ(row.end_ns, at(seconds(3)));
  EXPECT_EQ(row.answer_ns, std::nullopt);
  EXPECT_EQ(row.disconnect_initiator, Initiator::callee);
  EXPECT_EQ(row.failure, FailureReason::busy);
  EXPECT_EQ(row.coverage, Coverage::full);
  EXPECT_THAT(stage.event_names(), ElementsAre("sip.invite", "sip.ringing", "sip.rejected", "sip.ack"));
}

TEST(Invite, RefusedWithAReasonHeaderTakesItsCause) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(480, seconds(1)).because("q.850", 17)});
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::busy);
  EXPECT_EQ(stage.only_record().hangup_cause, "USER_BUSY");
}

TEST(Invite, ChallengedAndTriedAgainIsOneLeg) {
  for (const int challenge : {401, 407, 422, 302}) {
    Stage stage;
    Dialog dialog;
    const Message first = dialog.invite();
    const Message second = dialog.invite(seconds(20), 2);
    stage.see({first, first.answered(challenge, milliseconds(10), "x"),
               dialog.ack_of_refusal(first, milliseconds(20)), second, second.answered(200, seconds(1)),
               dialog.ack_of_2xx(seconds(22), 2)});
    stage.see(hung_up(dialog.by_callee("BYE", 1, seconds(30))));
    stage.settle();
    const CallRecord row = stage.only_record();
    EXPECT_EQ(row.disposition, Disposition::answered) << challenge;
    EXPECT_EQ(row.start_ns, at(seconds(0)));
    EXPECT_EQ(row.disconnect_initiator, Initiator::callee);
  }
}

TEST(Invite, ChallengedAndNotTriedAgainEndsWithThatResponseAfter32Seconds) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see(
      {invite, invite.answered(407, milliseconds(10)), dialog.ack_of_refusal(invite, milliseconds(20))});
  stage.wait_until(milliseconds(32'009));
  EXPECT_TRUE(stage.records().empty());
  stage.wait_until(milliseconds(32'010));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::rejected);
  EXPECT_EQ(row.sip_status, 407);
  EXPECT_EQ(row.end_ns, at(milliseconds(10)));
  EXPECT_EQ(row.failure, FailureReason::unauthorized);
  EXPECT_EQ(stage.count(EventName::challenged), 1);
}

TEST(Invite, TriedAgainAfterMoreThan32SecondsIsAnotherLeg) {
  Stage stage;
  Dialog dialog;
  const Message first = dialog.invite();
  const Message second = dialog.invite(seconds(33), 2);
  stage.see({first, first.answered(401, milliseconds(10)), second, second.answered(486, seconds(1))});
  stage.settle();
  ASSERT_EQ(stage.records().size(), 2u);
  EXPECT_EQ(stage.records()[1].leg, 1u);
  EXPECT_EQ(stage.records()[1].disposition, Disposition::busy);
}

TEST(Invite, RedirectedToAnotherAddressIsAnotherLeg) {
  Stage stage;
  Dialog dialog;
  dialog.direction = SIPSONDE_DIRECTION_outbound;
  const Message first = dialog.invite();
  stage.see({first, first.answered(302, milliseconds(10))});
  dialog.callee = ipv4(3);
  const Message second = dialog.invite(milliseconds(50), 2);
  stage.see({second, second.answered(200, seconds(1))});
  stage.see(hung_up(dialog.by_caller("BYE", 3, seconds(5))));
  stage.wait_until(seconds(40));
  ASSERT_EQ(stage.records().size(), 2u);
  EXPECT_EQ(stage.records()[0].leg, 1u);
  EXPECT_EQ(stage.records()[0].disposition, Disposition::answered);
  EXPECT_EQ(stage.records()[1].leg, 0u);
  EXPECT_EQ(stage.records()[1].failure, FailureReason::redirected);
  EXPECT_EQ(stage.count(EventName::redirected), 1);
}

TEST(Invite, TriedAgainOverANewConnectionIsOneLeg) {
  Stage stage;
  Dialog dialog;
  Message first = dialog.invite();
  first.transport = SIPSONDE_TRANSPORT_tcp;
  first.source.port = 40'001;
  Message second = dialog.invite(seconds(1), 2);
  second.transport = SIPSONDE_TRANSPORT_tcp;
  second.source.port = 40'002;
  stage.see({first, first.answered(401, milliseconds(10)), second, second.answered(603, seconds(1))});
  stage.settle();
  EXPECT_EQ(stage.only_record().sip_status, 603);
}

TEST(Invite, CancelledByTheCaller) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message cancel = dialog.cancel_of(invite, seconds(5));
  stage.see({invite, invite.answered(180, milliseconds(100)), cancel, cancel.answered(200, milliseconds(5)),
             invite.answered(487, milliseconds(5020)), dialog.ack_of_refusal(invite, milliseconds(5030))});
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::cancelled);
  EXPECT_EQ(row.sip_status, 487);
  EXPECT_EQ(row.q850_cause, 16);
  EXPECT_EQ(row.disconnect_initiator, Initiator::caller);
  EXPECT_EQ(row.end_ns, at(milliseconds(5020)));
  EXPECT_EQ(row.failure, FailureReason::cancelled);
  EXPECT_THAT(stage.event_names(),
              ElementsAre("sip.invite", "sip.ringing", "sip.cancel", "sip.terminated", "sip.ack"));
}

TEST(Invite, CancelledBecauseAnotherForkAnsweredSaysSo) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(100)),
             dialog.cancel_of(invite, seconds(5)).because("SIP", 200),
             invite.answered(487, milliseconds(5020))});
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::cancelled);
  EXPECT_EQ(stage.only_record().q850_cause, 16);
  EXPECT_EQ(attribute(stage.events()[2], "answered_elsewhere"), "true");
}

TEST(Invite, CancelledAfterRingTimeoutIsNoAnswer) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(100)),
             dialog.cancel_of(invite, seconds(30)).because("Q.850", 19),
             invite.answered(487, milliseconds(30'020))});
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::no_answer);
  EXPECT_EQ(stage.only_record().q850_cause, 19);
  EXPECT_EQ(stage.only_record().disconnect_initiator, Initiator::caller);
}

TEST(Invite, AnsweredAfterItsCancelIsAnswered) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message cancel = dialog.cancel_of(invite, seconds(5));
  stage.see({invite, invite.answered(180, milliseconds(100)), cancel,
             invite.answered(200, milliseconds(5001)), cancel.answered(200, milliseconds(10)),
             dialog.ack_of_2xx(milliseconds(5020))});
  stage.see(hung_up(dialog.by_caller("BYE", 2, milliseconds(5030))));
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::answered);
  EXPECT_EQ(stage.only_record().sip_status, 200);
  EXPECT_EQ(stage.only_record().end_ns, at(milliseconds(5030)));
}

TEST(Invite, CancelledAndNeverAnsweredEnds32SecondsAfterTheCancel) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message cancel = dialog.cancel_of(invite, seconds(5));
  stage.see(
      {invite, invite.answered(180, milliseconds(100)), cancel, cancel.answered(200, milliseconds(10))});
  stage.wait_until(milliseconds(36'999));
  EXPECT_TRUE(stage.records().empty());
  stage.wait_until(seconds(37));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::cancelled);
  EXPECT_EQ(row.sip_status, std::nullopt);
  EXPECT_EQ(row.end_ns, at(seconds(37)));
}

TEST(Invite, WithoutAnyResponseTimesOutAfter32Seconds) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.later(milliseconds(500)), invite.later(milliseconds(1500))});
  stage.wait_until(milliseconds(31'999));
  EXPECT_EQ(stage.count(EventName::timeout), 0);
  stage.wait_until(milliseconds(32'200));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::timeout);
  EXPECT_EQ(row.sip_status, 408);
  EXPECT_EQ(row.q850_cause, 102);
  EXPECT_EQ(row.disconnect_initiator, Initiator::timeout);
  EXPECT_EQ(row.end_ns, at(seconds(32)));
  EXPECT_EQ(row.coverage, Coverage::full);
  EXPECT_THAT(stage.event_names(),
              ElementsAre("sip.invite", "sip.retransmission", "sip.retransmission", "sip.timeout"));
  EXPECT_EQ(stage.events().back().time_ns, at(seconds(32)));
  EXPECT_EQ(stage.events().back().source, ipv4(1));
}

TEST(Invite, ThatGotAProvisionalResponseNeverTimesOutByTimerB) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(100, milliseconds(5))});
  stage.wait_until(seconds(170));
  EXPECT_EQ(stage.count(EventName::timeout), 0);
  EXPECT_TRUE(stage.records().empty());
  stage.see(invite.answered(486, seconds(171)));
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::busy);
}

TEST(Invite, ThatRingsAndIsHeardOfNoMoreEndsBySilence) {
  Settings settings;
  settings.silence = seconds(600);
  Stage stage(settings);
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, seconds(1))});
  stage.wait_until(seconds(602));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disposition, Disposition::no_answer);
  EXPECT_EQ(row.disconnect_initiator, Initiator::timeout);
  EXPECT_EQ(row.end_ns, at(seconds(601)));
}

TEST(Invite, RetransmittedIsNeverANewCall) {
  Stage stage;
  Dialog dialog;
  const auto call = answered_call(dialog);
  for (const Message& message : call) stage.see({message, message.later(milliseconds(1))});
  const auto end = hung_up(dialog.by_caller("BYE", 2, seconds(11)));
  for (const Message& message : end) stage.see({message, message.later(milliseconds(1))});
  stage.settle();
  EXPECT_EQ(stage.records().size(), 1u);
  // Each message of INVITE, ACK and BYE once more, responses too.
  EXPECT_EQ(stage.count(EventName::retransmission), 7);
  EXPECT_EQ(stage.event_names().size(), 14u);
}

TEST(Invite, RefusalRepeatedLongAfterTheRowIsARetransmissionAndNoNewCall) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message refusal = invite.answered(486, seconds(1));
  const Message ack = dialog.ack_of_refusal(invite, milliseconds(1010));
  stage.see({invite, refusal, ack});
  stage.settle();
  stage.see({refusal.later(seconds(4)), ack.later(seconds(4))});
  stage.wait_until(seconds(120));
  EXPECT_EQ(stage.records().size(), 1u);
  EXPECT_EQ(stage.count(EventName::retransmission), 2);
}

TEST(Invite, ProvisionalResponseWithAnotherRseqIsNoRetransmission) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  Message first = invite.answered(183, seconds(1));
  first.rseq = 1;
  Message second = first.later(seconds(1));
  second.rseq = 2;
  stage.see({invite, first, second, second.later(milliseconds(500))});
  stage.close(seconds(3));
  EXPECT_THAT(stage.event_names(),
              ElementsAre("sip.invite", "sip.progress", "sip.progress", "sip.retransmission"));
}

TEST(Invite, SeenOnASecondInterfaceIsNoRetransmission) {
  Stage stage;
  Dialog dialog;
  for (Message message : answered_call(dialog)) {
    stage.see(message);
    message.interface = 7;
    stage.see(message);
  }
  stage.close(seconds(2));
  EXPECT_EQ(stage.count(EventName::retransmission), 0);
  EXPECT_EQ(stage.records().size(), 1u);
}

TEST(Invite, ForkedBehindThisHopIsOneLegThatLastsAsLongAsOneForkDoes) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(100), "one"),
             invite.answered(180, milliseconds(120), "two"), invite.answered(200, seconds(1), "one"),
             invite.answered(200, milliseconds(1010), "two")});
  dialog.callee_tag = "two";
  stage.see(dialog.ack_of_2xx(milliseconds(1020)));
  stage.see(hung_up(dialog.by_caller("BYE", 2, milliseconds(1030))));
  stage.wait_until(seconds(5));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(stage.active(), 1);
  dialog.callee_tag = "one";
  stage.see(hung_up(dialog.by_callee("BYE", 1, seconds(9))));
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.answer_ns, at(seconds(1)));
  EXPECT_EQ(row.end_ns, at(seconds(9)));
  EXPECT_EQ(row.disconnect_initiator, Initiator::callee);
  EXPECT_EQ(stage.count(EventName::retransmission), 0);
}

TEST(Invite, ForkedInFrontOfThisHopIsOneLegThatWaitsForEachBranch) {
  Stage stage;
  Dialog dialog;
  const Message one = dialog.invite();
  const Message two = dialog.invite(milliseconds(5));
  stage.see({one, two, one.answered(486, seconds(1), "one"), two.answered(200, seconds(2), "two")});
  stage.close(seconds(4));
  EXPECT_EQ(stage.only_record().disposition, Disposition::answered);
}

TEST(Invite, WithAnOldStyleBranchIsKnownByItsCallIdSequenceAndTags) {
  Stage stage;
  Dialog dialog;
  dialog.prefix = "1";
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(486, seconds(1)), invite.answered(486, milliseconds(1500)),
             dialog.ack_of_refusal(invite, milliseconds(1600))});
  stage.wait_until(seconds(40));
  EXPECT_EQ(stage.only_record().coverage, Coverage::full);
  EXPECT_THAT(stage.event_names(),
              ElementsAre("sip.invite", "sip.rejected", "sip.retransmission", "sip.ack"));
}

TEST(Invite, GivenUpByAByeBeforeTheAnswerIsCancelled) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, invite.answered(180, milliseconds(100))});
  stage.see(hung_up(dialog.by_caller("BYE", 2, seconds(5))));
  stage.see(invite.answered(487, milliseconds(5020)));
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::cancelled);
  EXPECT_EQ(stage.only_record().disconnect_initiator, Initiator::caller);
}

}  // namespace
}  // namespace sipsonde::test
