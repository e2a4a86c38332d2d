// SPDX-License-Identifier: Apache-2.0
// What keeps a dialog alive, and how it is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

Message timed(Message message, std::uint32_t interval, const std::string& refresher = "uac") {
  message.session_expires = interval;
  message.refresher = refresher;
  return message;
}

// INVITE at 0, 200 at 1 s that starts a timer.
std::vector<Message> timed_call(Dialog& dialog, std::uint32_t interval,
                                const std::string& refresher = "uac") {
  auto call = answered_call(dialog);
  call[3] = timed(call[3], interval, refresher);
  return call;
}

void accept(Stage& stage, const Message& refresh, std::uint32_t interval = 90,
            const std::string& refresher = "uac") {
  stage.see({timed(refresh, interval, refresher),
             timed(refresh.answered(200, milliseconds(10)), interval, refresher)});
}

struct Results {
  std::uint64_t ok = 0, bumped = 0, gave_up = 0, gone = 0, swaps = 0;
  friend bool operator==(const Results&, const Results&) = default;
};
Results results(const Stage& stage) {
  const auto& counted = stage.measures().session_refreshes;
  return {counted[0], counted[1], counted[2], counted[3], counted[4]};
}

std::uint64_t byes(const Stage& stage, ByeReason reason) {
  std::uint64_t sum = 0;
  for (const auto& direction : stage.measures().byes)
    for (const auto& sender : direction) sum += sender[static_cast<std::size_t>(reason)];
  return sum;
}

TEST(Session, ExpiresAtItsMomentAndIsNoLongerActive) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  stage.wait_until(milliseconds(90'999));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(milliseconds(91'200));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.end_ns, at(seconds(91)));
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.disconnect_initiator, Initiator::timeout);
  EXPECT_EQ(row.q850_cause, 102);
  EXPECT_EQ(row.coverage, Coverage::full);
  EXPECT_EQ(stage.active(), 0);
  EXPECT_EQ(stage.events().back().reason, "session expired");
  EXPECT_EQ(stage.events().back().time_ns, at(seconds(91)));
}

TEST(Session, LastsFromRefreshToRefresh) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  for (const std::uint32_t cseq : {2u, 3u, 4u})
    accept(stage, dialog.by_caller(cseq == 3 ? "INVITE" : "UPDATE", cseq, seconds(cseq * 45)));
  stage.wait_until(seconds(269));
  EXPECT_TRUE(stage.records().empty());
  stage.wait_until(seconds(271));
  EXPECT_EQ(stage.only_record().end_ns, at(milliseconds(270'010)));
  EXPECT_EQ(results(stage), (Results{.ok = 3}));
}

TEST(Session, RefresherIsThePartyAndNotTheWord) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  accept(stage, dialog.by_callee("UPDATE", 1, seconds(40)), 90, "uas");   // still the caller
  accept(stage, dialog.by_callee("UPDATE", 2, seconds(80)), 90, "uac");   // now the callee
  accept(stage, dialog.by_caller("UPDATE", 2, seconds(120)), 90, "uas");  // still the callee
  EXPECT_EQ(results(stage), (Results{.ok = 2, .swaps = 1}));
}

TEST(Session, A2xxWithoutIntervalEndsItsTimer) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  const Message update = timed(dialog.by_caller("UPDATE", 2, seconds(40)), 90);
  stage.see({update, update.answered(200, milliseconds(10))});
  stage.wait_until(seconds(3600));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(results(stage), (Results{.ok = 1}));
}

TEST(Session, RefreshIsCountedWhenOnlyItsAnswerIsInSight) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  stage.see(timed(dialog.by_caller("UPDATE", 2, seconds(40)).answered(200, milliseconds(10)), 90));
  stage.wait_until(seconds(120));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(results(stage), (Results{.ok = 1}));
}

TEST(Session, TooSmallAnIntervalIsBumpedOrGivenUp) {
  Stage stage;
  Dialog dialog;
  const Message first = timed(dialog.invite(), 60);
  stage.see({first, first.answered(422, milliseconds(10)), dialog.ack_of_refusal(first, milliseconds(20))});
  const Message second = timed(dialog.invite(seconds(1), 2), 90);
  stage.see({second, timed(second.answered(200, seconds(1)), 90), dialog.ack_of_2xx(seconds(3), 2)});
  EXPECT_EQ(results(stage), (Results{.bumped = 1}));
  const Message refresh = timed(dialog.by_callee("UPDATE", 1, seconds(30)), 90);
  stage.see({refresh, refresh.answered(422, milliseconds(10))});
  stage.wait_until(seconds(62));
  EXPECT_EQ(results(stage), (Results{.bumped = 1}));
  stage.wait_until(milliseconds(62'010));
  EXPECT_EQ(results(stage), (Results{.bumped = 1, .gave_up = 1}));
  stage.wait_until(seconds(93));
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(92)));  // the old deadline kept running
}

TEST(Session, RefusedIntervalIsGivenUpAfterTheByeToo) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 90));
  const Message refresh = timed(dialog.by_caller("UPDATE", 2, seconds(45)), 90);
  stage.see({refresh, refresh.answered(422, milliseconds(10))});
  stage.see(hung_up(dialog.by_caller("BYE", 3, seconds(46))));
  stage.wait_until(seconds(77));
  EXPECT_EQ(results(stage), (Results{}));
  stage.wait_until(milliseconds(77'010));
  EXPECT_EQ(results(stage), (Results{.gave_up = 1}));
  stage.wait_until(seconds(1000));
  EXPECT_EQ(results(stage), (Results{.gave_up = 1}));
}

struct MarginCase {
  const char* name;
  milliseconds bye_at;
  bool refreshed;
  ByeReason reason;
};

TEST(Session, ByeInTheMarginIsOfTheTimer) {
  const MarginCase cases[] = {
      {"long before", seconds(30), false, ByeReason::normal},
      {"just before", seconds(60), false, ByeReason::normal},
      {"in the margin", seconds(61), false, ByeReason::timer_expired},
      {"at the last moment", milliseconds(90'999), false, ByeReason::timer_expired},
      {"after a refresh in time", seconds(61), true, ByeReason::normal},
      {"of a ghost", seconds(150), false, ByeReason::timer_expired},
  };
  for (const MarginCase& test : cases) {
    Stage stage;
    Dialog dialog;
    stage.see(timed_call(dialog, 90));
    if (test.refreshed) accept(stage, dialog.by_caller("UPDATE", 2, seconds(45)));
    const Message bye = dialog.by_callee("BYE", 1, test.bye_at);
    stage.see(hung_up(test.refreshed ? bye : bye.because("SIP", 408)).front());
    stage.settle();
    const bool is_error = test.reason == ByeReason::normal && !test.refreshed;
    EXPECT_EQ(byes(stage, is_error ? ByeReason::error : test.reason), 1u) << test.name;
  }
}

TEST(Session, GhostsAreAbsorbedAndBeginNoNewCall) {
  Stage stage;
  Dialog dialog;
  stage.see(timed_call(dialog, 600));
  stage.wait_until(seconds(602));
  EXPECT_EQ(stage.records().size(), 1u);
  accept(stage, dialog.by_caller("UPDATE", 2, seconds(900)), 600);
  stage.see(hung_up(dialog.by_caller("BYE", 3, seconds(1400))));
  stage.wait_until(seconds(2100));
  stage.close(seconds(2100));
  EXPECT_EQ(stage.records().size(), 1u);
  EXPECT_EQ(stage.table().gauges().dialogs.load(), 0);
}

// Lost dialogs

TEST(Dialog, Refused481Or408EndsWhenNoByeFollows) {
  const std::tuple<const char*, int, Initiator, int> cases[] = {
      {"INFO", 481, Initiator::unknown, 41},
      {"UPDATE", 408, Initiator::network, 102},
      {"INVITE", 481, Initiator::unknown, 41},
  };
  for (const auto& [method, code, initiator, cause] : cases) {
    Stage stage;
    Dialog dialog;
    stage.see(answered_call(dialog));
    const Message request = dialog.by_callee(method, 1, seconds(10));
    stage.see({request, request.answered(code, milliseconds(50))});
    stage.wait_until(seconds(42));
    EXPECT_TRUE(stage.records().empty()) << method;
    stage.wait_until(milliseconds(42'300));
    EXPECT_EQ(stage.only_record().end_ns, at(milliseconds(10'050))) << method;
    EXPECT_EQ(stage.only_record().disconnect_initiator, initiator) << method;
    EXPECT_EQ(stage.only_record().q850_cause, cause) << method;
    EXPECT_EQ(stage.events().back().reason, "dialog lost") << method;
    EXPECT_EQ(stage.events().back().code, code) << method;
  }
}

TEST(Dialog, OtherRefusalsAndOtherMethodsEndNothing) {
  const std::pair<const char*, int> cases[] = {{"INFO", 500},      {"INVITE", 491}, {"UPDATE", 603},
                                               {"SUBSCRIBE", 481}, {"NOTIFY", 481}, {"OPTIONS", 408},
                                               {"MESSAGE", 481},   {"REFER", 481}};
  for (const auto& [method, code] : cases) {
    Stage stage;
    Dialog dialog;
    stage.see(answered_call(dialog));
    const Message request = dialog.by_callee(method, 1, seconds(10));
    stage.see({request, request.answered(code, milliseconds(50))});
    stage.wait_until(seconds(200));
    EXPECT_TRUE(stage.records().empty()) << method;
    EXPECT_EQ(stage.active(), 1) << method;
  }
}

TEST(Dialog, ByeAfterA481CountsAsEver) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message info = dialog.by_caller("INFO", 2, seconds(10));
  stage.see({info, info.answered(481, milliseconds(50))});
  stage.see(hung_up(dialog.by_caller("BYE", 3, seconds(30))));
  stage.settle();
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(30)));
  EXPECT_EQ(stage.only_record().disconnect_initiator, Initiator::caller);
}

TEST(Dialog, LivesWhenItIsSeenToLive) {
  for (const bool by_request : {false, true}) {
    Stage stage;
    Dialog dialog;
    stage.see(answered_call(dialog));
    const Message info = dialog.by_caller("INFO", 2, seconds(10));
    stage.see({info, info.answered(481, milliseconds(50))});
    const Message next =
        by_request ? dialog.by_callee("OPTIONS", 1, seconds(20)) : dialog.by_caller("INFO", 3, seconds(20));
    stage.see(next);
    if (!by_request) stage.see(next.answered(200, milliseconds(10)));
    stage.wait_until(seconds(100));
    EXPECT_TRUE(stage.records().empty());
  }
}

TEST(Dialog, WithoutAnAnswerEndsWhenTheTimerRanOut) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(dialog.by_caller("UPDATE", 2, seconds(5)));
  stage.wait_until(seconds(68));
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(seconds(70));
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(37)));
  EXPECT_EQ(stage.only_record().disconnect_initiator, Initiator::timeout);
}

TEST(Dialog, IsNotLostWhereOnlyOneSideIsInSight) {
  Stage stage;
  Dialog dialog;
  stage.see({dialog.invite(), dialog.ack_of_2xx(seconds(1)), dialog.by_caller("UPDATE", 2, seconds(5))});
  stage.wait_until(seconds(200));
  EXPECT_TRUE(stage.records().empty());
}

TEST(Dialog, OfAnotherForkLivesOn) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite, timed(invite.answered(200, seconds(1), "desk"), 120),
             timed(invite.answered(200, seconds(2), "mobile"), 90)});
  stage.wait_until(seconds(100));  // one of the two has expired
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(seconds(122));
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(121)));
}

// Hold

std::vector<std::string> holds_of(Stage& stage) {
  std::vector<std::string> told;
  for (const CallEvent& event : stage.events())
    if (event.event == EventName::hold || event.event == EventName::resume)
      told.push_back(std::string(label(event.event)) + " " + std::string(attribute(event, "by")));
  return told;
}

Message with_media(Message message, const std::string& way) {
  message.body = "v=0\r\nm=audio 4000 RTP/AVP 0\r\na=" + way + "\r\n";
  return message;
}

TEST(Hold, IsToldWhenItIsAccepted) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const auto change = [&](Message request, const std::string& offer, int code, const std::string& answer) {
    stage.see({with_media(request, offer), with_media(request.answered(code, milliseconds(10)), answer)});
  };
  change(dialog.by_caller("INVITE", 2, seconds(5)), "sendonly", 488, "sendrecv");
  change(dialog.by_caller("INVITE", 3, seconds(6)), "sendonly", 200, "recvonly");
  change(dialog.by_callee("UPDATE", 1, seconds(7)), "recvonly", 200, "sendonly");
  change(dialog.by_caller("UPDATE", 4, seconds(8)), "sendrecv", 200, "sendrecv");
  change(dialog.by_callee("INVITE", 2, seconds(9)), "inactive", 200, "inactive");
  stage.close(seconds(10));
  EXPECT_THAT(holds_of(stage), ElementsAre("sip.hold caller", "sip.resume caller", "sip.hold callee"));
}

TEST(Hold, ComesFromWhoHoldsThoughTheOtherSideSpokeLast) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message invite = dialog.by_caller("INVITE", 2, seconds(5));
  stage.see({with_media(invite, "sendonly"), with_media(invite.answered(200, milliseconds(10)), "recvonly")});
  stage.close(seconds(10));
  for (const CallEvent& event : stage.events())
    if (event.event == EventName::hold) {
      EXPECT_EQ(event.source, ipv4(1));
    }
}

TEST(Hold, MayBeOfferedInA2xxAndAnsweredInTheAck) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message invite = dialog.by_caller("INVITE", 2, seconds(5));
  stage.see({invite, with_media(invite.answered(200, milliseconds(10)), "sendrecv"),
             with_media(dialog.ack_of_2xx(milliseconds(5020), 2), "inactive")});
  const Message resumes = dialog.by_callee("INVITE", 1, seconds(6));
  Message ack = dialog.by_callee("ACK", 1, milliseconds(6020));
  stage.see({resumes, with_media(resumes.answered(200, milliseconds(10)), "sendrecv"),
             with_media(ack, "sendrecv")});
  stage.close(seconds(10));
  EXPECT_THAT(holds_of(stage), ElementsAre("sip.hold caller", "sip.resume caller"));
}

// Transfers

Message quoting(Message notify, const std::string& status) {
  notify.content_type = "message/sipfrag;version=2.0";
  notify.body = status;
  return notify;
}

TEST(Transfer, IsToldWhenASuccessIsQuotedToWhoAsked) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  Message refer = dialog.by_caller("REFER", 2, seconds(5));
  refer.refer_to = "sip:3003@example.com?Replaces=other%40h%3Bto-tag%3D1";
  stage.see({refer, refer.answered(202, milliseconds(10))});
  stage.see(quoting(dialog.by_caller("NOTIFY", 3, milliseconds(5500)), "SIP/2.0 200 OK"));  // the wrong way
  stage.see(quoting(dialog.by_callee("NOTIFY", 1, seconds(6)), "SIP/2.0 100 Trying\r\n"));
  EXPECT_EQ(stage.count(EventName::transferred), 0);
  stage.see(quoting(dialog.by_callee("NOTIFY", 2, seconds(7)), "SIP/2.0 200 OK\r\n"));
  stage.see(quoting(dialog.by_callee("NOTIFY", 3, seconds(8)), "SIP/2.0 200 OK\r\n"));
  stage.close(seconds(9));
  ASSERT_EQ(stage.count(EventName::transferred), 1);
  for (const CallEvent& event : stage.events()) {
    if (event.event == EventName::refer) {
      EXPECT_EQ(attribute(event, "replaces"), "other@h");
    }
    if (event.event != EventName::transferred) continue;
    EXPECT_EQ(event.time_ns, at(seconds(7)));
    EXPECT_EQ(attribute(event, "by"), "caller");
    EXPECT_EQ(attribute(event, "transferred"), "callee");
    EXPECT_EQ(attribute(event, "refer_to"), "sip:3003@example.com");
    EXPECT_EQ(attribute(event, "replaces"), "other@h");
  }
}

TEST(Transfer, ThatWasRefusedIsForgotten) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  Message refer = dialog.by_caller("REFER", 2, seconds(5));
  refer.refer_to = "sip:3003@example.com";
  stage.see({refer, refer.answered(403, milliseconds(10))});
  stage.see(quoting(dialog.by_callee("NOTIFY", 1, seconds(7)), "SIP/2.0 200 OK\r\n"));
  stage.close(seconds(9));
  EXPECT_EQ(stage.count(EventName::transferred), 0);
}

TEST(Transfer, TextsAreBounded) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  for (std::uint32_t cseq = 2; cseq < 200; ++cseq) {
    Message refer = dialog.by_caller("REFER", cseq, seconds(5));
    refer.refer_to = "sip:" + std::string(20'000, 'x') + "?Replaces=" + std::string(20'000, '%');
    stage.see(refer);
  }
  stage.see(quoting(dialog.by_callee("NOTIFY", 1, seconds(7)), "SIP/2.0 200 OK\r\n"));
  stage.close(seconds(9));
  for (const CallEvent& event : stage.events())
    for (const Attribute& field : event.attributes) EXPECT_LE(field.value.size(), 512u);
  EXPECT_EQ(stage.count(EventName::transferred), 1);
}

TEST(AnsweredElsewhere, IsMarkedInTheRow) {
  for (const int cause : {200, 0}) {
    Stage stage;
    Dialog dialog;
    const Message invite = dialog.invite();
    Message cancel = dialog.cancel_of(invite, seconds(5));
    if (cause != 0) cancel = cancel.because("SIP", cause);
    stage.see({invite, invite.answered(180, seconds(1)), cancel, invite.answered(487, seconds(6))});
    stage.settle();
    const CallRecord row = stage.only_record();
    EXPECT_EQ(row.disposition, Disposition::cancelled);
    for (const CallEvent& event : stage.events()) {
      if (event.event != EventName::cancel) continue;
      EXPECT_EQ(attribute(event, "answered_elsewhere"), cause == 200 ? "true" : "");
    }
  }
}

}  // namespace
}  // namespace sipsonde::test
