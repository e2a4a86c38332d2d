// SPDX-License-Identifier: Apache-2.0
// Text as a table sees it: a seeded 64-bit hash, and keys of a fixed size that hold their text inline.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "base/hash.h"

namespace sipsonde {

// The seed is random for each table, so that a sender cannot choose its bucket. Nothing that is stated
// depends on the order of a table, so a replay is the same bytes whatever the seed.
inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return hash_bytes(text, seed);
}

// Parts joined into one key of a fixed size. What is too long keeps its beginning and a hash of the whole,
// so that no sender makes an entry larger than another.
class KeyText {
 public:
  KeyText() = default;
  KeyText(std::initializer_list<std::string_view> parts, std::uint64_t seed) {
    bool whole = true;
    for (const std::string_view part : parts) whole = append(part) && append("\n") && whole;
    if (whole) return;
    std::uint64_t hash = seed;
    for (const std::string_view part : parts) hash = hash_text(part, hash);
    std::memcpy(bytes_ + kCapacity - sizeof hash, &hash, sizeof hash);
    size_ = kCapacity;
  }

  std::string_view view() const { return {bytes_, size_}; }
  friend bool operator==(const KeyText& a, const KeyText& b) { return a.view() == b.view(); }

 private:
  static constexpr std::size_t kCapacity = 94;

  bool append(std::string_view part) {
    const std::size_t taken = std::min(part.size(), kCapacity - size_);
    if (taken > 0) std::memcpy(bytes_ + size_, part.data(), taken);
    size_ = static_cast<std::uint8_t>(size_ + taken);
    return taken == part.size();
  }

  char bytes_[kCapacity] = {};
  std::uint8_t size_ = 0;
};

}  // namespace sipsonde
