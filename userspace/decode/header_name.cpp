// SPDX-License-Identifier: Apache-2.0
#include "decode/header_name.h"

#include "decode/characters.h"

namespace sipsonde {
namespace {

// Length, first and last letter: no two of our names share all three, or the switch would not compile.
constexpr std::uint32_t mark_of(std::string_view name) {
  return static_cast<std::uint32_t>(name.size()) << 16 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(to_lower(name.front()))) << 8 |
         static_cast<unsigned char>(to_lower(name.back()));
}

HeaderName of_compact_form(char letter) {
#define X(enumerator, name, compact) \
  if (compact != 0 && letter == compact) return HeaderName::enumerator;
  SIPSONDE_DECODED_HEADERS(X)
#undef X
  return HeaderName::other;
}

}  // namespace

HeaderName header_name_of(std::string_view name) {
  if (name.size() <= 1) return name.empty() ? HeaderName::other : of_compact_form(to_lower(name.front()));
  if (name.size() > 0xff) return HeaderName::other;
  switch (mark_of(name)) {
#define X(enumerator, text, compact) \
  case mark_of(text):                \
    return equals_ignoring_case(name, text) ? HeaderName::enumerator : HeaderName::other;
    SIPSONDE_DECODED_HEADERS(X)
#undef X
    default:
      return HeaderName::other;
  }
}

}  // namespace sipsonde
