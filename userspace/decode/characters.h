// SPDX-License-Identifier: Apache-2.0
// The classes of bytes that SIP's grammar knows (RFC 3261 section 25.1) and the few steps over them that
// every header needs. A header value keeps its folds: inside a value CR and LF are white space, nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

// LWS, a fold included.
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline constexpr auto kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    table[c] = is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c));
  }
  for (const char c : std::string_view("-.!%*_+`'~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!kTokenBytes[static_cast<unsigned char>(c)]) return false;
  }
  return !text.empty();
}

constexpr bool equals_ignoring_case(std::string_view text, std::string_view other) {
  if (text.size() != other.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (to_lower(text[i]) != to_lower(other[i])) return false;
  }
  return true;
}

constexpr std::string_view trim_front(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

constexpr std::string_view trim_back(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

constexpr std::string_view trim(std::string_view text) {
  return trim_back(trim_front(text));
}

// Digits and nothing else, at most `maximum`; otherwise nullopt. Leading zeros are legal in SIP.
constexpr std::optional<std::uint32_t> decode_number(std::string_view digits,
                                                     std::uint32_t maximum = 0xffffffff) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
    if (number > maximum) return std::nullopt;
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace sipsonde
