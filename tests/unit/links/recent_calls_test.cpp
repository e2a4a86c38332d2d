// SPDX-License-Identifier: Apache-2.0
#include "links/recent_calls.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
// Keys that stand side by side: they differ only where the place does not look.
constexpr LinkKey kBusy = 0x0100'0000'0000'0007;
constexpr LinkKey neighbour(std::uint64_t number) {
  return 0x0200'0000'0000'0007 + (number << 32);
}

LinkHandle handle(std::uint32_t index) {
  return {index, 1};
}

std::vector<std::uint32_t> calls_under(const RecentCalls& calls, LinkKey key) {
  std::vector<std::uint32_t> found;
  calls.visit(key, [&](LinkHandle call) { found.push_back(call.index); });
  return found;
}

TEST(RecentCalls, GivesTheNewestFirst) {
  RecentCalls calls(5 * kSecond);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_FALSE(calls.add(kBusy, i * kSecond, handle(i)));
  EXPECT_EQ(calls_under(calls, kBusy), (std::vector<std::uint32_t>{2, 1, 0}));
}

TEST(RecentCalls, AKeyThatEveryCallHasPushesOutNobody) {
  RecentCalls calls(5 * kSecond);
  EXPECT_FALSE(calls.add(neighbour(0), 0, handle(1000)));
  for (std::uint32_t i = 0; i < 500; ++i) EXPECT_FALSE(calls.add(kBusy, i, handle(i))) << i;
  EXPECT_FALSE(calls.add(neighbour(1), 500, handle(1001)));
  for (std::uint32_t i = 500; i < 600; ++i) EXPECT_FALSE(calls.add(kBusy, i, handle(i))) << i;
  EXPECT_EQ(calls_under(calls, kBusy), (std::vector<std::uint32_t>{599, 598, 597, 596}));
  EXPECT_EQ(calls_under(calls, neighbour(0)), (std::vector<std::uint32_t>{1000}));
  EXPECT_EQ(calls_under(calls, neighbour(1)), (std::vector<std::uint32_t>{1001}));
}

TEST(RecentCalls, SaysWhenARecentCallOfAnotherKeyIsLost) {
  RecentCalls calls(5 * kSecond);
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_FALSE(calls.add(neighbour(i), 0, handle(i)));
  EXPECT_TRUE(calls.add(neighbour(8), 5 * kSecond, handle(8)));
  EXPECT_TRUE(calls_under(calls, neighbour(0)).empty());
}

TEST(RecentCalls, WhatIsLongAgoIsNoLoss) {
  RecentCalls calls(5 * kSecond);
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_FALSE(calls.add(neighbour(i), 0, handle(i)));
  EXPECT_FALSE(calls.add(neighbour(8), 5 * kSecond + 1, handle(8)));
}

}  // namespace
}  // namespace sipsonde
