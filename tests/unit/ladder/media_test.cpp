// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "ladder/ladder.h"
#include "story_lines.h"

namespace sipsonde {
namespace {

constexpr const char* kAliceMedia = "192.0.2.10:20000";
constexpr const char* kBobMedia = "192.0.2.20:30000";

Told media(std::uint64_t at_ms, const std::string& event, const std::string& attributes = "",
           const std::string& from = kAliceMedia, const std::string& to = kBobMedia) {
  return {
      at_ms, event, "", 0, "", from, to, 0, R"({"way":"sent","ssrc":"7","codec":"PCMU")" + attributes + "}"};
}

std::vector<Told> with_media(std::vector<Told> story, const std::vector<Told>& more) {
  story.insert(story.end(), more.begin(), more.end());
  return story;
}

std::vector<LadderStep> streams_of(const Ladder& ladder) {
  std::vector<LadderStep> streams;
  for (const LadderStep& step : ladder.steps)
    if (step.kind == LadderStep::Kind::media) streams.push_back(step);
  return streams;
}

TEST(LadderMedia, BeginAndEndOfAStreamAreOneStep) {
  const auto story =
      with_media(answered_call(),
                 {media(1050, "media.started"),
                  media(9000, "media.ended", R"(,"packets":"99","lost":"1","jitter_ms":"2.5","mos":"4.2")")});
  const Ladder ladder = ladder_of_story(story);
  EXPECT_EQ(ladder.lanes.size(), 2u);  // media comes from hosts that have lanes
  const auto streams = streams_of(ladder);
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].from, 0u);
  EXPECT_EQ(streams[0].to, 1u);
  EXPECT_EQ(streams[0].time_ns, 1'050'000'000u);
  EXPECT_EQ(streams[0].label, "PCMU, MOS 4.20, lost 1.00 %");
  EXPECT_EQ(streams[0].detail, "99 packets, jitter 2.5 ms, until +9.000");
  EXPECT_EQ(ladder.steps.size(), answered_call().size() + 1);
}

TEST(LadderMedia, ARowKnowsBetter) {
  const std::string stream =
      R"("media":[{"way":"sent","ssrc":7,"codec":"PCMA","packets":200,"lost":0,"jitter_ms":1,"mos":4.4,)"
      R"("src":"192.0.2.10:20000","dst":"192.0.2.20:30000","source":"rtp"},)"
      R"({"way":"sent","ssrc":7,"lost":9,"src":null,"dst":null,"source":"rtcp"}])";
  const auto streams = streams_of(ladder_of_story(with_media(answered_call(), {media(1050, "media.started")}),
                                                  {row_of(0, kAlice, kBob, stream)}));
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].label, "PCMA, MOS 4.40, lost 0 %");
}

TEST(LadderMedia, AStreamThatOnlyARowTellsOfBeginsWithTheAnswer) {
  const std::string stream =
      R"("answer_timestamp_ms":1772366401000,"end_timestamp_ms":1772366409000,"media":[{"way":"received","ssrc":8,)"
      R"("codec":"opus","packets":5,"lost":0,"src":"192.0.2.20:30000","dst":"192.0.2.10:20000","source":"rtp"}])";
  const auto streams = streams_of(ladder_of_story(answered_call(), {row_of(0, kAlice, kBob, stream)}));
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].from, 1u);
  EXPECT_EQ(streams[0].to, 0u);
  EXPECT_EQ(streams[0].time_ns, 1'000'000'000u);
  EXPECT_EQ(streams[0].media.until_ns, 8'000'000'000u + 1'000'000'000u);
}

TEST(LadderMedia, EarlyMediaIsCalledSo) {
  const auto streams = streams_of(ladder_of_story(with_media(answered_call(), {media(300, "media.early")})));
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].detail, "early");
  EXPECT_FALSE(streams[0].media.until_ns);
}

TEST(LadderMedia, ARelayHasALaneOfItsOwn) {
  const Ladder ladder = ladder_of_story(
      with_media(answered_call(), {media(1050, "media.started", "", kAliceMedia, "203.0.113.9:4000")}));
  ASSERT_EQ(ladder.lanes.size(), 3u);
  EXPECT_EQ(ladder.lanes[2].address, "203.0.113.9");
  EXPECT_EQ(ladder.lanes[2].party, "media");
}

TEST(LadderMedia, WhereAllAreOnOneHostTheWayTellsTheLane) {
  const std::string alice = "127.0.0.1:5061", bob = "127.0.0.1:5062";
  const Ladder ladder = ladder_of_story({{0, "sip.invite", "INVITE", 0, "", alice, bob},
                                         media(10, "media.started", "", "127.0.0.1:9000", "127.0.0.1:9002")});
  const auto streams = streams_of(ladder);
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].from, 0u);
  EXPECT_EQ(streams[0].to, 1u);
}

TEST(LadderMedia, StreamsThatTwoLegsShareAreOne) {
  Told other = media(1051, "media.started");
  other.leg = 1;
  EXPECT_EQ(
      streams_of(ladder_of_story(with_media(answered_call(), {media(1050, "media.started"), other}))).size(),
      1u);
}

TEST(LadderMedia, OtherEventsOfMediaAreNotes) {
  const Ladder ladder = ladder_of_story(with_media(answered_call(), {media(2000, "media.silent")}));
  EXPECT_TRUE(streams_of(ladder).empty());
  EXPECT_EQ(ladder.steps[4].label, "media silent");
  EXPECT_EQ(ladder.steps[4].detail, "sent, PCMU");
  EXPECT_EQ(ladder.steps[4].tone, LadderTone::failure);
}

}  // namespace
}  // namespace sipsonde
