// SPDX-License-Identifier: Apache-2.0
#include "base/telephone_number.h"

namespace sipsonde {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// ITU-T E.164: the international prefix that most of the world dials.
void drop_international_prefix(TelephoneNumber& number) {
  if (!number.digits().starts_with("00")) return;
  for (std::size_t i = 2; i < number.size; ++i) number.buffer[i - 2] = number.buffer[i];
  number.size = static_cast<std::uint8_t>(number.size - 2);
  number.international = true;
}

}  // namespace

char take_unescaped(std::string_view& rest) {
  if (rest.front() == '%' && rest.size() >= 3) {
    const int high = hex_value(rest[1]);
    const int low = hex_value(rest[2]);
    if (high >= 0 && low >= 0) {
      rest.remove_prefix(3);
      return static_cast<char>(high << 4 | low);
    }
  }
  const char c = rest.front();
  rest.remove_prefix(1);
  return c;
}

std::optional<TelephoneNumber> telephone_number_of(std::string_view user) {
  std::string_view rest = user.substr(0, user.find(';'));
  TelephoneNumber number;
  while (!rest.empty()) {
    const char c = take_unescaped(rest);
    if (is_digit(c)) {
      if (number.size == kTelephoneDigitsMax) return std::nullopt;
      number.buffer[number.size++] = c;
    } else if (c == '+' && number.size == 0 && !number.international) {
      number.international = true;
    } else if (!is_visual_separator(c)) {
      return std::nullopt;
    }
  }
  if (!number.international) drop_international_prefix(number);
  if (number.size == 0) return std::nullopt;
  return number;
}

}  // namespace sipsonde
