// SPDX-License-Identifier: Apache-2.0
// What is asked for in a dialog and outside of one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

TEST(Bye, CrossingAnotherByeCountsForWhoWasFirst) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message one = dialog.by_callee("BYE", 1, seconds(10));
  const Message two = dialog.by_caller("BYE", 2, milliseconds(10'005));
  stage.see({one, two, two.answered(481, milliseconds(20)), one.answered(200, milliseconds(30))});
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.disconnect_initiator, Initiator::callee);
  EXPECT_EQ(row.end_ns, at(seconds(10)));
}

TEST(Bye, RefusedEndsTheLegAllTheSame) {
  for (const int code : {481, 408, 500}) {
    Stage stage;
    Dialog dialog;
    stage.see(answered_call(dialog));
    const Message bye = dialog.by_callee("BYE", 1, seconds(10));
    stage.see({bye, bye.answered(code, milliseconds(20))});
    stage.settle();
    EXPECT_EQ(stage.only_record().end_ns, at(seconds(10))) << code;
    EXPECT_EQ(stage.only_record().teardown_ns, std::nullopt);
    EXPECT_EQ(stage.active(), 0);
  }
}

TEST(Bye, ChallengedIsFollowedByOneWithCredentials) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message first = dialog.by_caller("BYE", 2, seconds(10));
  stage.see({first, first.answered(407, milliseconds(10))});
  stage.wait_until(seconds(11));
  EXPECT_TRUE(stage.records().empty());
  stage.see(hung_up(dialog.by_caller("BYE", 3, seconds(12))));
  stage.settle();
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(10)));
  EXPECT_EQ(stage.only_record().teardown_ns, 10'000'000u);
}

TEST(Bye, ChallengedAndGivenUpEndsTheLeg) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message bye = dialog.by_caller("BYE", 2, seconds(10));
  stage.see({bye, bye.answered(407, milliseconds(10))});
  stage.wait_until(seconds(43));
  EXPECT_EQ(stage.only_record().end_ns, at(seconds(10)));
}

TEST(Bye, NeverAnsweredEndsTheLegAtTheByeWhenTimerFRunsOut) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message bye = dialog.by_caller("BYE", 2, seconds(10));
  stage.see({bye, bye.later(milliseconds(500))});
  stage.wait_until(milliseconds(41'999));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(stage.active(), 1);
  stage.wait_until(milliseconds(42'200));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.end_ns, at(seconds(10)));
  EXPECT_EQ(row.disconnect_initiator, Initiator::caller);
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(stage.count(EventName::timeout), 1);
  EXPECT_EQ(stage.count(EventName::terminated), 1);
}

TEST(Bye, CarriesTheCauseOfItsReasonHeader) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_callee("BYE", 1, seconds(10)).because("SIP", 503).because("Q.850", 38)));
  stage.settle();
  EXPECT_EQ(stage.only_record().q850_cause, 38);
  EXPECT_EQ(stage.only_record().hangup_cause, "NETWORK_OUT_OF_ORDER");
  EXPECT_EQ(stage.only_record().disposition, Disposition::answered);
}

struct ByeCase {
  const char* name;
  bool by_caller;
  bool acknowledged;
  std::vector<WrittenReason> reasons;
  std::string by;
  std::string reason_class;
};

TEST(Bye, SaysByWhomAndOfWhichClassItIs) {
  const ByeCase cases[] = {
      {"from outside", true, true, {}, "remote", "normal"},
      {"from this node", false, true, {}, "local", "normal"},
      {"normal clearing", true, true, {{"Q.850", 16}}, "remote", "user-hangup"},
      {"SIP 200", true, true, {{"SIP", 200}}, "remote", "user-hangup"},
      {"congestion", true, true, {{"Q.850", 34}}, "remote", "error"},
      {"ACK never came", false, false, {}, "local", "error"},
  };
  for (const ByeCase& test : cases) {
    Stage stage;
    Dialog dialog;
    auto call = answered_call(dialog);
    if (!test.acknowledged) call.pop_back();
    stage.see(call);
    Message bye =
        test.by_caller ? dialog.by_caller("BYE", 2, seconds(10)) : dialog.by_callee("BYE", 1, seconds(10));
    bye.reasons = test.reasons;
    stage.see(bye);
    stage.close(seconds(11));
    const CallEvent event = stage.events().back();
    EXPECT_EQ(attribute(event, "by"), test.by) << test.name;
    EXPECT_EQ(attribute(event, "reason_class"), test.reason_class) << test.name;
  }
}

TEST(Bye, OnAMirrorPortIsLocalWhenTheCallersSideSentIt) {
  Stage stage;
  Dialog dialog;
  dialog.mirrored = true;
  stage.see(answered_call(dialog));
  stage.see(hung_up(dialog.by_callee("BYE", 1, seconds(10))));
  stage.settle();
  EXPECT_EQ(stage.only_record().direction, SIPSONDE_DIRECTION_inbound);
  EXPECT_EQ(stage.only_record().disconnect_initiator, Initiator::callee);
  EXPECT_EQ(attribute(stage.events()[5], "by"), "remote");
}

TEST(InDialog, EachRequestIsAnEventAtTheRequest) {
  const std::pair<const char*, EventName> cases[] = {
      {"UPDATE", EventName::update},   {"INFO", EventName::info},       {"REFER", EventName::refer},
      {"PRACK", EventName::prack},     {"NOTIFY", EventName::notify},   {"SUBSCRIBE", EventName::subscribe},
      {"MESSAGE", EventName::message}, {"OPTIONS", EventName::options}, {"INVITE", EventName::reinvite},
  };
  for (const auto& [method, name] : cases) {
    Stage stage;
    Dialog dialog;
    stage.see(answered_call(dialog));
    const Message request = dialog.by_callee(method, 1, seconds(5));
    stage.see({request, request.later(milliseconds(500)), request.answered(200, milliseconds(600))});
    stage.close(seconds(6));
    EXPECT_EQ(stage.count(name), 1) << method;
    const CallEvent event = stage.events()[5];
    EXPECT_EQ(event.event, name) << method;
    EXPECT_EQ(event.time_ns, at(seconds(5))) << method;
    EXPECT_EQ(event.leg, 0u) << method;
    EXPECT_EQ(stage.records().size(), 1u) << method;
  }
}

TEST(InDialog, ReferNamesItsTarget) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  Message refer = dialog.by_caller("REFER", 2, seconds(5));
  refer.refer_to = "sip:3003@example.com";
  stage.see(refer);
  stage.close(seconds(6));
  EXPECT_EQ(attribute(stage.events().back(), "refer_to"), "sip:3003@example.com");
}

TEST(InDialog, ReinviteIsNeverANewCallAndItsRefusalEndsNothing) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  const Message reinvite = dialog.by_callee("INVITE", 7, seconds(5));
  Message ack = reinvite;
  ack.method = "ACK";
  stage.see({reinvite, reinvite.answered(100, milliseconds(5)), reinvite.answered(488, milliseconds(10)),
             ack.later(milliseconds(20))});
  stage.wait_until(seconds(60));
  EXPECT_TRUE(stage.records().empty());
  EXPECT_EQ(stage.active(), 1);
  EXPECT_EQ(stage.count(EventName::reinvite), 1);
  EXPECT_EQ(stage.count(EventName::ack), 2);
}

TEST(InDialog, RequestWithoutAnswerIsATimeoutAndTheLegGoesOn) {
  Stage stage;
  Dialog dialog;
  stage.see(answered_call(dialog));
  stage.see(dialog.by_caller("UPDATE", 2, seconds(5)));
  stage.wait_until(seconds(37));
  EXPECT_EQ(stage.active(), 1);
  stage.close(seconds(38));
  EXPECT_EQ(stage.count(EventName::timeout), 1);
  EXPECT_EQ(stage.events().back().method, SIPSONDE_METHOD_update);
  EXPECT_EQ(stage.events().back().time_ns, at(seconds(37)));
}

Message outside(const std::string& method) {
  Dialog dialog;
  dialog.call_id = "outside-" + method;
  return dialog.by_caller(method, 1, seconds(0), false);
}

TEST(OutsideADialog, ATransactionIsOneEventAtItsFinalResponse) {
  const std::pair<const char*, EventName> cases[] = {
      {"REGISTER", EventName::register_},  {"OPTIONS", EventName::options}, {"MESSAGE", EventName::message},
      {"SUBSCRIBE", EventName::subscribe}, {"NOTIFY", EventName::notify},   {"PUBLISH", EventName::publish},
  };
  for (const auto& [method, name] : cases) {
    Stage stage;
    const Message request = outside(method);
    stage.see({request, request.later(milliseconds(500)), request.answered(100, milliseconds(600))});
    EXPECT_TRUE(stage.facts().empty()) << method;
    const Message final = request.answered(404, milliseconds(700));
    stage.see({final, final.later(milliseconds(100))});
    stage.wait_until(seconds(60));
    stage.close(seconds(60));
    ASSERT_EQ(stage.facts().size(), 1u) << method;
    const CallEvent event = stage.events().at(0);
    EXPECT_EQ(event.event, name);
    EXPECT_EQ(event.leg, std::nullopt);
    EXPECT_EQ(event.code, 404);
    EXPECT_EQ(event.time_ns, at(milliseconds(700)));
    EXPECT_EQ(event.source, ipv4(1));
    EXPECT_EQ(event.destination, ipv4(2));
    EXPECT_EQ(event.direction, SIPSONDE_DIRECTION_inbound);
  }
}

TEST(OutsideADialog, ATransactionWithoutFinalResponseIsATimeoutAfter32Seconds) {
  Stage stage;
  const Message request = outside("OPTIONS");
  stage.see({request, request.answered(100, milliseconds(600))});
  stage.wait_until(milliseconds(31'999));
  EXPECT_TRUE(stage.facts().empty());
  stage.wait_until(seconds(32));
  ASSERT_EQ(stage.events().size(), 1u);
  EXPECT_EQ(stage.events()[0].event, EventName::timeout);
  EXPECT_EQ(stage.events()[0].method, SIPSONDE_METHOD_options);
  EXPECT_EQ(stage.events()[0].leg, std::nullopt);
}

TEST(OutsideADialog, AResponseWhoseRequestWasNotSeenIsNoTimeout) {
  Stage stage;
  const Message request = outside("REGISTER");
  stage.see(request.answered(200, milliseconds(10)));
  stage.wait_until(seconds(100));
  ASSERT_EQ(stage.events().size(), 1u);
  EXPECT_EQ(stage.events()[0].event, EventName::register_);
  EXPECT_EQ(stage.events()[0].source, ipv4(1));
  EXPECT_EQ(stage.events()[0].direction, SIPSONDE_DIRECTION_inbound);
}

TEST(OutsideADialog, AMethodThatNobodyKnowsIsToldOnlyWhenItTimesOut) {
  Stage stage;
  const Message answered = outside("FROBNICATE");
  Message unanswered = outside("FROBNICATE");
  unanswered.branch += "-2";
  stage.see({answered, answered.answered(405, milliseconds(1)), unanswered});
  stage.wait_until(seconds(40));
  ASSERT_EQ(stage.events().size(), 1u);
  EXPECT_EQ(stage.events()[0].event, EventName::timeout);
  EXPECT_EQ(stage.events()[0].method, SIPSONDE_METHOD_other);
}

}  // namespace
}  // namespace sipsonde::test
