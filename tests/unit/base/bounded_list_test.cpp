// SPDX-License-Identifier: Apache-2.0
#include "base/bounded_list.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace sipsonde {
namespace {

struct Named {
  std::string_view name = "nobody";
  BoundedList<int, 2> numbers;
};

std::vector<int> numbers_in(const BoundedList<int, 2>& list) {
  return {list.begin(), list.end()};
}

TEST(BoundedList, TakesValuesUntilItIsFull) {
  BoundedList<int, 2> list;
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(list.add(7) && list.add(8));
  EXPECT_FALSE(list.add(9));
  EXPECT_EQ(list.add(), nullptr);
  EXPECT_EQ(numbers_in(list), (std::vector{7, 8}));
  EXPECT_EQ(list.size(), list.capacity());
}

TEST(BoundedList, BeginsAnewWhenCleared) {
  BoundedList<Named, 2> list;
  Named* const first = list.add();
  first->name = "alice";
  first->numbers.add(1);
  list.clear();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.add()->name, "nobody");
  EXPECT_TRUE(list[0].numbers.empty());
}

TEST(BoundedList, IsCopiedAsFarAsItReaches) {
  BoundedList<Named, 3> list;
  list.add()->numbers.add(4);
  BoundedList<Named, 3> copy = list;
  list[0].numbers.add(5);
  EXPECT_EQ(numbers_in(copy[0].numbers), (std::vector{4}));
  copy = list;
  EXPECT_EQ(numbers_in(copy[0].numbers), (std::vector{4, 5}));
  const auto& itself = copy;
  copy = itself;
  EXPECT_EQ(copy.size(), 1u);
}

}  // namespace
}  // namespace sipsonde
