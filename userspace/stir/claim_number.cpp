// SPDX-License-Identifier: Apache-2.0
#include "stir/claim_number.h"

#include "base/telephone_number.h"
#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr ByteSet kVisualSeparators("-.() ");
constexpr ByteSet kDialled("0123456789*#");
constexpr std::size_t kShortestNational = 7;

}  // namespace

std::optional<ClaimNumber> claim_number_of(std::string_view user) {
  ClaimNumber number;
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

bool fits_claim(const ClaimNumber& claim, const ClaimNumber& in_message) {
  if (claim.text() == in_message.text()) return true;
  if (in_message.has_plus) return false;
  std::string_view national = in_message.text();
  while (national.starts_with('0'))
    national.remove_prefix(1);  // the trunk prefix, or 00 before a country code
  return national.size() >= kShortestNational && claim.text().ends_with(national);
}

}  // namespace sipsonde
