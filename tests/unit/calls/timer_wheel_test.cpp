// SPDX-License-Identifier: Apache-2.0
#include "calls/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;
constexpr std::uint64_t kNow = 1'700'000'000 * kSecond_ns;

TEST(TimerWheel, FiresATimerAtItsNanosecondAndNotBefore) {
  TimerWheel wheel;
  Timer timer;
  wheel.schedule(timer, kNow + 32 * kSecond_ns);
  EXPECT_EQ(wheel.take_due(kNow), nullptr);
  EXPECT_EQ(wheel.take_due(kNow + 32 * kSecond_ns - 1), nullptr);
  EXPECT_EQ(wheel.take_due(kNow + 32 * kSecond_ns), &timer);
  EXPECT_FALSE(timer.armed);
  EXPECT_EQ(wheel.take_due(kNow + 64 * kSecond_ns), nullptr);
}

TEST(TimerWheel, FiresInOrderOfDueTimeThenOfScheduling) {
  TimerWheel wheel;
  Timer late, first, second, early;
  wheel.schedule(late, kNow + 5);
  wheel.schedule(first, kNow + 3);
  wheel.schedule(second, kNow + 3);
  wheel.schedule(early, kNow + 1);
  std::vector<Timer*> order;
  while (Timer* const timer = wheel.take_due(kNow + 10)) order.push_back(timer);
  EXPECT_EQ(order, (std::vector<Timer*>{&early, &first, &second, &late}));
}

TEST(TimerWheel, MovesATimerThatIsScheduledAgain) {
  TimerWheel wheel;
  Timer timer;
  wheel.schedule(timer, kNow + kSecond_ns);
  wheel.schedule(timer, kNow + 3 * kSecond_ns);
  EXPECT_EQ(wheel.take_due(kNow + 2 * kSecond_ns), nullptr);
  EXPECT_EQ(wheel.take_due(kNow + 3 * kSecond_ns), &timer);
}

TEST(TimerWheel, NeverFiresACancelledTimer) {
  TimerWheel wheel;
  Timer timer;
  wheel.schedule(timer, kNow + kSecond_ns);
  wheel.cancel(timer);
  wheel.cancel(timer);
  EXPECT_EQ(wheel.take_due(kNow + 10 * kSecond_ns), nullptr);
}

TEST(TimerWheel, FiresWhatIsScheduledInThePastAtOnceAndIgnoresTimeThatStepsBack) {
  TimerWheel wheel;
  Timer timer;
  EXPECT_EQ(wheel.take_due(kNow), nullptr);
  wheel.schedule(timer, kNow - kSecond_ns);
  EXPECT_EQ(wheel.take_due(kNow - 2 * kSecond_ns), nullptr);
  EXPECT_EQ(wheel.take_due(kNow - kSecond_ns), &timer);
}

TEST(TimerWheel, HoldsATimeAtTheEndOfTime) {
  TimerWheel wheel;
  Timer timer;
  wheel.schedule(timer, UINT64_MAX);
  EXPECT_EQ(wheel.take_due(UINT64_MAX - 1), nullptr);
  EXPECT_EQ(wheel.take_due(UINT64_MAX), &timer);
}

// Against a sorted map: any mix of delays from nanoseconds to days, with cancelling and idle gaps.
TEST(TimerWheel, FiresExactlyWhatAModelFiresInTheSameOrder) {
  std::mt19937_64 random(11);
  TimerWheel wheel;
  std::vector<Timer> timers(2000);
  std::multimap<std::uint64_t, Timer*> model;
  const auto forget = [&](Timer* timer) {
    for (auto [it, end] = model.equal_range(timer->due_ns); it != end; ++it)
      if (it->second == timer) return void(model.erase(it));
  };
  std::uint64_t now = kNow;
  for (int round = 0; round < 2000; ++round) {
    for (int i = 0; i < 10; ++i) {
      Timer& timer = timers[random() % timers.size()];
      if (timer.armed) forget(&timer);
      if (random() % 8 == 0) {
        wheel.cancel(timer);
        continue;
      }
      const std::uint64_t due = now + (random() >> (random() % 44 + 18));
      wheel.schedule(timer, due);
      model.emplace(due, &timer);
    }
    now += random() >> (random() % 40 + 20);
    while (!model.empty() && model.begin()->first <= now) {
      ASSERT_EQ(wheel.take_due(now), model.begin()->second) << "round " << round;
      model.erase(model.begin());
    }
    ASSERT_EQ(wheel.take_due(now), nullptr) << "round " << round;
  }
}

}  // namespace
}  // namespace sipsonde
