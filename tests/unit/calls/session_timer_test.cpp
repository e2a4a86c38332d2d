// SPDX-License-Identifier: Apache-2.0
#include "calls/session_timer.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;
constexpr std::uint64_t kStart_ns = 1'700'000'000 * kSecond_ns;

constexpr std::uint64_t at(double seconds) {
  return kStart_ns + static_cast<std::uint64_t>(seconds * 1000 + 0.5) * 1'000'000;
}

SessionTerms terms(double seconds, std::optional<std::uint32_t> interval, Side refresher = Side::unknown) {
  return {at(seconds), interval, refresher};
}

TEST(Refresher, IsRelativeToItsOwnTransaction) {
  EXPECT_EQ(refresher_named("uac", Side::caller), Side::caller);
  EXPECT_EQ(refresher_named("uas", Side::caller), Side::callee);
  EXPECT_EQ(refresher_named("uac", Side::callee), Side::callee);
  EXPECT_EQ(refresher_named("uas", Side::callee), Side::caller);
  EXPECT_EQ(refresher_named("UAC", Side::callee), Side::callee);
  EXPECT_EQ(refresher_named("", Side::caller), Side::unknown);
  EXPECT_EQ(refresher_named("uax", Side::caller), Side::unknown);
  EXPECT_EQ(refresher_named("uas", Side::unknown), Side::unknown);
}

TEST(SessionTimer, RunsFromTheLast2xxOn) {
  SessionTimer timer;
  EXPECT_EQ(timer.deadline_ns(), UINT64_MAX);
  timer.establish(terms(1, 90, Side::caller));
  EXPECT_EQ(timer.deadline_ns(), at(91));
  timer.refresh(terms(46, 90, Side::caller));
  EXPECT_EQ(timer.deadline_ns(), at(136));
}

TEST(SessionTimer, TakesTheIntervalThatThe2xxNames) {
  SessionTimer timer;
  timer.establish(terms(0, 1800));
  timer.refresh(terms(900, 120));
  EXPECT_EQ(timer.deadline_ns(), at(1020));
}

TEST(SessionTimer, IsSwitchedOffByA2xxWithoutInterval) {
  SessionTimer timer;
  timer.establish(terms(0, 90, Side::caller));
  EXPECT_EQ(timer.refresh(terms(45, std::nullopt)), SessionRefresh::ok);
  EXPECT_FALSE(timer.runs());
  EXPECT_EQ(timer.deadline_ns(), UINT64_MAX);
  // Who refreshed before does not matter any more.
  EXPECT_EQ(timer.refresh(terms(60, 90, Side::callee)), SessionRefresh::ok);
  EXPECT_EQ(timer.deadline_ns(), at(150));
}

TEST(SessionTimer, TellsASwapFromARefresh) {
  SessionTimer timer;
  timer.establish(terms(0, 90, Side::caller));
  EXPECT_EQ(timer.refresh(terms(40, 90, Side::caller)), SessionRefresh::ok);
  EXPECT_EQ(timer.refresh(terms(80, 90, Side::callee)), SessionRefresh::role_swap);
  EXPECT_EQ(timer.refresh(terms(120, 90, Side::callee)), SessionRefresh::ok);
  EXPECT_EQ(timer.refresh(terms(160, 90, Side::unknown)), SessionRefresh::ok);
  EXPECT_EQ(timer.refresh(terms(200, 90, Side::caller)), SessionRefresh::role_swap);
}

TEST(SessionTimer, HasNoSwapWhereNobodyWasNamedBefore) {
  SessionTimer timer;
  timer.establish(terms(0, 90));
  EXPECT_EQ(timer.refresh(terms(40, 90, Side::callee)), SessionRefresh::ok);
  EXPECT_EQ(timer.refresh(terms(80, 90, Side::caller)), SessionRefresh::role_swap);
}

TEST(SessionTimer, IsNotShortenedByA2xxThatWasOvertaken) {
  SessionTimer timer;
  timer.establish(terms(0, 90, Side::caller));
  timer.refresh(terms(45.01, 90, Side::caller));
  EXPECT_EQ(timer.refresh(terms(45, 90, Side::caller)), SessionRefresh::ok);
  EXPECT_EQ(timer.deadline_ns(), at(135.01));
}

TEST(SessionTimer, ByeIsOfTheTimerFromItsMarginOn) {
  const struct {
    std::uint32_t interval;
    double margin_from;  // seconds after the 2xx; the two ends may be half a second apart
  } cases[] = {{90, 60}, {96, 64}, {1800, 1768}, {3, 2}};
  for (const auto& test : cases) {
    SessionTimer timer;
    timer.establish(terms(0, test.interval));
    EXPECT_FALSE(timer.is_given_up_at(at(test.margin_from - 0.6))) << test.interval;
    EXPECT_TRUE(timer.is_given_up_at(at(test.margin_from - 0.4))) << test.interval;
    EXPECT_TRUE(timer.is_given_up_at(at(test.margin_from))) << test.interval;
    EXPECT_TRUE(timer.is_given_up_at(at(test.interval))) << test.interval;
    EXPECT_TRUE(timer.is_given_up_at(at(test.interval + 1000))) << test.interval;
  }
  EXPECT_FALSE(SessionTimer().is_given_up_at(at(5000)));
}

TEST(SessionTimer, BearsAnyNumberThatAMessageCanSay) {
  for (const std::uint32_t interval : {0u, 1u, 0x7fffffffu, 0xffffffffu}) {
    SessionTimer timer;
    timer.establish(terms(0, interval));
    EXPECT_EQ(timer.runs(), interval != 0);
    EXPECT_EQ(timer.deadline_ns(), interval == 0 ? UINT64_MAX : kStart_ns + interval * kSecond_ns);
  }
}

TEST(RefusedIntervals, WentThroughOnceALeg) {
  RefusedIntervals refused;
  EXPECT_FALSE(refused.accept(Side::caller));
  refused.refuse(Side::caller, at(0));
  refused.retry(Side::caller);
  refused.refuse(Side::caller, at(1));
  refused.retry(Side::caller);
  EXPECT_TRUE(refused.accept(Side::caller));
  refused.refuse(Side::callee, at(50));
  refused.retry(Side::callee);
  EXPECT_FALSE(refused.accept(Side::callee));
}

TEST(RefusedIntervals, AreGivenUpAfter32SecondsWithoutAnotherAttempt) {
  RefusedIntervals refused;
  EXPECT_EQ(refused.due_ns(), UINT64_MAX);
  EXPECT_EQ(refused.give_up(at(1000)), 0);
  refused.refuse(Side::caller, at(5));
  EXPECT_EQ(refused.due_ns(), at(37));
  EXPECT_EQ(refused.give_up(at(36.9)), 0);
  EXPECT_EQ(refused.give_up(at(37)), 1);
  EXPECT_EQ(refused.give_up(at(1000)), 0);
  // An attempt that comes after all of that is one of its own.
  refused.retry(Side::caller);
  EXPECT_FALSE(refused.accept(Side::caller));
}

TEST(RefusedIntervals, AreEachSidesOwn) {
  RefusedIntervals refused;
  refused.refuse(Side::caller, at(0));
  refused.refuse(Side::callee, at(1));
  refused.retry(Side::callee);
  EXPECT_EQ(refused.due_ns(), at(32));
  EXPECT_EQ(refused.give_up(at(40)), 1);
  EXPECT_TRUE(refused.accept(Side::callee));
}

}  // namespace
}  // namespace sipsonde
