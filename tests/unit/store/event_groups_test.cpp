// SPDX-License-Identifier: Apache-2.0
#include "store/event_groups.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

class EventGroupsTest : public testing::Test {
 protected:
  void add(EventName name, std::string_view call_id, std::optional<std::uint32_t> leg,
           std::uint64_t time_ns) {
    groups_.add(event_at(name, call_id, leg, time_ns), FactContext{&stage_.trunks, stage_.node});
  }
  StoreStage stage_;
  EventGroups groups_;
};

TEST_F(EventGroupsTest, EventsOfALegAreOneGroupInTheirOrder) {
  add(EventName::invite, "a", 0, 20);
  add(EventName::invite, "b", 0, 21);
  add(EventName::trying, "a", 0, 10);
  ASSERT_EQ(groups_.all().size(), 2u);
  const EventGroup& group = groups_.all()[0];
  EXPECT_EQ(group.first_ns, 10u);
  EXPECT_EQ(group.last_ns, 20u);
  EXPECT_LT(group.lines.find("sip.invite"), group.lines.find("sip.trying"));
  EXPECT_EQ(std::ranges::count(group.lines, '\n'), 2);
  EXPECT_EQ(groups_.bytes(), group.lines.size() + groups_.all()[1].lines.size());
}

TEST_F(EventGroupsTest, NoLegAndTheFirstLegAreDifferent) {
  add(EventName::options, "a", std::nullopt, 1);
  add(EventName::invite, "a", 0, 1);
  add(EventName::options, "a", std::nullopt, 2);
  EXPECT_EQ(groups_.all().size(), 2u);
}

TEST_F(EventGroupsTest, OnlyTheAnswerOfALegAnswersIt) {
  add(EventName::invite, "a", 0, 1);
  EXPECT_FALSE(groups_.find("a", 0)->answered);
  add(EventName::answered, "a", 0, 1);
  EXPECT_TRUE(groups_.find("a", 0)->answered);
  EXPECT_EQ(groups_.find("a", 1), nullptr);
  EXPECT_EQ(groups_.find("b", 0), nullptr);
}

TEST_F(EventGroupsTest, AClearedOneKnowsNothingOfBefore) {
  for (const int calls : {4100, 20}) {
    for (int call = 0; call < calls; ++call) add(EventName::answered, std::to_string(call), 0, 1);
    groups_.find("17", 0)->ended = true;
    groups_.clear();
    EXPECT_EQ(groups_.all().size(), 0u);
    EXPECT_EQ(groups_.bytes(), 0u);
    EXPECT_EQ(groups_.find("17", 0), nullptr);
    add(EventName::invite, "17", 0, 5);
    const EventGroup& fresh = groups_.all()[0];
    EXPECT_FALSE(fresh.answered);
    EXPECT_FALSE(fresh.ended);
    EXPECT_EQ(fresh.first_ns, 5u);
    EXPECT_EQ(std::ranges::count(fresh.lines, '\n'), 1);
    groups_.clear();
  }
}

}  // namespace
}  // namespace sipsonde
