// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("ports", "ports"), 0u);
  EXPECT_EQ(edit_distance("port", "ports"), 1u);
  EXPECT_EQ(edit_distance("ports", "sports"), 1u);
  EXPECT_EQ(edit_distance("borts", "ports"), 1u);
  EXPECT_EQ(edit_distance("prots", "ports"), 1u);
  EXPECT_EQ(edit_distance("", "ports"), 5u);
  EXPECT_EQ(edit_distance("detect", "ports"), edit_distance("ports", "detect"));
}

TEST(EditDistance, OfHugeWordsIsBounded) {
  EXPECT_EQ(edit_distance(std::string(1 << 20, 'a'), std::string(1 << 20, 'b')), 64u);
}

TEST(Nearest, IsTheFirstOfTheClosest) {
  constexpr std::string_view kNames[] = {"detect", "ports", "sorts"};
  EXPECT_EQ(nearest("prots", kNames), "ports");
  EXPECT_EQ(nearest("qorts", kNames), "ports");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace sipsonde
