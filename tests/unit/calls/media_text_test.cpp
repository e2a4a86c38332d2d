// SPDX-License-Identifier: Apache-2.0
#include "calls/media_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace sipsonde {
namespace {

TEST(DecimalText, HasNoMoreDecimalsThanItNeeds) {
  const struct {
    double value;
    int decimals;
    std::string_view text;
  } cases[] = {
      {3.25, 3, "3.25"}, {3.2496, 3, "3.25"},         {0, 3, "0"},        {0.0004, 3, "0"},
      {100, 3, "100"},   {4.41, 2, "4.41"},           {4.406, 2, "4.41"}, {4, 2, "4"},
      {10, 0, "10"},     {1e6, 1, "1000000"},         {-1.5, 1, "-1.5"},  {0.05, 1, "0.1"},
      {1200, 0, "1200"}, {65535.999, 3, "65535.999"},
  };
  for (const auto& test : cases) {
    Arena arena;
    EXPECT_EQ(decimal_text(test.value, test.decimals, arena), test.text) << test.value;
  }
}

TEST(DecimalText, OfWhatDoesNotFitIsEmpty) {
  Arena arena;
  EXPECT_EQ(decimal_text(std::numeric_limits<double>::max(), 3, arena), "");
}

TEST(DecimalText, LivesInTheArena) {
  Arena arena;
  const std::string_view first = decimal_text(1.5, 3, arena);
  const std::string_view second = decimal_text(2.5, 3, arena);
  EXPECT_EQ(first, "1.5");
  EXPECT_EQ(second, "2.5");
}

}  // namespace
}  // namespace sipsonde
