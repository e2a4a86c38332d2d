// SPDX-License-Identifier: Apache-2.0
// Readers of values that are one of a few words.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/given.h"

namespace sipsonde {

// Indices are the values of the enumeration.
template <typename Enum, std::size_t kCount>
Result<Done> read_enum(const Given& given, const std::array<std::string_view, kCount>& names, Enum& target) {
  const auto index = read_choice(given, names);
  if (!index) return index.error();
  target = static_cast<Enum>(*index);
  return Done{};
}

template <std::size_t kCount>
Result<Done> read_word(const Given& given, const std::array<std::string_view, kCount>& words,
                       std::string& target) {
  const auto index = read_choice(given, words);
  if (!index) return index.error();
  target = words[*index];
  return Done{};
}

inline Result<Done> read_flag(const Given& given, bool& target) {
  constexpr std::array<std::string_view, 2> kFlags = {"false", "true"};
  const auto index = read_choice(given, kFlags);
  if (!index) return index.error();
  target = *index == 1;
  return Done{};
}

}  // namespace sipsonde
