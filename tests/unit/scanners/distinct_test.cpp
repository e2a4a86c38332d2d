// SPDX-License-Identifier: Apache-2.0
#include "scanners/distinct.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/hash.h"

namespace sipsonde {
namespace {

std::uint32_t hash_of(unsigned value) {
  return static_cast<std::uint32_t>(hash_bytes("value " + std::to_string(value), 1));
}

Distinct of_values(unsigned from, unsigned until) {
  Distinct distinct;
  for (unsigned value = from; value < until; ++value) distinct.add(hash_of(value));
  return distinct;
}

TEST(Distinct, CountsEachValueOnce) {
  Distinct distinct;
  EXPECT_TRUE(distinct.empty());
  EXPECT_EQ(distinct.count(), 0u);
  EXPECT_TRUE(distinct.add(7));
  EXPECT_FALSE(distinct.add(7));
  EXPECT_EQ(distinct.count(), 1u);
  EXPECT_TRUE(distinct.has(7));
  EXPECT_FALSE(distinct.has(8));
  distinct.clear();
  EXPECT_TRUE(distinct.empty());
  EXPECT_FALSE(distinct.has(7));
}

TEST(Distinct, TellsHowManyThereWereWithinAFewPerCent) {
  for (const unsigned count : {5u, 20u, 100u, 500u, 1000u, 2000u, 4000u}) {
    const double off = std::abs(static_cast<double>(of_values(0, count).count()) - count);
    EXPECT_LE(off, std::max(1.0, 0.08 * count)) << count;
  }
}

TEST(Distinct, TellsNoMoreThanItCan) {
  EXPECT_EQ(of_values(0, 100'000).count(), Distinct::kMost);
}

TEST(Distinct, CountsTwoTogether) {
  EXPECT_NEAR(Distinct::count_both(of_values(0, 200), of_values(100, 300)), 300, 15);
  EXPECT_EQ(Distinct::count_both({}, {}), 0u);
}

}  // namespace
}  // namespace sipsonde
