// SPDX-License-Identifier: Apache-2.0
#include "rating/csv_line.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// REQUIRES: rest begins with a quote. Takes the field and the quotes around it.
Result<std::string_view> take_quoted(std::string_view& rest) {
  std::size_t close = 1;
  for (;; close += 2) {
    close = rest.find('"', close);
    if (close == rest.npos) return Error{"a quote is not closed in this line; close it", 2};
    if (close + 1 >= rest.size() || rest[close + 1] != '"') break;  // two quotes are one that is meant
  }
  const std::string_view field = rest.substr(1, close - 1);
  rest.remove_prefix(close + 1);
  return field;
}

Result<std::string_view> take_field(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const bool quoted = rest.starts_with('"');
  std::string_view field;
  if (quoted) {
    const auto inside = take_quoted(rest);
    if (!inside) return inside.error();
    field = *inside;
  }
  const std::string_view before_comma = trim(rest.substr(0, rest.find(',')));
  rest.remove_prefix(std::min(rest.find(','), rest.size()));
  if (quoted && !before_comma.empty())
    return Error{"text follows a closing quote; put a comma between them", 2};
  if (before_comma.find('"') != before_comma.npos)
    return Error{"a quote stands inside a field; put the whole field in quotes", 2};
  return quoted ? trim(field) : before_comma;
}

}  // namespace

Result<CsvLine> split_csv_line(std::string_view line) {
  CsvLine split;
  for (;;) {
    const auto field = take_field(line);
    if (!field) return field.error();
    if (split.count < kCsvFieldsMax) split.fields[split.count] = *field;
    ++split.count;
    if (line.empty()) return split;
    line.remove_prefix(1);  // the comma
  }
}

}  // namespace sipsonde
