// SPDX-License-Identifier: Apache-2.0
// Prefixes of telephone numbers and their rates, compiled for longest-prefix match. A deck is built once and
// then only read, by all workers at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rating/rate.h"

namespace sipsonde {

inline constexpr std::size_t kPrefixDigitsMax = 15;  // a whole E.164 number

// Up to 16 digits of a number in 64 bits: four bits a digit from the top, 1 to 10, so that 0 is "no more
// digits" and the order of the words is that of the numbers as text. Further digits are left out.
std::uint64_t packed_digits(std::string_view digits);

struct PrefixRate {
  std::uint64_t prefix = 0;  // packed_digits()
  std::uint8_t length = 0;   // in digits, 1 to kPrefixDigitsMax
  std::uint32_t line = 0;    // of the file
  Rate rate;
};

// Two lines that price one prefix differently.
struct Contradiction {
  std::uint32_t line = 0;
  std::uint32_t other_line = 0;
  std::string digits;
};

class RateDeck {
 public:
  RateDeck() = default;

  // Lines that repeat each other are one. False, and `contradiction` says which, when two lines disagree.
  static bool compile(std::vector<PrefixRate> lines, RateDeck& deck, Contradiction& contradiction);

  // The rate of the longest prefix of `digits`, nullptr when none fits. Allocates nothing.
  const Rate* find(std::string_view digits) const;

  std::size_t prefixes() const { return prefixes_; }

 private:
  // The numbers in order, cut where the rate changes: from here on that rate holds, until the next stretch. A
  // prefix is a stretch of packed numbers, a longer one a stretch inside it.
  struct Stretch {
    std::uint64_t from = 0;
    std::uint32_t rate = 0;
  };

  void append(std::uint64_t from, std::uint32_t rate);
  void index();
  std::size_t head_of(std::uint64_t number) const;

  std::vector<Stretch> stretches_;
  std::vector<Rate> rates_;  // each rate once

  // By the first digits of a number: how many stretches begin before all numbers that begin so. As many
  // digits as leave a few stretches to look at.
  std::vector<std::uint32_t> before_;
  unsigned head_digits_ = 0;
  std::size_t prefixes_ = 0;
};

}  // namespace sipsonde
