// SPDX-License-Identifier: Apache-2.0
// Eight bytes at a time. The kernel's own are in bpf/parse/bytes.h; these need no buffer of a fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sipsonde {

constexpr std::uint64_t each_byte(std::uint8_t value) {
  return 0x0101010101010101 * std::uint64_t{value};
}

// REQUIRES: eight bytes (four, for half_word_at) can be read there.
inline std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}
inline std::uint32_t half_word_at(const char* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// ASCII capitals to small letters, every other byte as it is.
constexpr std::uint64_t lower_word(std::uint64_t word) {
  const std::uint64_t seven_bits = word & each_byte(0x7f);
  const std::uint64_t from_a = seven_bits + each_byte(0x80 - 'A');
  const std::uint64_t past_z = seven_bits + each_byte(0x7f - 'Z');
  const std::uint64_t capitals = (from_a ^ past_z) & ~word & each_byte(0x80);
  return word | capitals >> 2;
}

}  // namespace sipsonde
