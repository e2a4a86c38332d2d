// SPDX-License-Identifier: Apache-2.0
// A set of trunk rules by their place in the table, as large as the table may be.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "config/settings.h"

namespace sipsonde {

class RuleSet {
 public:
  static constexpr std::size_t kRulesMax = 1024;
  static_assert(kTrunksMax < kRulesMax, "one more is the default trunk");

  void add(std::size_t rule) { words_[rule / 64] |= 1ull << (rule % 64); }
  bool has(std::size_t rule) const { return words_[rule / 64] >> (rule % 64) & 1; }

  RuleSet& operator&=(const RuleSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  RuleSet& operator|=(const RuleSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  friend RuleSet operator|(RuleSet a, const RuleSet& b) { return a |= b; }

  // The lowest rule in this set, and the lowest that is not in `other`; kRulesMax when there is none.
  std::size_t first() const { return first_without({}); }
  std::size_t first_without(const RuleSet& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (const std::uint64_t left = words_[i] & ~other.words_[i])
        return i * 64 + static_cast<std::size_t>(std::countr_zero(left));
    return kRulesMax;
  }

  friend auto operator<=>(const RuleSet&, const RuleSet&) = default;

 private:
  std::array<std::uint64_t, kRulesMax / 64> words_{};
};

}  // namespace sipsonde
