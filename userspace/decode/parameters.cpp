// SPDX-License-Identifier: Apache-2.0
#include "decode/parameters.h"

#include "decode/characters.h"
#include "decode/find_byte.h"

namespace sipsonde {
namespace {

constexpr ByteSet kNameEnds("=;, \t\r\n\"");
constexpr ByteSet kValueEnds(";, \t\r\n\"");

void skip_quoted(std::string_view& rest) {
  bool closed = false;
  take_quoted(rest, closed);
}

// To the next semicolon or comma outside of quotes.
void skip_to_separator(std::string_view& rest) {
  while (!rest.empty() && rest.front() != ';' && rest.front() != ',') {
    if (rest.front() == '"') {
      skip_quoted(rest);
    } else {
      rest.remove_prefix(1);
    }
  }
}

}  // namespace

std::string_view take_quoted(std::string_view& rest, bool& closed) {
  rest.remove_prefix(1);
  const char* end = rest.data() + rest.size();
  const char* from = rest.data();
  const char* quote = find_byte(from, end, '"');
  // Escapes are rare: only they need the step from byte to byte.
  for (const char* escape = find_byte(from, quote, '\\'); escape != quote;
       escape = find_byte(from, quote, '\\')) {
    from = end - escape < 2 ? end : escape + 2;
    if (from > quote) quote = find_byte(from, end, '"');
  }
  closed = quote != end;
  const std::string_view text = take(rest, static_cast<std::size_t>(quote - rest.data()));
  rest.remove_prefix(closed ? 1 : 0);
  return text;
}

bool take_parameter(std::string_view& rest, Parameter& parameter) {
  skip_to_separator(rest);
  if (rest.empty() || rest.front() == ',') return false;
  rest = trim_front(rest.substr(1));
  parameter.name = take(rest, kNameEnds.length_until(rest));
  parameter.value = {};
  parameter.closed = true;
  rest = trim_front(rest);
  if (rest.empty() || rest.front() != '=') return true;
  rest = trim_front(rest.substr(1));
  if (!rest.empty() && rest.front() == '"') {
    parameter.value = take_quoted(rest, parameter.closed);
  } else {
    parameter.value = take(rest, kValueEnds.length_until(rest));
  }
  return true;
}

bool take_past_comma(std::string_view& rest) {
  bool in_brackets = false;
  while (!rest.empty()) {
    const char c = rest.front();
    if (c == '"' && !in_brackets) {
      skip_quoted(rest);
      continue;
    }
    rest.remove_prefix(1);
    if (c == '<') in_brackets = true;
    if (c == '>') in_brackets = false;
    if (c == ',' && !in_brackets) return true;
  }
  return false;
}

std::string_view find_parameter(std::string_view parameters, std::string_view name) {
  Parameter parameter;
  while (take_parameter(parameters, parameter)) {
    if (equals_ignoring_case(parameter.name, name)) return parameter.value;
  }
  return {};
}

}  // namespace sipsonde
