// SPDX-License-Identifier: Apache-2.0
#include "stir/telephone_number.h"

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr ByteSet kVisualSeparators("-.() ");
constexpr ByteSet kDialled("0123456789*#");
constexpr std::size_t kShortestNational = 7;

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// One byte of a user part: + and # are escaped there by some (RFC 3261 section 19.1.2).
char take_unescaped(std::string_view& rest) {
  if (rest.size() >= 3 && rest[0] == '%') {
    const int high = hex_value(rest[1]), low = hex_value(rest[2]);
    if (high >= 0 && low >= 0) {
      rest.remove_prefix(3);
      return static_cast<char>(high << 4 | low);
    }
  }
  return take(rest, 1).front();
}

}  // namespace

std::optional<TelephoneNumber> telephone_number_of(std::string_view user) {
  TelephoneNumber number;
  std::string_view rest = user.substr(0, user.find(';'));
  while (!rest.empty()) {
    const char c = take_unescaped(rest);
    if (kVisualSeparators.has(c)) continue;
    if (c == '+' && number.size == 0 && !number.has_plus) {
      number.has_plus = true;
      continue;
    }
    if (!kDialled.has(c) || number.size == number.digits.size()) return std::nullopt;
    number.digits[number.size++] = c;
  }
  if (number.size == 0) return std::nullopt;
  return number;
}

bool fits_claim(const TelephoneNumber& claim, const TelephoneNumber& in_message) {
  if (claim.text() == in_message.text()) return true;
  if (in_message.has_plus) return false;
  std::string_view national = in_message.text();
  while (national.starts_with('0'))
    national.remove_prefix(1);  // the trunk prefix, or 00 before a country code
  return national.size() >= kShortestNational && claim.text().ends_with(national);
}

}  // namespace sipsonde
