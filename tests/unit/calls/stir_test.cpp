// SPDX-License-Identifier: Apache-2.0
// One result for each leg, whatever was repeated, challenged or out of order.
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using namespace std::chrono_literals;

// "verified failed soft-fail no-identity"
std::string counts(const Stage& stage) {
  std::string text;
  for (const Counter& counter : stage.measures().stir_results)
    text += (text.empty() ? "" : " ") + std::to_string(value_of(counter));
  return text;
}

Message from(Message message, const std::string& user) {
  message.from_user = user;
  return message;
}

const std::string kPassed = "+15551230001;verstat=TN-Validation-Passed-A";
const std::string kFailed = "+15551230001;verstat=TN-Validation-Failed";

TEST(Stir, CountsACallWithoutIdentityWhenItIsAnswered) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see(invite);
  stage.see(invite.answered(180, 100ms));
  EXPECT_EQ(counts(stage), "0 0 0 0");
  stage.see(invite.answered(200, 1s));
  EXPECT_EQ(counts(stage), "0 0 0 1");
  stage.close(2s);
  EXPECT_EQ(counts(stage), "0 0 0 1");
}

TEST(Stir, CountsTheVerdictOfAVerificationServiceBeforeUs) {
  for (const auto& [user, expected] : {std::pair{kPassed, "1 0 0 0"}, std::pair{kFailed, "0 0 1 0"}}) {
    Stage stage;
    Dialog dialog;
    const Message invite = from(dialog.invite(), user);
    stage.see({invite, invite.later(500ms), invite.answered(200, 1s), invite.answered(200, 1500ms)});
    stage.close(2s);
    EXPECT_EQ(counts(stage), expected);
  }
}

TEST(Stir, TellsTheVerdictAtTheInvite) {
  Stage stage;
  Dialog dialog;
  stage.see(from(dialog.invite(), kPassed));
  stage.close(1s);
  ASSERT_FALSE(stage.events().empty());
  const CallEvent event = stage.events()[0];
  EXPECT_EQ(attribute(event, "stir_result"), "verified");
  EXPECT_EQ(attribute(event, "stir_verstat"), "TN-Validation-Passed-A");
  EXPECT_EQ(attribute(event, "stir_attest"), "A");
  EXPECT_EQ(counts(stage), "1 0 0 0") << "a leg that sight ended before is counted by its INVITE";
}

TEST(Stir, SaysNothingOfACallWithoutIt) {
  Stage stage;
  Dialog dialog;
  stage.see(dialog.invite());
  stage.close(1s);
  const CallEvent event = stage.events()[0];
  for (const Attribute& attribute : event.attributes)
    EXPECT_FALSE(attribute.name.starts_with("stir")) << attribute.name;
}

TEST(Stir, HasFailedWhenTheCallWasRefusedForIt) {
  for (const int code : {428, 436, 437, 438}) {
    Stage stage;
    Dialog dialog;
    const Message invite = from(dialog.invite(), kPassed);
    const Message refusal = invite.answered(code, 20ms);
    stage.see({invite, refusal, refusal.later(500ms), dialog.ack_of_refusal(invite, 600ms)});
    stage.settle();
    EXPECT_EQ(counts(stage), "0 1 0 0") << code;
  }
}

TEST(Stir, HasFailedForAStaleDateAndNotForEvery403) {
  for (const auto& [phrase, expected] :
       {std::pair{"Stale Date", "0 1 0 0"}, std::pair{"Forbidden", "0 0 0 1"}}) {
    Stage stage;
    Dialog dialog;
    const Message invite = dialog.invite();
    Message refusal = invite.answered(403, 20ms);
    refusal.phrase = phrase;
    stage.see({invite, refusal});
    stage.settle();
    EXPECT_EQ(counts(stage), expected);
  }
}

TEST(Stir, IsASoftFailWhenTheCallGoesOnInSpiteOfAReason) {
  Stage stage;
  Dialog dialog;
  const Message invite = from(dialog.invite(), kPassed);
  stage.see({invite, invite.answered(183, 100ms).because("STIR", 436), invite.answered(200, 1s)});
  EXPECT_EQ(counts(stage), "0 0 1 0");
  stage.close(2s);
  const auto events = stage.events();
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(attribute(events[1], "stir_result"), "soft-fail");
  EXPECT_EQ(attribute(events[1], "stir_reason"), "436");
}

TEST(Stir, TakesAReasonInTheAnswerItself) {
  Stage stage;
  Dialog dialog;
  const Message invite = from(dialog.invite(), kPassed);
  stage.see({invite, invite.answered(200, 1s).because("STIR", 438)});
  EXPECT_EQ(counts(stage), "0 0 1 0");
}

TEST(Stir, OfAChallengedCallIsThatOfTheAttemptWithCredentials) {
  Stage stage;
  Dialog dialog;
  const Message first = dialog.invite();
  const Message second = from(dialog.invite(100ms, 2), kPassed);
  stage.see({first, first.answered(407, 20ms), dialog.ack_of_refusal(first, 30ms), second,
             second.answered(200, 1s)});
  stage.close(2s);
  EXPECT_EQ(counts(stage), "1 0 0 0");
}

TEST(Stir, WaitsForAnInviteThatWasOvertakenByItsAnswer) {
  Stage stage;
  Dialog dialog;
  const Message invite = from(dialog.invite(10ms), kPassed);
  Message answer = invite.answered(200, -5ms);
  stage.see(answer);
  EXPECT_EQ(counts(stage), "0 0 0 0");
  stage.see(invite);
  stage.close(1s);
  EXPECT_EQ(counts(stage), "1 0 0 0");
}

TEST(Stir, OfALegWhoseInviteWasNotSeenIsNotCounted) {
  Stage stage;
  Dialog dialog;
  stage.see(dialog.invite().answered(180, 100ms));
  stage.see(hung_up(dialog.by_caller("BYE", 2, 5s)));
  stage.close(10s);
  EXPECT_EQ(counts(stage), "0 0 0 0");
}

TEST(Stir, OfTwoLegsIsCountedForEach) {
  Stage stage;
  Dialog inside, outside;
  outside.caller = ipv4(2);
  outside.callee = ipv4(3);
  outside.direction = SIPSONDE_DIRECTION_outbound;
  outside.prefix = "z9hG4bK-out-";
  const Message in = inside.invite(), out = from(outside.invite(2ms), kPassed);
  stage.see({in, out, out.answered(200, 1s), in.answered(200, 1s)});
  EXPECT_EQ(counts(stage), "1 0 0 1");
}

}  // namespace
}  // namespace sipsonde::test
