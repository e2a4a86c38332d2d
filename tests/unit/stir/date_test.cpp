// SPDX-License-Identifier: Apache-2.0
#include "stir/date.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view value;
  std::optional<std::int64_t> seconds;
};

class Date : public testing::TestWithParam<Case> {};

TEST_P(Date, IsRead) {
  EXPECT_EQ(decode_date(GetParam().value), GetParam().seconds);
}

const Case kCases[] = {
    {"OfTheRfc", "Sat, 13 Nov 2010 23:29:00 GMT", 1'289'690'940},
    {"Epoch", "Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"BeforeTheEpoch", "Wed, 31 Dec 1969 23:59:59 GMT", -1},
    {"LeapDay", "Thu, 29 Feb 2024 12:00:00 GMT", 1'709'208'000},
    {"NoLeapDay", "Sat, 29 Feb 2025 12:00:00 GMT", std::nullopt},
    {"LeapSecond", "Sat, 31 Dec 2016 23:59:60 GMT", 1'483'228'800},
    {"OtherZone", "Sat, 13 Nov 2010 23:29:00 CET", std::nullopt},
    {"UnknownMonth", "Sat, 13 Nox 2010 23:29:00 GMT", std::nullopt},
    {"HourTooLate", "Sat, 13 Nov 2010 24:29:00 GMT", std::nullopt},
    {"OneDigitDay", "Sat, 3 Nov 2010 23:29:00 GMT", std::nullopt},
    {"NoDigits", "Sat, xx Nov 2010 23:29:00 GMT", std::nullopt},
    {"Short", "Sat, 13 Nov 2010", std::nullopt},
    {"Long", "Sat, 13 Nov 2010 23:29:00 GMT ", std::nullopt},
    {"Empty", "", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(Headers, Date, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
