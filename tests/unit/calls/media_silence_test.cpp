// SPDX-License-Identifier: Apache-2.0
// Media that stops, never comes, or does not end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

TEST(Silence, IsToldOnceAndAgainWhenItComesBack) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks(), back = callee_speaks();
  on.converse(out, back, milliseconds(1100), seconds(5));
  on.speak(back, seconds(5), seconds(45));
  on.stage.wait_until(seconds(100));
  const auto silent = on.events_of(EventName::media_silent);
  ASSERT_EQ(silent.size(), 2u);  // by now both
  EXPECT_EQ(attribute(silent[0], "way"), "sent");
  EXPECT_EQ(silent[0].source, of_caller());
  EXPECT_GE(silent[0].time_ns, at(seconds(15)));
  EXPECT_LE(silent[0].time_ns, at(seconds(25)));
  EXPECT_EQ(attribute(silent[1], "way"), "received");

  on.speak(out, seconds(100), seconds(112));
  on.stage.wait_until(seconds(200));
  EXPECT_EQ(on.events_of(EventName::media_silent).size(), 3u);
  EXPECT_TRUE(on.events_of(EventName::media_one_way).empty());
}

struct FlowCase {
  const char* name;
  const char* offer;
  const char* answer;
  bool sent_expected;
};

TEST(Silence, IsNoneWhereNobodyIsToSpeak) {
  const FlowCase cases[] = {
      {"both speak", "", "", true},
      {"the caller holds", "a=sendonly\r\n", "a=recvonly\r\n", true},
      {"the callee holds", "a=recvonly\r\n", "a=sendonly\r\n", false},
      {"inactive", "a=inactive\r\n", "a=inactive\r\n", false},
      {"the answer is stricter", "", "a=sendonly\r\n", false},
      {"the older way to hold", "", "c=IN IP4 0.0.0.0\r\n", false},
  };
  for (const FlowCase& flow : cases) {
    MediaStage on;
    Dialog dialog;
    on.stage.see(call_with_media(dialog));
    Speaker out = caller_speaks();
    on.speak(out, milliseconds(1100), seconds(3));
    const Message again = with_sdp(dialog.by_caller("INVITE", 2, seconds(3)), sdp(of_caller(), flow.offer));
    on.stage.see({again, with_sdp(again.answered(200, milliseconds(10)), sdp(of_callee(), flow.answer)),
                  dialog.ack_of_2xx(milliseconds(3020), 2)});
    on.stage.wait_until(seconds(90));
    EXPECT_EQ(on.events_of(EventName::media_silent).size(), flow.sent_expected ? 1u : 0u) << flow.name;
  }
}

TEST(Silence, OfOneWayFromTheBeginningIsOneWayAudio) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker back = callee_speaks();
  on.speak(back, milliseconds(1100), seconds(40));
  on.stage.wait_until(seconds(41));
  hang_up(on, dialog, seconds(41));
  const auto told = on.events_of(EventName::media_one_way);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(attribute(told[0], "way"), "sent");
  EXPECT_EQ(told[0].source, of_caller());
  EXPECT_EQ(told[0].destination, of_callee());
  EXPECT_LE(told[0].time_ns, at(seconds(12)));
}

TEST(Silence, OfOneWayIsNoneBeforeTheAnswerOrOnHold) {
  for (const char* const answer : {"a=sendonly\r\n", ""}) {
    MediaStage on;
    Dialog dialog;
    auto messages = call_with_media(dialog, sdp(of_caller()), sdp(of_callee(), answer));
    messages[2] = with_sdp(messages[2], messages[3].body);
    const bool answered = *answer != '\0';
    if (!answered) messages.resize(3);
    on.stage.see(messages);
    Speaker back = callee_speaks();
    on.speak(back, milliseconds(1100), seconds(25));
    on.stage.close(seconds(26));
    EXPECT_TRUE(on.events_of(EventName::media_one_way).empty()) << answered;
  }
}

TEST(Silence, EndsACallOnlyWhenItsMediaIsSilentToo) {
  Settings settings;
  settings.silence = std::chrono::seconds(60);
  MediaStage on(settings);
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), seconds(150));
  EXPECT_TRUE(on.stage.records().empty());
  on.stage.wait_until(seconds(205));
  EXPECT_TRUE(on.stage.records().empty());
  on.stage.wait_until(seconds(215));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.disconnect_initiator, Initiator::timeout);
  ASSERT_TRUE(record.end_ns);
  EXPECT_NEAR(static_cast<double>(*record.end_ns - kStart_ns) / 1e9, 210, 0.1);
  const auto told = on.events_of(EventName::media_timeout);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(attribute(told[0], "way"), "sent");
}

TEST(Silence, WithoutAnyMediaIsNoTimeoutOfMedia) {
  Settings settings;
  settings.silence = std::chrono::seconds(60);
  MediaStage on(settings);
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  on.stage.wait_until(seconds(100));
  EXPECT_EQ(on.stage.records().size(), 1u);
  EXPECT_TRUE(on.events().empty());
}

TEST(MediaAfterTheEnd, IsToldWhenItGoesOn) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks(), back = callee_speaks();
  on.converse(out, back, milliseconds(1100), seconds(3));
  on.stage.see(hung_up(dialog.by_caller("BYE", 9, seconds(3))));
  on.speak(out, seconds(3), milliseconds(3180));  // what was on its way
  on.speak(back, milliseconds(3180), seconds(10));
  const auto late = on.events_of(EventName::media_late);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(attribute(late[0], "way"), "received");
  EXPECT_EQ(late[0].source, of_callee());
  EXPECT_GE(std::stoi(std::string(attribute(late[0], "packets"))), 40);
  EXPECT_EQ(on.stage.records().size(), 1u);
}

TEST(MediaAfterTheEnd, IsForgottenASecondLater) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker out = caller_speaks();
  on.speak(out, milliseconds(1100), seconds(3));
  hang_up(on, dialog, seconds(3));
  EXPECT_FALSE(on.kernel.endpoints.empty());
  on.stage.wait_until(milliseconds(4200));
  EXPECT_TRUE(on.kernel.endpoints.empty());
  EXPECT_THAT(on.kernel.asked_again, ElementsAre(1));
}

}  // namespace
}  // namespace sipsonde::test
