// SPDX-License-Identifier: Apache-2.0
#include "facts/timestamp.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct TimeCase {
  const char* name;
  std::uint64_t unix_ns;
  const char* text;
};

// The seconds are those of `date -u -d TEXT +%s`.
constexpr TimeCase kTimes[] = {
    {"Epoch", 0, "1970-01-01T00:00:00.000000000Z"},
    {"OneNanosecond", 1, "1970-01-01T00:00:00.000000001Z"},
    {"LeapDay", 1709210096'000000000, "2024-02-29T12:34:56.000000000Z"},
    {"EveryDigit", 1'700'000'000'123456789, "2023-11-14T22:13:20.123456789Z"},
    {"LastOfAYear", 1767225599'999999999, "2025-12-31T23:59:59.999999999Z"},
    {"CenturyThatIsNoLeapYear", 4107542400'000000000, "2100-03-01T00:00:00.000000000Z"},
    {"TheLast", UINT64_MAX, "2554-07-21T23:34:33.709551615Z"},
};

class Timestamp : public testing::TestWithParam<TimeCase> {};

TEST_P(Timestamp, IsRfc3339WithNineDecimals) {
  const auto text = timestamp_text(GetParam().unix_ns);
  EXPECT_EQ(std::string(text.data(), text.size()), GetParam().text);
}

TEST_P(Timestamp, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_timestamp(GetParam().text), GetParam().unix_ns);
}

INSTANTIATE_TEST_SUITE_P(Times, Timestamp, testing::ValuesIn(kTimes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(TimestampText, OfAnotherFormIsNoTime) {
  for (const char* text :
       {"", "2024-02-29", "2024-02-29T12:34:56Z", "2024-02-29 12:34:56.000000000Z",
        "2024-02-30T12:34:56.000000000Z", "2024-02-29T24:00:00.000000000Z", "2024-02-29T12:60:00.000000000Z",
        "2024-02-29T12:34:60.000000000Z", "1969-12-31T23:59:59.999999999Z", "2554-07-21T23:34:33.709551616Z",
        "9999-01-01T00:00:00.000000000Z", "2024-02-29T12:34:56.00000000xZ", "2024-02-29T12:34:56.000000000+"})
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sipsonde
