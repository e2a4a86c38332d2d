// SPDX-License-Identifier: Apache-2.0
#include "api/time_text.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

constexpr std::uint64_t kNoon = 1'772'366'400;  // 2026-03-01T12:00:00Z

struct TimeCase {
  std::string_view text;
  std::optional<std::uint64_t> time_ns;
};

TEST(ParseRfc3339, TakesWhatTheGrammarTakesAndNothingElse) {
  constexpr std::uint64_t kBase = kNoon * 1'000'000'000;
  const TimeCase cases[] = {
      {"2026-03-01T12:00:00Z", kBase},
      {"2026-03-01t12:00:00z", kBase},
      {"2026-03-01 12:00:00Z", kBase},
      {"2026-03-01T12:00:00.5Z", kBase + 500'000'000},
      {"2026-03-01T12:00:00.000000001Z", kBase + 1},
      {"2026-03-01T13:30:00+01:30", kBase},
      {"2026-03-01T04:00:00-08:00", kBase},
      {"2026-03-01T11:59:60Z", kBase},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000'000'000},
      {"1970-01-01T00:00:00Z", 0},
      {"2261-12-31T23:59:59Z", 9'214'646'399'000'000'000},
      {"", std::nullopt},
      {"now", std::nullopt},
      {"2026-03-01", std::nullopt},
      {"2026-03-01T12:00:00", std::nullopt},
      {"2026-03-01T12:00Z", std::nullopt},
      {"2026-03-01T24:00:00Z", std::nullopt},
      {"2026-03-01T12:60:00Z", std::nullopt},
      {"2026-02-29T12:00:00Z", std::nullopt},
      {"2026-13-01T12:00:00Z", std::nullopt},
      {"2026-03-00T12:00:00Z", std::nullopt},
      {"2026-3-1T12:00:00Z", std::nullopt},
      {"2026-03-01T12:00:00.Z", std::nullopt},
      {"2026-03-01T12:00:00.0000000001Z", std::nullopt},
      {"2026-03-01T12:00:00+24:00", std::nullopt},
      {"2026-03-01T12:00:00+0100", std::nullopt},
      {"2026-03-01T12:00:00Z ", std::nullopt},
      {"1969-12-31T23:59:59Z", std::nullopt},
      {"1970-01-01T00:00:00+01:00", std::nullopt},
      {"2262-01-01T00:00:00Z", std::nullopt},
      {"20\0006-03-01T12:00:00Z", std::nullopt},
  };
  for (const TimeCase& test : cases) EXPECT_EQ(parse_rfc3339(test.text), test.time_ns) << test.text;
}

TEST(ParseTimeMs, TakesDaysAndNumbersToo) {
  EXPECT_EQ(parse_time_ms("2026-03-01T12:00:00.25Z"), kNoon * 1000 + 250);
  EXPECT_EQ(parse_time_ms("2026-03-01"), (kNoon - 12 * 3600) * 1000);
  EXPECT_EQ(parse_time_ms("1772366400"), kNoon * 1000);
  EXPECT_EQ(parse_time_ms("1772366400000"), kNoon * 1000);
  EXPECT_EQ(parse_time_ms("0"), 0);
  for (const char* text : {"", "-1", "1.5", "2026-03", "2026-03-01T", "1772366400s", "9223372036854775807",
                           "99999999999999999999", "yesterday"})
    EXPECT_EQ(parse_time_ms(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sipsonde
