// SPDX-License-Identifier: Apache-2.0
#include "calls/media_text.h"

#include <array>
#include <charconv>

namespace sipsonde {

std::string_view decimal_text(double value, int decimals, Arena& arena) {
  std::array<char, 64> room;
  const auto [end, error] =
      std::to_chars(room.data(), room.data() + room.size(), value, std::chars_format::fixed, decimals);
  if (error != std::errc{}) return {};
  std::string_view text(room.data(), static_cast<std::size_t>(end - room.data()));
  if (text.find('.') != std::string_view::npos) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.remove_suffix(1);
  }
  return arena.keep(text);
}

}  // namespace sipsonde
