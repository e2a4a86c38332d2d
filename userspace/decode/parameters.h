// SPDX-License-Identifier: Apache-2.0
// The ";name=value" tail of a header value (RFC 3261 section 25.1, generic-param), and the quoted strings and
// commas that surround it. Each function takes what it read off the front of `rest`.
#pragma once

#include <string_view>

namespace sipsonde {

struct Parameter {
  std::string_view name;
  std::string_view value;  // without quotes, escapes as written
  bool closed = true;      // false: a quote has no end
};

// REQUIRES: rest begins with a quote. Returns the text between the quotes, escapes as written; a string
// that nobody closed reaches to the end and sets `closed` to false.
std::string_view take_quoted(std::string_view& rest, bool& closed);

// False when no parameter is left in this value: `rest` is then empty or begins with the comma before the
// next value of a list. What is no parameter is stepped over.
bool take_parameter(std::string_view& rest, Parameter& parameter);

// Up to the comma before the next value of a list, which is taken too; false when there is none. Commas in
// quotes and in < > part nothing.
bool take_past_comma(std::string_view& rest);

// Value of the named parameter of one value, empty when absent. Names are case-insensitive.
std::string_view find_parameter(std::string_view parameters, std::string_view name);

}  // namespace sipsonde
