// SPDX-License-Identifier: Apache-2.0
#include "rating/rate_deck.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace sipsonde {
namespace {

PrefixRate line_of(std::string_view prefix, std::int64_t price, std::uint32_t line = 1) {
  PrefixRate made{.prefix = packed_digits(prefix),
                  .length = static_cast<std::uint8_t>(prefix.size()),
                  .line = line,
                  .rate = {}};
  made.rate.billionths_per_minute = price;
  return made;
}

RateDeck deck_of(const std::vector<PrefixRate>& lines) {
  RateDeck deck;
  Contradiction none;
  EXPECT_TRUE(RateDeck::compile(lines, deck, none));
  return deck;
}

// The price that tells which line was found, -1 for none.
std::int64_t found(const RateDeck& deck, std::string_view digits) {
  const Rate* rate = deck.find(digits);
  return rate ? rate->billionths_per_minute : -1;
}

TEST(RateDeck, TakesTheLongestPrefix) {
  const RateDeck deck = deck_of({line_of("49", 1), line_of("4930", 2), line_of("49301", 3), line_of("1", 4)});
  EXPECT_EQ(found(deck, "4940123"), 1);
  EXPECT_EQ(found(deck, "4930923"), 2);
  EXPECT_EQ(found(deck, "4930123"), 3);
  EXPECT_EQ(found(deck, "493"), 1);
  EXPECT_EQ(found(deck, "4930"), 2);
  EXPECT_EQ(found(deck, "49"), 1);
  EXPECT_EQ(found(deck, "15551230001"), 4);
  EXPECT_EQ(deck.prefixes(), 4u);
}

TEST(RateDeck, FindsNothingForANumberThatNoPrefixBegins) {
  const RateDeck deck = deck_of({line_of("49", 1), line_of("51", 2)});
  for (const std::string_view digits : {"", "4", "50", "48999", "5", "0", "9"})
    EXPECT_EQ(found(deck, digits), -1) << digits;
}

TEST(RateDeck, WithoutLinesFindsNothing) {
  EXPECT_EQ(found(RateDeck(), "49"), -1);
  EXPECT_EQ(found(deck_of({}), "49"), -1);
}

TEST(RateDeck, ANumberShorterThanAPrefixIsNotFilledWithZeroes) {
  const RateDeck deck = deck_of({line_of("49000", 1)});
  EXPECT_EQ(found(deck, "49"), -1);
  EXPECT_EQ(found(deck, "490"), -1);
  EXPECT_EQ(found(deck, "4900"), -1);
  EXPECT_EQ(found(deck, "49000"), 1);
}

TEST(RateDeck, TakesPrefixesAndNumbersOfEveryLength) {
  const RateDeck deck = deck_of({line_of("0", 1), line_of("9", 2), line_of("999999999999999", 3)});
  EXPECT_EQ(found(deck, "0"), 1);
  EXPECT_EQ(found(deck, "09999999999999999999999999999999"), 1);
  EXPECT_EQ(found(deck, "99999999999999"), 2);
  EXPECT_EQ(found(deck, "999999999999999"), 3);
  EXPECT_EQ(found(deck, "99999999999999900000000000000000"), 3);
}

TEST(RateDeck, LinesThatRepeatEachOtherAreOne) {
  const RateDeck deck = deck_of({line_of("49", 1, 1), line_of("49", 1, 2), line_of("49", 1, 3)});
  EXPECT_EQ(deck.prefixes(), 1u);
  EXPECT_EQ(found(deck, "49"), 1);
}

TEST(RateDeck, RefusesTwoPricesForOnePrefix) {
  RateDeck deck;
  Contradiction found;
  EXPECT_FALSE(
      RateDeck::compile({line_of("49", 1, 3), line_of("4", 1, 4), line_of("49", 2, 9)}, deck, found));
  EXPECT_EQ(found.line, 9u);
  EXPECT_EQ(found.other_line, 3u);
  EXPECT_EQ(found.digits, "49");
}

// Longest prefix by looking at every line.
std::int64_t found_by_looking(const std::vector<std::string>& prefixes, std::string_view digits) {
  std::int64_t best = -1;
  std::size_t length = 0;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    if (prefixes[i].size() <= length || !digits.starts_with(prefixes[i])) continue;
    best = static_cast<std::int64_t>(i % 7);
    length = prefixes[i].size();
  }
  return best;
}

// Few digits make many prefixes inside prefixes; few prices make neighbours that are one stretch.
TEST(RateDeck, AgreesWithLookingAtEveryLine) {
  std::mt19937 random(20260102);
  for (int round = 0; round < 300; ++round) {
    const int digits = 2 + round % 9;
    std::uniform_int_distribution<int> digit(0, digits - 1);
    std::uniform_int_distribution<std::size_t> length(1, round % 3 ? 5 : kPrefixDigitsMax);
    const auto number = [&](std::size_t size) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i)
        text.push_back(static_cast<char>('0' + (round % 2 ? 9 - digit(random) : digit(random))));
      return text;
    };
    std::vector<std::string> prefixes;
    for (int i = 0; i < 1 + round; ++i) {
      std::string prefix = number(length(random));
      if (std::ranges::find(prefixes, prefix) == prefixes.end()) prefixes.push_back(std::move(prefix));
    }
    std::vector<PrefixRate> lines;
    for (std::size_t i = 0; i < prefixes.size(); ++i)
      lines.push_back(line_of(prefixes[i], static_cast<std::int64_t>(i % 7)));
    std::ranges::shuffle(lines, random);
    const RateDeck deck = deck_of(lines);
    ASSERT_EQ(deck.prefixes(), prefixes.size());
    std::uniform_int_distribution<std::size_t> size(0, 20);
    for (int look = 0; look < 200; ++look) {
      const std::string called = number(size(random));
      ASSERT_EQ(found(deck, called), found_by_looking(prefixes, called)) << called;
    }
    for (const std::string& prefix : prefixes)
      ASSERT_EQ(found(deck, prefix), found_by_looking(prefixes, prefix)) << prefix;
  }
}

}  // namespace
}  // namespace sipsonde
