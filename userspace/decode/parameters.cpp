// SPDX-License-Identifier: Apache-2.0
#include "decode/parameters.h"

#include <array>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr auto bytes_of(std::string_view members) {
  std::array<bool, 256> table{};
  for (const char c : members) table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr auto kNameEnds = bytes_of("=;, \t\r\n\"");
constexpr auto kValueEnds = bytes_of(";, \t\r\n\"");

// Up to the first byte of `ends`.
template <const std::array<bool, 256>& ends>
std::string_view take_until(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && !ends[static_cast<unsigned char>(rest[length])]) ++length;
  const std::string_view taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

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
  std::size_t i = 0;
  while (i < rest.size() && rest[i] != '"') i += rest[i] == '\\' ? 2 : 1;
  closed = i < rest.size();
  const std::string_view text = rest.substr(0, i);
  rest.remove_prefix(closed ? i + 1 : rest.size());
  return text;
}

bool take_parameter(std::string_view& rest, Parameter& parameter) {
  skip_to_separator(rest);
  if (rest.empty() || rest.front() == ',') return false;
  rest = trim_front(rest.substr(1));
  parameter.name = take_until<kNameEnds>(rest);
  parameter.value = {};
  parameter.closed = true;
  rest = trim_front(rest);
  if (rest.empty() || rest.front() != '=') return true;
  rest = trim_front(rest.substr(1));
  if (!rest.empty() && rest.front() == '"') {
    parameter.value = take_quoted(rest, parameter.closed);
  } else {
    parameter.value = take_until<kValueEnds>(rest);
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
