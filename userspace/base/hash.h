// SPDX-License-Identifier: Apache-2.0
// A seeded 64-bit hash for tables whose keys strangers choose. Every step is a wide multiplication by a
// secret that follows from the seed and is folded onto itself: without the seed nobody can say which bits of
// the product a change of the text moves, so there are no pairs that collide for every seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sipsonde {

// Both halves of the 128-bit product, one laid over the other.
inline std::uint64_t multiply_and_fold(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

namespace hashing {

// Digits of the square roots of 2, 3, 5 and 7: constants nobody has chosen, made odd.
inline constexpr std::uint64_t kRoots[] = {0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                           0xa54ff53a5f1d36f1};

// Up to eight bytes, zeros behind them; the length is mixed in elsewhere.
inline std::uint64_t load(const char* at, std::size_t size) {
  std::uint64_t word = 0;
  if (size > 0) std::memcpy(&word, at, size < 8 ? size : 8);
  return word;
}

}  // namespace hashing

inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  using hashing::kRoots;
  using hashing::load;
  const std::uint64_t secret = multiply_and_fold(seed ^ kRoots[0], kRoots[1]);
  std::uint64_t state = multiply_and_fold(seed ^ kRoots[2], kRoots[3] ^ bytes.size());
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left > 16; at += 16, left -= 16)
    state = multiply_and_fold(load(at, 8) ^ secret, load(at + 8, 8) ^ state);
  state = multiply_and_fold(load(at, left) ^ secret, (left > 8 ? load(at + 8, left - 8) : 0) ^ state);
  return multiply_and_fold(state ^ kRoots[1], secret ^ kRoots[2]);
}

}  // namespace sipsonde
