// SPDX-License-Identifier: Apache-2.0
// When a script is asked, about what, and what becomes of its answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Writes down each time it is asked, and sets a tenant and a route.
class NotingScript : public LegScript {
 public:
  void on_start(const ScriptedLeg& leg) override {
    note("start", leg);
    if (leg.record.from_number == "1001") leg.record.tenant = leg.texts.keep("acme");
    leg.record.price_micros = 5;
  }
  void on_answer(const ScriptedLeg& leg) override {
    note("answer", leg);
    leg.record.route = leg.texts.keep("gw-7");
  }
  void on_end(const ScriptedLeg& leg) override {
    note("end", leg);
    leg.record.agent_id = leg.texts.keep("agent-9");
    last_ = leg.record;
  }

  std::vector<std::string> asked_;
  CallRecord last_;

 private:
  void note(const std::string& moment, const ScriptedLeg& leg) {
    const std::string_view value = leg.message ? leg.message->header("X-A") : std::string_view("-");
    asked_.push_back(moment + " " + std::string(value));
  }
};

class LegScripting : public testing::Test {
 protected:
  void see(const Message& message, const std::string& value = {}) {
    const std::string headers = value.empty() ? std::string() : "X-A: " + value + "\r\n";
    SipMessage sip = view_of(message);
    sip.headers = headers;
    table_.observe(sighting_of(message, sip));
  }
  std::shared_ptr<FactList> ended(milliseconds when) {
    table_.advance(at(when));
    return table_.take_facts();
  }
  CallRecord row_of(const FactList& list) {
    for (const Fact& fact : list)
      if (const auto* record = std::get_if<CallRecord>(&fact)) return *record;
    ADD_FAILURE() << "no row";
    return {};
  }

  NotingScript script_;
  Settings settings_;
  Timebase timebase_ = Timebase::of_capture();
  Measures measures_;
  CallSurroundings surroundings_{settings_, timebase_, measures_};
  CallTable table_{surroundings_, 1, &script_};
  Dialog dialog_;
};

TEST_F(LegScripting, AsksOfTheInviteTheAnswerAndTheBye) {
  const Message invite = dialog_.invite();
  const Message bye = dialog_.by_caller("BYE", 2, seconds(11));
  see(invite, "invite");
  see(invite.answered(180, milliseconds(100)), "ringing");
  see(invite.answered(200, seconds(1)), "answer");
  see(invite.answered(200, milliseconds(1500)), "repeat");
  see(bye, "bye");
  see(bye.answered(200, milliseconds(10)), "ok");
  const auto facts = ended(seconds(12));
  EXPECT_THAT(script_.asked_, ElementsAre("start invite", "answer answer", "end bye"));
  const CallRecord row = row_of(*facts);
  EXPECT_EQ(row.tenant, "acme");
  EXPECT_EQ(row.route, "gw-7");
  EXPECT_EQ(row.agent_id, "agent-9");
  EXPECT_EQ(row.price_micros, 5);
  EXPECT_EQ(script_.last_.end_ns, at(seconds(11)));
  for (const Fact& fact : *facts) {
    if (const auto* event = std::get_if<CallEvent>(&fact)) {
      EXPECT_EQ(event->tenant, "acme");
    }
  }
}

TEST_F(LegScripting, AsksOnceOfSeveralAttempts) {
  const Message first = dialog_.invite();
  see(first, "first");
  see(first.answered(401, milliseconds(10)), "challenge");
  const Message second = dialog_.invite(milliseconds(30), 2);
  see(second, "second");
  see(second.answered(486, seconds(1)), "busy");
  ended(seconds(2));
  EXPECT_THAT(script_.asked_, ElementsAre("start first", "end busy"));
}

TEST_F(LegScripting, AsksOnceOfSeveralForks) {
  const Message invite = dialog_.invite();
  see(invite, "invite");
  see(invite.answered(200, seconds(1), "one"), "one");
  see(invite.answered(200, seconds(2), "two"), "two");
  EXPECT_THAT(script_.asked_, ElementsAre("start invite", "answer one"));
}

TEST_F(LegScripting, TakesTheCancelForTheEndAndNotTheRefusalThatFollows) {
  const Message invite = dialog_.invite();
  see(invite, "invite");
  const Message cancel = dialog_.cancel_of(invite, seconds(3));
  see(invite.answered(487, milliseconds(2990)), "refusal, early");
  see(cancel, "cancel");
  ended(seconds(4));
  EXPECT_THAT(script_.asked_, ElementsAre("start invite", "end cancel"));
}

TEST_F(LegScripting, TakesNoChallengeForTheEndOfACallThatWasAnswered) {
  const Message first = dialog_.invite();
  see(first, "first");
  see(first.answered(401, milliseconds(10)), "challenge");
  const Message second = dialog_.invite(milliseconds(30), 2);
  see(second, "second");
  see(second.answered(200, seconds(1)), "answer");
  table_.close(at(seconds(20)));
  EXPECT_THAT(script_.asked_, ElementsAre("start first", "answer answer", "end -"));
}

TEST_F(LegScripting, HasNoMessageWhenNothingAnswers) {
  const Message invite = dialog_.invite();
  see(invite, "invite");
  for (const int after : {500, 1500, 3500, 7500, 15'500, 31'500})
    see(invite.later(milliseconds(after)), "repeat");
  const auto facts = ended(seconds(40));
  EXPECT_THAT(script_.asked_, ElementsAre("start invite", "end -"));
  EXPECT_EQ(row_of(*facts).disposition, Disposition::timeout);
}

TEST_F(LegScripting, AsksAtTheEndAloneWhenTheBeginningWasNotSeen) {
  const Message bye = dialog_.by_caller("BYE", 2, seconds(0));
  see(bye, "bye");
  see(bye.answered(200, milliseconds(10)), "ok");
  ended(seconds(1));
  EXPECT_THAT(script_.asked_, ElementsAre("end bye"));
}

TEST_F(LegScripting, KeepsNoHalfHeaderOfALargeMessage) {
  const Message invite = dialog_.invite();
  see(invite, "invite");
  see(invite.answered(486, seconds(1)), "ok\r\nX-B: " + std::string(5000, 'x'));
  ended(seconds(2));
  EXPECT_THAT(script_.asked_, ElementsAre("start invite", "end ok"));
}

TEST_F(LegScripting, IsNotNeeded) {
  CallTable plain(surroundings_, 1);
  const Message invite = dialog_.invite();
  const SipMessage sip = view_of(invite);
  plain.observe(sighting_of(invite, sip));
  plain.close(at(seconds(1)));
  EXPECT_TRUE(plain.has_facts());
  EXPECT_THAT(script_.asked_, IsEmpty());
}

}  // namespace
}  // namespace sipsonde::test
