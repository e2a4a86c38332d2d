// SPDX-License-Identifier: Apache-2.0
// How many different ones there were, in memory of a fixed size: linear counting (Whang, Vander-Zanden,
// Taylor, "A linear-time probabilistic counting algorithm", 1990). Each value sets one of 1024 bits; how many
// are still clear says how many values there were, within 3 % from 20 to 2000 and never more than there were
// by much.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sipsonde {

class Distinct {
 public:
  // The most that can be told: beyond, every bit is set.
  static constexpr unsigned kMost = 7000;

  // `hash` is of the value, well mixed. True when it was not there before, as far as can be told.
  bool add(std::uint32_t hash);
  bool has(std::uint32_t hash) const { return (words_[word_of(hash)] & bit_of(hash)) != 0; }
  void clear() { *this = {}; }
  unsigned count() const { return estimate(bits_set_); }
  bool empty() const { return bits_set_ == 0; }

  // How many different ones there are in the two together.
  static unsigned count_both(const Distinct& one, const Distinct& other);

 private:
  static constexpr std::size_t kBits = 1024;

  static std::size_t word_of(std::uint32_t hash) { return hash % kBits / 64; }
  static std::uint64_t bit_of(std::uint32_t hash) { return std::uint64_t{1} << (hash % 64); }
  static unsigned estimate(unsigned bits_set);

  std::array<std::uint64_t, kBits / 64> words_{};
  unsigned bits_set_ = 0;
};

}  // namespace sipsonde
