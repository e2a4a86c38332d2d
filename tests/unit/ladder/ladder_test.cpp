// SPDX-License-Identifier: Apache-2.0
#include "ladder/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story_lines.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;

std::vector<std::string> addresses_of(const Ladder& ladder) {
  std::vector<std::string> addresses;
  for (const LadderLane& lane : ladder.lanes) addresses.push_back(lane.address);
  return addresses;
}

// "+0.200 1>0 180 Ringing" for each step.
std::vector<std::string> steps_of(const Ladder& ladder) {
  std::vector<std::string> steps;
  for (const LadderStep& step : ladder.steps) {
    const auto lane = [](const std::optional<std::size_t>& number) {
      return number ? std::to_string(*number) : "-";
    };
    std::string text =
        "+" + std::to_string(step.time_ns / 1'000'000) + " " + lane(step.from) + ">" + lane(step.to);
    text += " " + step.label + (step.repeats > 0 ? " x" + std::to_string(step.repeats + 1) : "");
    steps.push_back(text + (step.detail.empty() ? "" : " (" + step.detail + ")"));
  }
  return steps;
}

TEST(Ladder, TellsAnAnsweredCallInOrder) {
  const Ladder ladder = ladder_of_story(answered_call());
  EXPECT_EQ(ladder.call_id, "call@a.example");
  EXPECT_EQ(ladder.first, "2026-03-01T12:00:00.000Z");
  EXPECT_THAT(addresses_of(ladder), ElementsAre(kAlice, kBob));
  EXPECT_THAT(steps_of(ladder), ElementsAre("+0 0>1 INVITE", "+200 1>0 180 Ringing", "+1000 1>0 200 OK",
                                            "+1020 0>1 ACK", "+9000 0>1 BYE", "+9020 1>0 200 OK (BYE)"));
}

TEST(Ladder, PutsLinesInTheOrderOfTheirTimes) {
  std::vector<Told> story = answered_call();
  std::reverse(story.begin(), story.end());
  EXPECT_EQ(steps_of(ladder_of_story(story)), steps_of(ladder_of_story(answered_call())));
}

TEST(Ladder, HasTheCallerInFrontThoughAResponseIsSeenFirst) {
  const Ladder ladder = ladder_of_story({{0, "sip.ringing", "INVITE", 180, "Ringing", kBob, kAlice}});
  EXPECT_THAT(addresses_of(ladder), ElementsAre(kAlice, kBob));
}

TEST(Ladder, GivesEachHopOfAProxyItsLane) {
  const Ladder ladder = ladder_of_story({{0, "sip.invite", "INVITE", 0, "", kAlice, kProxy, 0},
                                         {2, "sip.invite", "INVITE", 0, "", kProxy, kBob, 1}},
                                        {row_of(1, kProxy, kBob), row_of(0, kAlice, kProxy)});
  EXPECT_THAT(addresses_of(ladder), ElementsAre(kAlice, kProxy, kBob));
  EXPECT_EQ(ladder.lanes[0].party, "caller alice");
  EXPECT_EQ(ladder.lanes[1].party, "");
  EXPECT_EQ(ladder.lanes[2].party, "callee bob");
  EXPECT_THAT(steps_of(ladder), ElementsAre("+0 0>1 INVITE", "+2 1>2 INVITE"));
}

TEST(Ladder, CountsRepeatsAtTheArrowOfTheirMessage) {
  const Ladder ladder =
      ladder_of_story({{0, "sip.invite", "INVITE"},
                       {500, "sip.retransmission", "INVITE"},
                       {1500, "sip.retransmission", "INVITE"},
                       {1600, "sip.ringing", "INVITE", 180, "Ringing", kBob, kAlice},
                       {1700, "sip.retransmission", "INVITE", 180, "Ringing", kBob, kAlice}});
  EXPECT_THAT(steps_of(ladder), ElementsAre("+0 0>1 INVITE x3", "+1600 1>0 180 Ringing x2"));
  EXPECT_EQ(ladder.steps[0].last_repeat_ns, 1'500'000'000u);
}

TEST(Ladder, ARepeatOfWhatWasNotSeenIsAnArrowOfItsOwn) {
  EXPECT_THAT(steps_of(ladder_of_story({{0, "sip.retransmission", "BYE"}})), ElementsAre("+0 0>1 BYE"));
}

TEST(Ladder, AnotherConnectionOfTheSameHostIsTheSameParty) {
  const Ladder ladder =
      ladder_of_story({{0, "sip.invite", "INVITE", 0, "", "192.0.2.10:40001", kBob, 0, "{}", "tcp"},
                       {9, "sip.bye", "BYE", 0, "", "192.0.2.10:40002", kBob, 0, "{}", "tcp"}});
  EXPECT_THAT(addresses_of(ladder), ElementsAre("192.0.2.10:40001", kBob));
  EXPECT_THAT(steps_of(ladder), ElementsAre("+0 0>1 INVITE", "+9 0>1 BYE"));
}

struct Wording {
  const char* name;
  Told told;
  const char* step;
  LadderTone tone;
};

class LadderWording : public testing::TestWithParam<Wording> {};

TEST_P(LadderWording, SaysWhatHappened) {
  const Ladder ladder = ladder_of_story({GetParam().told});
  EXPECT_THAT(steps_of(ladder), ElementsAre(GetParam().step));
  ASSERT_EQ(ladder.steps.size(), 1u);
  EXPECT_EQ(ladder.steps[0].tone, GetParam().tone);
}

const Wording kWordings[] = {
    {"hold",
     {0, "sip.hold", "INVITE", 0, "", kAlice, kBob, 0, R"({"by":"caller"})"},
     "+0 0>1 hold (by caller)",
     LadderTone::remark},
    {"reinvite", {0, "sip.reinvite", "INVITE"}, "+0 0>1 re-INVITE", LadderTone::request},
    {"redirection",
     {0, "sip.redirected", "INVITE", 302, "Moved", kBob, kAlice},
     "+0 1>0 302 Moved",
     LadderTone::redirection},
    {"busy",
     {0, "sip.rejected", "INVITE", 486, "Busy Here", kBob, kAlice},
     "+0 1>0 486 Busy Here",
     LadderTone::failure},
    {"refer",
     {0, "sip.refer", "REFER", 0, "", kAlice, kBob, 0, R"({"refer_to":"sip:carol@c.example"})"},
     "+0 0>1 REFER (to sip:carol@c.example)",
     LadderTone::request},
    {"timeout",
     {0, "sip.timeout", "INVITE", 0, "", kAlice, kBob, 0, R"({"timer":"B","copies":"7"})"},
     "+0 0>1 no answer to INVITE (timer B, 7 copies)",
     LadderTone::failure},
    {"dialog_lost",
     {0, "sip.terminated", "INVITE", 481, "dialog lost"},
     "+0 1>0 terminated (dialog lost)",
     LadderTone::failure},
    {"outside_of_a_dialog",
     {0, "sip.options", "OPTIONS", 200, "OK", kAlice, kBob, std::nullopt},
     "+0 0>1 OPTIONS (200 OK)",
     LadderTone::success},
    {"another_layer",
     {0, "app.routing", "", 0, "", "", "", std::nullopt, R"({"route":"carrier-a","score":3})"},
     "+0 ->- app.routing (route=carrier-a, score=3)",
     LadderTone::remark},
    {"dtls",
     {0, "dtls.handshake", "", 0, "", "192.0.2.10:2000", "192.0.2.20:3000", 0,
      R"({"result":"ok","version":"1.2","handshake_ms":"120"})"},
     "+0 0>1 dtls handshake (ok, version 1.2, 120 ms)",
     LadderTone::remark},
};
INSTANTIATE_TEST_SUITE_P(Words, LadderWording, testing::ValuesIn(kWordings),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Ladder, SaysWhatTheRowOfEachLegSays) {
  const Ladder ladder = ladder_of_story(
      answered_call(),
      {row_of(
           0, kAlice, kBob,
           R"("disposition":"answered","sip_status":200,"billable_seconds":8.0,"codec":"PCMU","estimated_mos":4.4093,)"
           R"("loss_fraction":0.0067,"disconnect_initiator":"caller","coverage":"lossy","linked_call_id":"b@b",)"
           R"("link_reason":"x-cid")"),
       row_of(1, kAlice, kProxy, R"("disposition":"busy","sip_status":486,"hangup_cause":"USER_BUSY")")});
  ASSERT_EQ(ladder.legs.size(), 2u);
  EXPECT_EQ(ladder.legs[0].outcome,
            "answered 200, 8.000 s, ended by caller, PCMU, MOS 4.41, lost 0.67 %, coverage lossy");
  EXPECT_EQ(ladder.legs[0].linked, "x-cid b@b");
  EXPECT_FALSE(ladder.legs[0].failed);
  EXPECT_EQ(ladder.legs[1].outcome, "busy 486, USER_BUSY");
  EXPECT_TRUE(ladder.legs[1].failed);
}

TEST(Ladder, OfNothingIsEmpty) {
  for (const std::vector<std::string>& lines :
       {std::vector<std::string>{}, {""}, {"[]"}, {"{}"}, {"{\"event\":1}"}, {std::string(100'000, '[')}}) {
    const Ladder ladder = ladder_of(lines, lines);
    EXPECT_TRUE(ladder.steps.empty());
    EXPECT_TRUE(ladder.lanes.empty());
  }
}

TEST(Ladder, AnEventWithoutATimeStaysWhereItStood) {
  std::vector<std::string> lines = lines_of({{100, "sip.invite", "INVITE"}, {300, "sip.bye", "BYE"}});
  lines.insert(lines.begin() + 1, R"({"event":"app.flow","ts":"today"})");
  lines.insert(lines.begin(), R"({"event":"app.queue"})");
  EXPECT_THAT(steps_of(ladder_of(lines, {})),
              ElementsAre("+0 ->- app.queue", "+0 0>1 INVITE", "+0 ->- app.flow", "+200 0>1 BYE"));
}

TEST(Ladder, IsBoundedWhateverItIsToldOf) {
  std::vector<Told> story;
  for (unsigned i = 0; i < 1000; ++i) {
    const std::string other = "203.0.113." + std::to_string(i % 250) + ":" + std::to_string(i + 1);
    story.push_back({i, "sip.info", "INFO", 0, "", kAlice, other, i});
  }
  std::vector<std::string> rows;
  for (unsigned leg = 0; leg < 100; ++leg) rows.push_back(row_of(leg, kAlice, kBob));
  const Ladder ladder = ladder_of_story(story, rows);
  EXPECT_EQ(ladder.steps.size(), kLadderStepsMax);
  EXPECT_EQ(ladder.steps_left_out, 1000 - kLadderStepsMax);
  EXPECT_EQ(ladder.lanes.size(), kLadderLanesMax);
  EXPECT_EQ(ladder.lanes.back().address, "others");
  EXPECT_EQ(ladder.legs.size(), kLadderLegsMax);
  EXPECT_EQ(ladder.legs_left_out, 100 - kLadderLegsMax);
}

TEST(Ladder, ShowsHostileTextInsteadOfObeyingIt) {
  Told told{0,
            "sip.rejected",
            "INVITE",
            486,
            "a\x1b[2J\xe2\x80\xae"
            "b\xff\n",
            kBob,
            kAlice};
  told.attributes = R"({"reason_text":"\u001b]0;owned\u0007"})";
  const Ladder ladder = ladder_of_story({told});
  ASSERT_EQ(ladder.steps.size(), 1u);
  EXPECT_EQ(ladder.steps[0].label, "486 a\\u001B[2J\\u202Eb\xEF\xBF\xBD\\u000A");
  EXPECT_EQ(ladder.steps[0].detail, "\\u001B]0;owned\\u0007");
}

TEST(Ladder, CutsTextsThatAreTooLong) {
  Told told{0, "sip.rejected", "INVITE", 486, std::string(5000, 'x'), std::string(5000, 'b') + ":1", kAlice};
  const Ladder ladder = ladder_of_story({told});
  EXPECT_LT(ladder.steps.at(0).label.size(), 100u);
  EXPECT_LT(ladder.lanes.at(1).address.size(), 100u);
}

}  // namespace
}  // namespace sipsonde
