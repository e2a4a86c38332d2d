// SPDX-License-Identifier: Apache-2.0
#include "store/call_filter.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr char in_lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return in_lower_case(a) == in_lower_case(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

// The text of a member as it stands in the record, escapes and all. In the text of another member the quotes
// of this name would be escaped, so that it is found nowhere else.
std::string_view member_of(std::string_view document, std::string_view quoted_name) {
  const std::size_t name = document.find(quoted_name);
  if (name == document.npos) return {};
  std::string_view rest = document.substr(name + quoted_name.size());
  if (!rest.starts_with(":\"")) return {};
  rest.remove_prefix(2);
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(0, end);
}

bool contains_text(const FilteredRow& row, std::string_view text) {
  return contains(row.call_id, text) || contains(row.from_number, text) || contains(row.to_number, text) ||
         contains(member_of(row.document, "\"from_uri\""), text) ||
         contains(member_of(row.document, "\"to_uri\""), text);
}

}  // namespace

bool passes(const CallFilter& filter, const FilteredRow& row) {
  if (!filter.disposition.empty() && filter.disposition != row.disposition) return false;
  if (!filter.tenant.empty() && filter.tenant != row.tenant) return false;
  if (!filter.trunk.empty() && filter.trunk != row.trunk) return false;
  return filter.text.empty() || contains_text(row, filter.text);
}

}  // namespace sipsonde
