// SPDX-License-Identifier: Apache-2.0
// The first of some byte over the length of a header line, where the call of memchr() would cost more than
// its search.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sipsonde {

#ifdef __SSE2__

inline constexpr int kBlockBytes = 16;

// Offset of the first `c` in the block at `at`, kBlockBytes when there is none.
inline int find_in_block(const char* at, char c) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i equal = _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
  return std::countr_zero(static_cast<unsigned>(_mm_movemask_epi8(equal)) | 1u << kBlockBytes);
}

#else

inline constexpr int kBlockBytes = 8;

inline int find_in_block(const char* at, char c) {
  static_assert(std::endian::native == std::endian::little, "the first byte in memory is the lowest");
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  const std::uint64_t difference = word ^ kEach * static_cast<unsigned char>(c);
  // Above the first match a mark may be false; only the lowest is asked for.
  return std::countr_zero((difference - kEach) & ~difference & kEach * 0x80) / 8;
}

#endif

// The first `c` of [begin, end), else `end`.
inline const char* find_byte(const char* begin, const char* end, char c) {
  for (; end - begin >= kBlockBytes; begin += kBlockBytes) {
    const int offset = find_in_block(begin, c);
    if (offset < kBlockBytes) return begin + offset;
  }
  while (begin < end && *begin != c) ++begin;
  return begin;
}

}  // namespace sipsonde
