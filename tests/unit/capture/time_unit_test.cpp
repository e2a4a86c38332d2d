// SPDX-License-Identifier: Apache-2.0
#include "capture/time_unit.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kLast = (UINT64_MAX / kSecond - 1) * kSecond;

struct TimeCase {
  const char* name;
  TimeUnit unit;
  std::uint64_t ticks;
  std::uint64_t expected_ns;
};

class Ticks : public testing::TestWithParam<TimeCase> {};

constexpr TimeCase kTimeCases[] = {
    {"Seconds", {false, 0, 0}, 3, 3 * kSecond},
    {"Microseconds", {false, 6, 0}, 1'500'000, 1'500'000'000},
    {"Nanoseconds", {false, 9, 0}, 7, 7},
    {"PicosecondsRoundDown", {false, 12, 0}, 1'999, 1},
    {"PicosecondsOfALongTime", {false, 12, 0}, 18'000'000'000'000'000'000u, 18'000'000 * kSecond},
    {"FinestDecimal", {false, 127, 0}, UINT64_MAX, 0},
    {"ExponentTwentyEight", {false, 28, 0}, UINT64_MAX, 1},
    {"BinarySeconds", {true, 0, 0}, 4, 4 * kSecond},
    {"BinaryHalf", {true, 1, 0}, 3, 1'500'000'000},
    {"BinaryThirtyTwo", {true, 32, 0}, (1ull << 32) + (1ull << 31), 1'500'000'000},
    {"BinarySixtyThree", {true, 63, 0}, (1ull << 63) + (1ull << 62), 1'500'000'000},
    {"BinarySixtyFour", {true, 64, 0}, 1ull << 63, 500'000'000},
    {"BinaryFinest", {true, 127, 0}, UINT64_MAX, 0},
    {"OffsetForward", {false, 6, 100}, 1'000'000, 101 * kSecond},
    {"OffsetBack", {false, 6, -1}, 3'000'000, 2 * kSecond},
    {"OffsetBeforeTheEpoch", {false, 6, -4}, 3'000'000, 0},
    {"OffsetOfAnyLengthBack", {false, 6, INT64_MIN}, UINT64_MAX, 0},
    {"OffsetOfAnyLengthForward", {false, 6, INT64_MAX}, UINT64_MAX, kLast},
    {"SecondsBeyondTheLast", {false, 0, 0}, UINT64_MAX, kLast},
};

TEST_P(Ticks, BecomeUnixNanoseconds) {
  EXPECT_EQ(GetParam().unit.to_unix_ns(GetParam().ticks), GetParam().expected_ns);
}

INSTANTIATE_TEST_SUITE_P(Units, Ticks, testing::ValuesIn(kTimeCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
