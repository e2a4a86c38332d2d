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

// A set of bytes as a table: std::string_view::find_first_of() costs a call for each byte.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }

  // How many bytes of `text` come before the first one in the set, and before the first one not in it.
  constexpr std::size_t length_until(std::string_view text) const {
    std::size_t length = 0;
    while (length < text.size() && !has(text[length])) ++length;
    return length;
  }
  constexpr std::size_t length_while(std::string_view text) const {
    std::size_t length = 0;
    while (length < text.size() && has(text[length])) ++length;
    return length;
  }

 private:
  std::array<bool, 256> has_{};
};

inline constexpr ByteSet kSpaces(" \t\r\n");
inline constexpr ByteSet kTokenBytes(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~");
inline constexpr ByteSet kValueSeparators(";,");

constexpr bool is_token(std::string_view text) {
  return !text.empty() && kTokenBytes.length_while(text) == text.size();
}

constexpr bool equals_ignoring_case(std::string_view text, std::string_view other) {
  if (text.size() != other.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != other[i] && to_lower(text[i]) != to_lower(other[i])) return false;
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

// The first `length` bytes, taken off the front of `rest`.
constexpr std::string_view take(std::string_view& rest, std::size_t length) {
  const std::string_view taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

// The next word of a line, with the white space before it.
constexpr std::string_view take_word(std::string_view& rest) {
  rest = trim_front(rest);
  return take(rest, kSpaces.length_until(rest));
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
