// SPDX-License-Identifier: Apache-2.0
#include "otlp/leg_story.h"

#include <gtest/gtest.h>

#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

constexpr std::size_t kMuch = 1 << 24;

TEST(StoryTable, KeepsEventsWhoseTextsAreGone) {
  StoryTable stories(10, kMuch);
  {
    LegFacts leg("a@x");
    leg.event(EventName::bye, 5, SIPSONDE_METHOD_bye, 0, {{"initiator", "callee"}});
    stories.add(leg.events[0]);
  }
  const LegStory& story = stories.take(LegFacts("a@x").record);
  ASSERT_EQ(story.events.size(), 1u);
  EXPECT_EQ(story.events[0].attributes[0].value, "callee");
  EXPECT_EQ(stories.legs(), 0u);
}

TEST(StoryTable, KeepsLegsOfOneCallApart) {
  StoryTable stories(10, kMuch);
  LegFacts first("a@x", 0);
  LegFacts second("a@x", 1);
  stories.add(first.event(EventName::invite, 0, SIPSONDE_METHOD_invite).events[0]);
  stories.add(second.event(EventName::invite, 1, SIPSONDE_METHOD_invite).events[0]);
  stories.add(second.event(EventName::ringing, 2, SIPSONDE_METHOD_invite, 180).events[1]);
  EXPECT_EQ(stories.take(second.record).events.size(), 2u);
  EXPECT_EQ(stories.take(first.record).events.size(), 1u);
}

TEST(StoryTable, ToldLateIsSortedByTime) {
  StoryTable stories(10, kMuch);
  LegFacts leg;
  leg.event(EventName::ack, 20, SIPSONDE_METHOD_ack).event(EventName::invite, 0, SIPSONDE_METHOD_invite);
  for (const CallEvent& event : leg.events) stories.add(event);
  EXPECT_EQ(stories.take(leg.record).events[0].event, EventName::invite);
}

TEST(StoryTable, PassesByWhatComesAfterTheRecord) {
  StoryTable stories(10, kMuch);
  LegFacts leg = LegFacts::answered();
  for (const CallEvent& event : leg.events) stories.add(event);
  stories.take(leg.record);
  leg.event(EventName::retransmission, 10'500, SIPSONDE_METHOD_bye);
  stories.add(leg.events.back());
  EXPECT_EQ(stories.legs(), 0u);
}

TEST(StoryTable, TakesACallIdThatIsUsedAgain) {
  StoryTable stories(10, kMuch);
  LegFacts leg = LegFacts::answered();
  stories.take(leg.record);
  for (const CallEvent& event : leg.events) stories.add(event);
  EXPECT_EQ(stories.take(leg.record).events.size(), leg.events.size());
}

TEST(StoryTable, LetsTheOldestGoWhenItIsFull) {
  StoryTable stories(3, kMuch);
  for (int i = 0; i < 5; ++i) {
    LegFacts leg("call-" + std::to_string(i));
    stories.add(leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite).events[0]);
  }
  EXPECT_EQ(stories.legs(), 3u);
  EXPECT_EQ(stories.evicted(), 2u);
  EXPECT_TRUE(stories.take(LegFacts("call-1").record).events.empty());
  EXPECT_EQ(stories.take(LegFacts("call-2").record).events.size(), 1u);
}

TEST(StoryTable, IsBoundedByBytesToo) {
  StoryTable stories(1000, 8192);
  for (int i = 0; i < 100; ++i) {
    LegFacts leg("call-" + std::to_string(i));
    leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite, 0, {{"reason_text", std::string(500, 'x')}});
    stories.add(leg.events[0]);
  }
  EXPECT_LT(stories.legs(), 16u);
  EXPECT_EQ(stories.legs() + stories.evicted(), 100u);
}

TEST(StoryTable, OneLegDoesNotFillIt) {
  StoryTable stories(10, kMuch);
  LegFacts leg;
  leg.event(EventName::info, 0, SIPSONDE_METHOD_info);
  for (int i = 0; i < 5000; ++i) stories.add(leg.events[0]);
  const LegStory& story = stories.take(leg.record);
  EXPECT_EQ(story.events.size() + story.left_out, 5000u);
  EXPECT_LE(story.events.size(), 512u);
}

}  // namespace
}  // namespace sipsonde
