// SPDX-License-Identifier: Apache-2.0
#include "rating/rate.h"

#include <gtest/gtest.h>

#include <random>

namespace sipsonde {
namespace {

constexpr std::int64_t kUnit = 1'000'000'000;  // of a price a minute

Rate rate_of(std::int64_t billionths, std::uint32_t first, std::uint32_t next) {
  return Rate{.billionths_per_minute = billionths, .first_seconds = first, .next_seconds = next};
}

struct Increments {
  const char* name;
  std::uint32_t first, next;
  std::uint64_t billable_ms, seconds;
};

class ChargedSeconds : public testing::TestWithParam<Increments> {};

TEST_P(ChargedSeconds, AreWholeIncrements) {
  const Increments& test = GetParam();
  EXPECT_EQ(charged_seconds(rate_of(kUnit, test.first, test.next), test.billable_ms), test.seconds);
}

constexpr Increments kIncrements[] = {
    {"AnsweredAndGone", 60, 60, 0, 60},
    {"OneMillisecond", 60, 60, 1, 60},
    {"JustTheFirst", 60, 60, 60'000, 60},
    {"AMillisecondMore", 60, 60, 60'001, 120},
    {"ASecondLess", 60, 60, 59'999, 60},
    {"FirstThenSeconds", 30, 6, 30'001, 36},
    {"FirstThenSecondsExactly", 30, 6, 36'000, 36},
    {"SecondsOnly", 1, 1, 10'000, 10},
    {"SecondsOnlyBegun", 1, 1, 10'040, 11},
    {"NoFirst", 0, 60, 0, 0},
    {"NoFirstBegun", 0, 60, 1, 60},
    {"ADayAtOnce", 86'400, 86'400, 1, 86'400},
    {"ThirtyYears", 1, 1, 946'080'000'000, 946'080'000},
};
INSTANTIATE_TEST_SUITE_P(Calls, ChargedSeconds, testing::ValuesIn(kIncrements),
                         [](const auto& test) { return std::string(test.param.name); });

struct Price {
  const char* name;
  std::int64_t billionths;
  std::uint32_t first, next;
  std::uint64_t billable_ms;
  std::int64_t micros;
};

class PriceMicros : public testing::TestWithParam<Price> {};

TEST_P(PriceMicros, AreExactAndRoundedOnce) {
  const Price& test = GetParam();
  EXPECT_EQ(price_micros(rate_of(test.billionths, test.first, test.next), test.billable_ms), test.micros);
}

constexpr Price kPrices[] = {
    {"Nothing", 0, 60, 60, 90'000, 0},
    {"AMinute", kUnit, 60, 60, 60'000, 1'000'000},
    {"TwoMinutesBegun", kUnit / 10, 60, 60, 60'001, 200'000},
    {"TenSecondsOfAThird", 333'333'333, 1, 1, 10'000, 55'556},  // 55555.5555 up
    {"HalfAMillionth", 30'000, 1, 1, 1'000, 1},                 // 0.5 up
    {"JustBelowHalf", 29'999, 1, 1, 1'000, 0},                  // 0.49998
    {"OneAndAHalf", 90'000, 1, 1, 1'000, 2},                    // 1.5 up
    {"TheSmallestPrice", 1, 60, 60, 60'000, 0},                 // a thousandth of a millionth
    {"TheSmallestPriceLong", 1, 1, 1, 30'000'000, 1},           // 500 minutes: 0.5 up
    {"AMillionAMinute", 1'000'000 * kUnit, 60, 60, 3'600'000, 60'000'000'000'000},
    {"SixtySecondsAsIncrements", 12'500'000, 6, 6, 59'000, 12'500},
};
INSTANTIATE_TEST_SUITE_P(Calls, PriceMicros, testing::ValuesIn(kPrices),
                         [](const auto& test) { return std::string(test.param.name); });

// The same by the definition, in wider numbers.
TEST(PriceMicros, AgreeWithLongDivision) {
  __extension__ typedef unsigned __int128 Wide;
  std::mt19937_64 random(20260101);
  std::uniform_int_distribution<std::int64_t> price(0, 1000 * kUnit);
  std::uniform_int_distribution<std::uint32_t> increment(1, 120);
  std::uniform_int_distribution<std::uint64_t> length(0, 40'000'000);
  for (int round = 0; round < 20'000; ++round) {
    const Rate rate = rate_of(price(random), increment(random), increment(random));
    const std::uint64_t billable_ms = length(random);
    std::uint64_t seconds = rate.first_seconds;
    while (seconds * 1000 < billable_ms) seconds += rate.next_seconds;
    ASSERT_EQ(charged_seconds(rate, billable_ms), seconds);
    const Wide product = static_cast<Wide>(rate.billionths_per_minute) * seconds;
    ASSERT_EQ(price_micros(rate, billable_ms), static_cast<std::int64_t>((product + 30'000) / 60'000));
  }
}

TEST(PriceMicros, AreUnknownWhereTheyDoNotFit) {
  EXPECT_EQ(price_micros(rate_of(1'000'000 * kUnit, 1, 1), ~0ull), std::nullopt);
}

}  // namespace
}  // namespace sipsonde
