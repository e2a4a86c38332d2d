// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_time.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kNow = 3'000 * kSecond;

HepEventTime taken(const std::optional<HepTime>& sent) {
  return event_time_of(sent, {kNow, 1'700'000'000 * kSecond});
}

TEST(HepTime, ASendersTimeIsTaken) {
  const HepEventTime taken_time = taken(HepTime{1'699'999'999, 750'000});
  EXPECT_EQ(taken_time.time_ns, kNow - kSecond / 4);
  EXPECT_FALSE(taken_time.fault);
}

TEST(HepTime, FiveSecondsBehindIsTheMost) {
  EXPECT_EQ(taken(HepTime{1'699'999'995, 0}).time_ns, kNow - 5 * kSecond);
  const HepEventTime older = taken(HepTime{1'699'999'994, 999'999});
  EXPECT_EQ(older.time_ns, kNow);
  EXPECT_EQ(older.fault, HepTimeFault::behind);
}

TEST(HepTime, WhatIsAheadIsReplaced) {
  const HepEventTime ahead = taken(HepTime{1'700'000'000, 1'001});
  EXPECT_EQ(ahead.time_ns, kNow);
  EXPECT_EQ(ahead.fault, HepTimeFault::ahead);
  EXPECT_EQ(taken(HepTime{0xffff'ffff, 999'999}).fault, HepTimeFault::ahead);
}

TEST(HepTime, AMillisecondAheadIsNoFaultButNotTheFutureEither) {
  const HepEventTime little = taken(HepTime{1'700'000'000, 1'000});
  EXPECT_EQ(little.time_ns, kNow);
  EXPECT_FALSE(little.fault);
}

TEST(HepTime, WithoutOneItIsTheTimeOfArrival) {
  EXPECT_EQ(taken(std::nullopt).time_ns, kNow);
  EXPECT_EQ(taken(std::nullopt).fault, HepTimeFault::absent);
  EXPECT_EQ(taken(HepTime{0, 1}).fault, HepTimeFault::behind);
}

TEST(HepTime, AHostThatHasJustStartedHasNoTimeBefore) {
  EXPECT_EQ(event_time_of(HepTime{1'699'999'998, 0}, {kSecond, 1'700'000'000 * kSecond}).time_ns, 0u);
}

}  // namespace
}  // namespace sipsonde
