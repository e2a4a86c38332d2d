// SPDX-License-Identifier: Apache-2.0
// Prefixes of telephone numbers and their rates, compiled for longest-prefix match. A deck is built once and
// then only read, by all workers at once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
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
  void append(std::uint64_t from, std::uint32_t rate);
  void index();

  // The numbers in order, cut where the rate changes: from bounds_[i] on rates_[rate_of_[i]] holds, until
  // bounds_[i + 1]. A prefix is a stretch of packed numbers, a longer one a stretch inside it.
  std::vector<std::uint64_t> bounds_;
  std::vector<std::uint32_t> rate_of_;
  std::vector<Rate> rates_;  // each rate once

  // By the first four digits: how many bounds lie before the first number that begins with them.
  static constexpr unsigned kIndexBits = 16;
  std::vector<std::uint32_t> before_;
  std::size_t prefixes_ = 0;
};

}  // namespace sipsonde
