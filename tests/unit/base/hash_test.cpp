// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <random>
#include <set>
#include <string>

namespace sipsonde {
namespace {

// A multiplication modulo 2^64 moves its operand's top bit nowhere but to the top, whatever the seed. With
// one shift behind it that is two bits of the state, which a sender takes back with the same two of the next
// word.
std::uint64_t narrow_hash(std::string_view text, std::uint64_t seed) {
  constexpr std::uint64_t kOdd = 0x9fb21c651e98df25ULL;
  std::uint64_t hash = seed;
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 29;
  }
  return hash;
}

std::string with_bits_changed(std::string text) {
  constexpr std::size_t kTopBitOfTheFirstWord = 63;
  constexpr std::size_t kTopBitOfTheSecond = 64 + 63;
  constexpr std::size_t kWhereTheShiftPutsIt = 64 + 34;
  for (const std::size_t bit : {kTopBitOfTheFirstWord, kTopBitOfTheSecond, kWhereTheShiftPutsIt})
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
  return text;
}

TEST(Hash, HasNoPairsThatCollideForEverySeed) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t seed = random();
    const std::string one = "call-" + std::to_string(random()).substr(0, 11) + "@192.0.2.1 and more";
    const std::string other = with_bits_changed(one);
    ASSERT_EQ(narrow_hash(one.substr(0, 32), seed), narrow_hash(other.substr(0, 32), seed));
    ASSERT_NE(hash_bytes(one, seed), hash_bytes(other, seed));
  }
}

// The change of a bit, or of one bit in each of two words, meets the same change of the hash for few seeds
// only.
TEST(Hash, GivesAChangeAnotherEffectForEachSeed) {
  const std::string text = "0123456789abcdef0123456789abcdef01234567";
  for (std::size_t first = 0; first < 128; first += 9) {
    for (std::size_t second = 64; second < 192; second += 7) {
      std::string changed = text;
      changed[first / 8] = static_cast<char>(changed[first / 8] ^ (1 << (first % 8)));
      if (first != second) changed[second / 8] = static_cast<char>(changed[second / 8] ^ (1 << (second % 8)));
      std::set<std::uint64_t> effects;
      for (std::uint64_t seed = 0; seed < 64; ++seed)
        effects.insert(hash_bytes(text, seed) ^ hash_bytes(changed, seed));
      EXPECT_EQ(effects.size(), 64u) << first << " and " << second;
    }
  }
}

TEST(Hash, TellsTextsApartThatDifferInLengthAlone) {
  std::set<std::uint64_t> hashes;
  for (std::size_t length = 0; length <= 64; ++length)
    hashes.insert(hash_bytes(std::string(length, '\0'), 1));
  EXPECT_EQ(hashes.size(), 65u);
}

TEST(Hash, FollowsFromTextAndSeedAlone) {
  const std::string text = "xcall-1@192.0.2.1";
  EXPECT_EQ(hash_bytes(text, 1), hash_bytes(std::string_view(text), 1));
  EXPECT_EQ(hash_bytes(std::string_view(text).substr(1), 1), hash_bytes("call-1@192.0.2.1", 1));
  EXPECT_NE(hash_bytes(text, 1), hash_bytes(text, 2));
}

// Texts as they are on the wire: alike but for a number. Chi-squared over 256 cells has a mean of 255 and a
// deviation of 23.
TEST(Hash, SpreadsTextsThatAreNearlyTheSameOverAllBits) {
  constexpr int kTexts = 65'536;
  for (const std::uint64_t seed : {0ull, 1ull, 0x9e3779b97f4a7c15ull}) {
    for (const int shift : {0, 8, 24, 32, 56}) {
      std::array<int, 256> cells{};
      for (int i = 0; i < kTexts; ++i)
        ++cells[hash_bytes("call-" + std::to_string(i) + "@192.0.2.1", seed) >> shift & 0xff];
      double chi_squared = 0;
      for (const int cell : cells) chi_squared += (cell - 256.0) * (cell - 256.0) / 256.0;
      EXPECT_LT(chi_squared, 255 + 5 * 23) << seed << " " << shift;
    }
  }
}

TEST(Hash, ChangesHalfOfItsBitsWhenOneBitChanges) {
  std::mt19937_64 random(2);
  double changed = 0;
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    std::string text = std::to_string(random()) + std::to_string(random());
    const std::uint64_t before = hash_bytes(text, 7);
    const std::size_t bit = random() % (text.size() * 8);
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    changed += std::popcount(before ^ hash_bytes(text, 7));
  }
  EXPECT_NEAR(changed / kRounds, 32.0, 0.2);
}

}  // namespace
}  // namespace sipsonde
