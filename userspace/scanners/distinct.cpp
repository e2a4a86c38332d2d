// SPDX-License-Identifier: Apache-2.0
#include "scanners/distinct.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sipsonde {

bool Distinct::add(std::uint32_t hash) {
  std::uint64_t& word = words_[word_of(hash)];
  if ((word & bit_of(hash)) != 0) return false;
  word |= bit_of(hash);
  ++bits_set_;
  return true;
}

unsigned Distinct::count_both(const Distinct& one, const Distinct& other) {
  unsigned bits_set = 0;
  for (std::size_t i = 0; i < one.words_.size(); ++i)
    bits_set += static_cast<unsigned>(std::popcount(one.words_[i] | other.words_[i]));
  return estimate(bits_set);
}

unsigned Distinct::estimate(unsigned bits_set) {
  if (bits_set >= kBits) return kMost;
  const double clear = static_cast<double>(kBits - bits_set) / kBits;
  const double count = -static_cast<double>(kBits) * std::log(clear);
  return std::min(kMost, static_cast<unsigned>(std::lround(count)));
}

}  // namespace sipsonde
