// SPDX-License-Identifier: Apache-2.0
#include "script/bounded_texts.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace sipsonde {
namespace {

TEST(BoundedTexts, GivesATextOnePlaceAndKeepsIt) {
  BoundedTexts texts(4);
  const std::size_t place = texts.place_of("a");
  EXPECT_EQ(texts.place_of("a"), place);
  EXPECT_NE(texts.place_of("b"), place);
  EXPECT_EQ(*texts.at(place), "a");
}

TEST(BoundedTexts, HasNoPlaceBeyondItsBound) {
  BoundedTexts texts(3);
  for (const char* text : {"a", "b", "c"}) EXPECT_LT(texts.place_of(text), 3u) << text;
  EXPECT_EQ(texts.place_of("d"), texts.bound());
  EXPECT_LT(texts.place_of("b"), 3u) << "those that are in stay in";
}

TEST(BoundedTexts, ThatMayHoldNothingHoldsNothing) {
  BoundedTexts texts(0);
  EXPECT_EQ(texts.place_of("a"), 0u);
}

TEST(BoundedTexts, IsTheSameForAllThreads) {
  BoundedTexts texts(8);
  std::vector<std::vector<std::size_t>> places(4);
  std::vector<std::thread> threads;
  for (auto& own : places)
    threads.emplace_back([&texts, &own] {
      for (int i = 0; i < 16; ++i) own.push_back(texts.place_of(std::to_string(i)));
    });
  for (std::thread& thread : threads) thread.join();
  std::set<std::size_t> taken;
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t place = texts.place_of(std::to_string(i));
    if (place < texts.bound()) taken.insert(place);
    for (const auto& own : places) EXPECT_TRUE(own[i] == place || own[i] == texts.bound()) << i;
  }
  EXPECT_EQ(taken.size(), 8u);
}

}  // namespace
}  // namespace sipsonde
