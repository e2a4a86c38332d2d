// SPDX-License-Identifier: Apache-2.0
#include "cdr/courier.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "cdr_stage.h"
#include "store/retention.h"
#include "unit/base/said_lines.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAreArray;
using testing::SizeIs;
using Outcome = Courier::Outcome;

const Error kAway{"HTTP 503"};

class CourierTest : public testing::Test {
 protected:
  // A new one, as after a start.
  void start(std::size_t limit = 100) {
    receiver_ = std::make_unique<ScriptedReceiver>(limit);
    restart();
  }
  void restart() {
    courier_ = std::make_unique<Courier>(stage_.path(), *receiver_, stage_.cursor_file(), tally_);
  }
  Courier::Step step() {
    const Courier::Step step = courier_->step(now_);
    now_ += step.rest;
    return step;
  }
  // Steps until nothing waits any more; how many.
  int drain(int at_most = 10'000) {
    for (int steps = 1; steps <= at_most; ++steps)
      if (step().outcome == Outcome::idle) return steps;
    ADD_FAILURE() << "it does not come to an end";
    return at_most;
  }

  CdrStage stage_;
  SinkTally tally_;
  Courier::Clock::time_point now_ = Courier::Clock::now();
  std::unique_ptr<ScriptedReceiver> receiver_;
  std::unique_ptr<Courier> courier_;
};

TEST_F(CourierTest, BringsRowsInOrderAndTheCursorFollows) {
  start();
  stage_.write(250);
  EXPECT_EQ(step().outcome, Outcome::delivered);
  EXPECT_EQ(courier_->rows_waiting(), 150u);
  drain();
  ASSERT_THAT(receiver_->batches, SizeIs(3));
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(CdrStage::ids(1, 250)));
  EXPECT_EQ(stage_.rows_saved(), 250);
  EXPECT_EQ(tally_.sent, 250u);
  EXPECT_EQ(tally_.failed + tally_.dropped, 0u);
  EXPECT_EQ(courier_->rows_waiting(), 0u);
}

TEST_F(CourierTest, GoesOnBehindTheCursorAfterAStart) {
  start();
  stage_.write(30);
  drain();
  stage_.write(5);
  restart();
  drain();
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(CdrStage::ids(1, 35)));
}

TEST_F(CourierTest, AfterAnErrorTheSameRowsComeAgainThoughMoreAreThere) {
  start();
  stage_.write(10);
  receiver_->script = {kAway, kAway};
  EXPECT_EQ(step().outcome, Outcome::failed);
  EXPECT_TRUE(courier_->is_away());
  stage_.write(20);
  EXPECT_EQ(step().outcome, Outcome::failed);
  drain();
  EXPECT_FALSE(courier_->is_away());
  EXPECT_EQ(receiver_->batches[0], CdrStage::ids(1, 10));
  EXPECT_EQ(receiver_->batches[1], CdrStage::ids(1, 10));
  EXPECT_EQ(receiver_->batches[2], CdrStage::ids(1, 10));
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(CdrStage::ids(1, 30)));
  EXPECT_EQ(tally_.failed, 2u);
}

TEST_F(CourierTest, WaitsLongerAfterEachErrorUpToTenSecondsAndNeverInStep) {
  start();
  stage_.write(1);
  auto longest = Outage::kFirstPause;
  for (int attempt = 0; attempt < 12; ++attempt) {
    receiver_->script = {kAway};
    const Courier::Step failed = step();
    ASSERT_EQ(failed.outcome, Outcome::failed);
    EXPECT_GE(failed.rest, longest / 2);
    EXPECT_LE(failed.rest, longest);
    longest = std::min(longest * 2, Outage::kLongestPause);
  }
  EXPECT_EQ(step().outcome, Outcome::delivered);
  receiver_->script = {kAway};
  stage_.write(1);
  EXPECT_LE(step().rest, Outage::kFirstPause);
}

TEST_F(CourierTest, WaitsAsLongAsTheReceiverAsksForButNotForEver) {
  start();
  stage_.write(1);
  receiver_->script = {kAway, kAway};
  receiver_->asked = 7s;
  EXPECT_EQ(step().rest, 7s);
  receiver_->asked = 24h;
  EXPECT_EQ(step().rest, Outage::kLongestAsked);
}

TEST_F(CourierTest, WhatWasConfirmedInPartGoesOnInTheMiddle) {
  start();
  stage_.write(100);
  receiver_->script = {std::size_t{30}, kAway};
  drain();
  EXPECT_EQ(receiver_->batches[1], CdrStage::ids(31, 100));
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(CdrStage::ids(1, 100)));
  EXPECT_EQ(tally_.sent, 100u);
}

TEST_F(CourierTest, ARowThatIsRefusedForGoodIsPutAsideAndAllOthersCome) {
  start();
  stage_.write(300);
  receiver_->poison = {CdrStage::id(1), CdrStage::id(137), CdrStage::id(300)};
  drain();
  std::vector<std::string> others;
  for (const std::string& id : CdrStage::ids(1, 300))
    if (!receiver_->poison.contains(id)) others.push_back(id);
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(others));
  EXPECT_EQ(tally_.sent, 297u);
  EXPECT_EQ(tally_.dropped, 3u);
  EXPECT_EQ(stage_.rows_saved(), 300);
  const std::string aside = content_of(stage_.path() + "/cdr-http.refused.jsonl");
  EXPECT_EQ(std::ranges::count(aside, '\n'), 3);
  for (const std::string& id : receiver_->poison)
    EXPECT_NE(aside.find("\"call_id\":\"" + id + "\""), std::string::npos) << id;
  stage_.write(300);
  drain();
  EXPECT_THAT(receiver_->batches.back(), SizeIs(100)) << "batches stay small";
}

TEST_F(CourierTest, AKillAtAnyMomentBringsAtMostAHundredConfirmedRowsAgain) {
  for (const std::size_t limit : {7u, 60u, 100u}) {
    start(limit);
    const auto confirmed_before = static_cast<std::int64_t>(stage_.written);
    stage_.write(150);
    receiver_->before = [&] {
      const auto confirmed = confirmed_before + static_cast<std::int64_t>(receiver_->confirmed.size());
      // The batch on its way may be confirmed when the process dies.
      const auto on_the_way =
          static_cast<std::int64_t>(std::min<std::size_t>(limit, 150 - receiver_->confirmed.size()));
      EXPECT_LE(confirmed + on_the_way - stage_.rows_saved(), 100);
      EXPECT_GE(confirmed, stage_.rows_saved());
    };
    drain();
    EXPECT_EQ(stage_.rows_saved(), stage_.written);
  }
}

TEST_F(CourierTest, CatchesUpAtTheReceiversPace) {
  receiver_ = std::make_unique<ScriptedReceiver>(20);
  receiver_->pace = 200;
  restart();
  stage_.write(1000);
  const auto began = now_;
  std::vector<Courier::Clock::time_point> times;
  receiver_->before = [&] { times.push_back(now_); };
  while (step().outcome != Outcome::idle) ASSERT_LT(now_ - began, 60s);
  EXPECT_GT(now_ - began, 4500ms);
  EXPECT_LT(now_ - began, 6s);
  for (std::size_t first = 0; first < times.size(); ++first)
    EXPECT_LE(
        std::ranges::count_if(times, [&](auto at) { return at >= times[first] && at < times[first] + 1s; }),
        12);  // of 20 rows
}

TEST_F(CourierTest, RowsThatRetentionRemovedAreCountedAndTheRestComes) {
  start(10);
  stage_.write(30);
  stage_.now_ns += kDay_ns;
  stage_.write(5);
  receiver_->script = {kAway};
  EXPECT_EQ(step().outcome, Outcome::failed);  // ten are in hand
  EXPECT_EQ(courier_->rows_waiting(), 35u);
  remove_day(stage_.path(), kFirstDay);
  now_ += 2s;
  drain();
  EXPECT_EQ(tally_.dropped, 20u);
  EXPECT_EQ(tally_.sent, 15u);
  std::vector<std::string> come = CdrStage::ids(1, 10);
  for (const std::string& id : CdrStage::ids(31, 35)) come.push_back(id);
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(come));
  EXPECT_EQ(courier_->rows_waiting(), 0u);
}

TEST_F(CourierTest, ADiskThatCanBeReadAndNotWrittenIsTriedEverMoreSeldomAndSaidOnce) {
  const SaidLines said;
  start();
  const std::string in_the_way = stage_.path() + "/cdr-http.cursor.new";
  std::filesystem::create_directory(in_the_way);
  stage_.write(CursorFile::kRowsBehind);
  auto longest = Outage::kFirstPause;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Courier::Step failed = step();
    ASSERT_EQ(failed.outcome, Outcome::failed);
    EXPECT_GE(failed.rest, longest / 2);
    longest = std::min(longest * 2, Outage::kLongestPause);
  }
  EXPECT_THAT(said.lines(), SizeIs(1));
  std::filesystem::remove(in_the_way);
  drain();
  EXPECT_EQ(stage_.rows_saved(), 100);
  EXPECT_THAT(said.lines(), SizeIs(2));
  EXPECT_THAT(receiver_->confirmed, ElementsAreArray(CdrStage::ids(1, 100)));
}

TEST_F(CourierTest, WhatIsOfferedIsInSightWhileTheReceiverIsWaitedFor) {
  start();
  EXPECT_EQ(step().outcome, Outcome::idle);
  now_ -= 1ms;  // no second has passed
  stage_.write(10);
  std::uint64_t seen = 0;
  receiver_->before = [&] { seen = courier_->rows_waiting(); };
  EXPECT_EQ(step().outcome, Outcome::delivered);
  EXPECT_EQ(seen, 10u);
  EXPECT_EQ(courier_->rows_waiting(), 0u);
}

TEST_F(CourierTest, WithoutRowsItOnlyLooks) {
  start();
  EXPECT_EQ(step().outcome, Outcome::idle);
  EXPECT_THAT(receiver_->batches, SizeIs(0));
}

}  // namespace
}  // namespace sipsonde
