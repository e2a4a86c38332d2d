// SPDX-License-Identifier: Apache-2.0
#include "privacy/number_span.h"

#include "base/telephone_number.h"
#include "privacy/mask.h"

namespace sipsonde {
namespace {

constexpr std::size_t kProseDigitsMin = 7;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool may_separate(char c, Spelling spelling, bool plus) {
  if (spelling == Spelling::prose && !plus) return c == '-' || c == '(' || c == ')';
  return is_visual_separator(c);
}

// The end of the run of digits that begins at `begin`, behind its last digit. Fills span.digits.
std::size_t read_run(std::string_view text, std::size_t begin, Spelling spelling, NumberSpan& span) {
  const bool plus = text[begin] == '+';
  std::size_t end = begin + plus;
  span.digits.clear();
  for (std::size_t at = end; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      span.digits.push_back(text[at]);
      end = at + 1;
    } else if (!may_separate(text[at], spelling, plus)) {
      break;
    }
  }
  span.international = plus;
  return end;
}

}  // namespace

bool take_number(std::string_view& rest, Spelling spelling, NumberSpan& span) {
  for (std::size_t begin = 0; begin < rest.size();) {
    if (!is_digit(rest[begin]) && rest[begin] != '+') {
      ++begin;
      continue;
    }
    const std::size_t end = read_run(rest, begin, spelling, span);
    const bool is_prose = spelling == Spelling::prose && !span.international;
    if (span.digits.size() < (is_prose ? kProseDigitsMin : kPrivateDigitsMin)) {
      begin = end;
      continue;
    }
    if (!span.international && span.digits.starts_with("00")) {
      span.digits.erase(0, 2);
      span.international = true;
    }
    span.before = rest.substr(0, begin);
    rest.remove_prefix(end);
    return true;
  }
  return false;
}

}  // namespace sipsonde
