// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace sipsonde {
namespace {

TEST(Arena, KeepsTextsWhereTheyAre) {
  Arena arena(64, 4);
  std::vector<std::string> given;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 100; ++i) {
    given.push_back(std::string(static_cast<std::size_t>(i % 40), static_cast<char>('a' + i % 26)));
    kept.push_back(arena.keep(given.back()));
  }
  for (std::size_t i = 0; i < given.size(); ++i) EXPECT_EQ(kept[i], given[i]) << i;
}

TEST(Arena, HoldsATextThatIsLargerThanAChunk) {
  Arena arena(16, 1);
  const std::string large(1000, 'x');
  const std::string_view before = arena.keep("before");
  EXPECT_EQ(arena.keep(large), large);
  EXPECT_EQ(before, "before");
}

TEST(Arena, GivesAnEmptyViewForAnEmptyText) {
  Arena arena;
  EXPECT_TRUE(arena.keep("").empty());
}

TEST(Arena, AlignsValues) {
  Arena arena(256, 1);
  arena.keep("x");
  const auto numbers = arena.keep_array<std::uint64_t>(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t), 0u);
  EXPECT_EQ(numbers.size(), 3u);
}

TEST(Arena, UsesItsRoomAgain) {
  Arena arena(64, 2);
  const char* const first = arena.keep("one").data();
  arena.clear();
  EXPECT_EQ(arena.keep("two").data(), first);
}

TEST(Arena, LetsGoOfWhatOneLargeUseTook) {
  Arena arena(64, 2);
  for (int i = 0; i < 100; ++i) arena.keep(std::string(60, 'x'));
  arena.keep(std::string(5000, 'y'));
  arena.clear();
  const char* const first = arena.keep("a").data();
  const std::string full(63, 'b');
  arena.keep(full);
  const std::string_view third = arena.keep(full);
  EXPECT_EQ(third, full);
  EXPECT_NE(third.data(), first);
}

}  // namespace
}  // namespace sipsonde
