// SPDX-License-Identifier: Apache-2.0
#include "decode/header_name.h"

#include "decode/characters.h"
#include "decode/words.h"

namespace sipsonde {
namespace {

// Length, first and last letter: no two of our names share all three, or the switch would not compile.
constexpr std::uint32_t mark_of(std::string_view name) {
  const std::uint32_t letters = static_cast<std::uint32_t>(static_cast<unsigned char>(name.front())) << 8 |
                                static_cast<unsigned char>(name.back());
  return static_cast<std::uint32_t>(name.size()) << 16 | letters | 0x2020;  // letters in lower case
}

HeaderName of_compact_form(char letter) {
#define X(enumerator, name, compact) \
  if (compact != 0 && letter == compact) return HeaderName::enumerator;
  SIPSONDE_DECODED_HEADERS(X)
#undef X
  return HeaderName::other;
}

std::uint64_t lower_half_word(const char* at) {
  return lower_word(half_word_at(at));
}

// Same letters whatever their case. Both have N bytes, so that the reads at their end stay inside.
template <std::size_t N>
bool has_letters(const char* name, const char (&lower)[N + 1]) {
  if constexpr (N >= 8) {
    for (std::size_t i = 0; i + 8 < N; i += 8) {
      if (lower_word(word_at(name + i)) != word_at(lower + i)) return false;
    }
    return lower_word(word_at(name + N - 8)) == word_at(lower + N - 8);
  } else if constexpr (N >= 4) {
    return lower_half_word(name) == half_word_at(lower) &&
           lower_half_word(name + N - 4) == half_word_at(lower + N - 4);
  } else {
    return equals_ignoring_case({name, N}, {lower, N});
  }
}

}  // namespace

HeaderName header_name_of(std::string_view name) {
  if (name.size() <= 1) return name.empty() ? HeaderName::other : of_compact_form(to_lower(name.front()));
  if (name.size() > 0xff) return HeaderName::other;
  switch (mark_of(name)) {
#define X(enumerator, text, compact) \
  case mark_of(text):                \
    return has_letters<sizeof(text) - 1>(name.data(), text) ? HeaderName::enumerator : HeaderName::other;
    SIPSONDE_DECODED_HEADERS(X)
#undef X
    default:
      return HeaderName::other;
  }
}

}  // namespace sipsonde
