// SPDX-License-Identifier: Apache-2.0
#include "calls/hash_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "calls/text_hash.h"

namespace sipsonde {
namespace {

std::set<std::uint32_t> found(const HashIndex& index, std::uint64_t hash) {
  std::set<std::uint32_t> indices;
  index.visit(hash, [&](Handle handle) {
    indices.insert(handle.index);
    return false;
  });
  return indices;
}

TEST(HashIndex, FindsWhatWasInsertedAndNotErasedWhateverTheOrder) {
  std::mt19937_64 random(7);
  HashIndex index;
  std::map<std::uint64_t, std::set<std::uint32_t>> model;
  for (std::uint32_t step = 0; step < 50'000; ++step) {
    // Few hashes in few buckets: long runs of probes, wrapped around the end of the table.
    const std::uint64_t hash = (random() % 700) * 1021 + 1000;
    auto& held = model[hash];
    if (random() % 2 == 0 || held.empty()) {
      index.insert(hash, {step, 0});
      held.insert(step);
    } else {
      index.erase(hash, {*held.begin(), 0});
      held.erase(held.begin());
    }
  }
  for (const auto& [hash, held] : model) EXPECT_EQ(found(index, hash), held);
}

TEST(HashIndex, ErasingWhatIsNotThereChangesNothing) {
  HashIndex index;
  index.insert(5, {1, 0});
  index.erase(5, {2, 0});
  index.erase(6, {1, 0});
  EXPECT_EQ(found(index, 5), std::set<std::uint32_t>{1});
}

struct Thing : Pooled {
  int value = 3;
};

TEST(Pool, ReusesAnObjectAsNewAndItsOldHandleFindsNothing) {
  Pool<Thing> pool;
  Thing& first = pool.take();
  first.value = 4;
  const Handle handle = first.self;
  EXPECT_EQ(pool.find(handle), &first);
  pool.give(first);
  EXPECT_EQ(pool.find(handle), nullptr);
  Thing& second = pool.take();
  EXPECT_EQ(&second, &first);
  EXPECT_EQ(second.value, 3);
  EXPECT_EQ(pool.find(handle), nullptr);
  EXPECT_EQ(pool.size(), 1u);
}

TEST(AgeList, KeepsTheOrderInWhichObjectsCameWhenOneInTheMiddleGoes) {
  Pool<Thing> pool;
  AgeList<Thing> list;
  Thing& a = pool.take();
  Thing& b = pool.take();
  Thing& c = pool.take();
  list.add(a);
  list.add(b);
  list.add(c);
  list.remove(b);
  EXPECT_EQ(list.oldest(), &a);
  list.remove(a);
  EXPECT_EQ(list.oldest(), &c);
  list.remove(c);
  EXPECT_EQ(list.oldest(), nullptr);
}

TEST(KeyText, IsEqualOnlyForTheSameParts) {
  EXPECT_EQ(KeyText({"a", "bc"}, 1), KeyText({"a", "bc"}, 1));
  EXPECT_FALSE(KeyText({"a", "bc"}, 1) == KeyText({"ab", "c"}, 1));
}

TEST(KeyText, TellsLongTextsApartThatDifferOnlyBeyondWhatItHolds) {
  const std::string same(200, 'x');
  EXPECT_EQ(KeyText({same + "1", "host"}, 1), KeyText({same + "1", "host"}, 1));
  EXPECT_FALSE(KeyText({same + "1", "host"}, 1) == KeyText({same + "2", "host"}, 1));
  EXPECT_FALSE(KeyText({same, "host1"}, 1) == KeyText({same, "host2"}, 1));
}

TEST(HashText, DiffersByTextLengthAndSeed) {
  std::set<std::uint64_t> hashes;
  std::string text;
  for (int length = 0; length < 64; ++length) {
    hashes.insert(hash_text(text, 1));
    hashes.insert(hash_text(text, 2));
    text.push_back('\0');
  }
  EXPECT_EQ(hashes.size(), 128u);
}

}  // namespace
}  // namespace sipsonde
