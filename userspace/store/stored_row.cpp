// SPDX-License-Identifier: Apache-2.0
#include "store/stored_row.h"

#include <charconv>

namespace sipsonde {

std::string to_text(const StoreCursor& cursor) {
  return date_of(cursor.day) + "/" + std::to_string(cursor.sequence);
}

std::optional<StoreCursor> parse_cursor(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto day = parse_date(text.substr(0, slash));
  StoreCursor cursor;
  const auto [end, problem] =
      std::from_chars(text.data() + slash + 1, text.data() + text.size(), cursor.sequence);
  if (!day || problem != std::errc{} || end != text.data() + text.size() || cursor.sequence < 0)
    return std::nullopt;
  cursor.day = *day;
  return cursor;
}

std::string key_of_row(std::string_view node, std::string_view call_id, std::uint32_t leg,
                       const std::optional<std::int64_t>& start_ms) {
  std::string key;
  key.reserve(node.size() + call_id.size() + 32);
  key.append(node).append("/").append(call_id).append("/").append(std::to_string(leg)).append("/");
  return start_ms ? key.append(std::to_string(*start_ms)) : key.append("null");
}

}  // namespace sipsonde
