// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 4648 section 5, RFC 7515 section 2): the spelling of a PASSporT's three
// parts.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace sipsonde {

constexpr std::size_t bytes_in_base64url(std::size_t characters) {
  return characters / 4 * 3 + characters % 4 * 3 / 4;
}
constexpr std::size_t base64url_characters_of(std::size_t bytes) {
  return bytes / 3 * 4 + (bytes % 3 * 4 + 2) / 3;
}

// Decodes `text` into the front of `room` and returns that part of it. nullopt for a byte outside the
// alphabet (padding is outside), an impossible length, bits left over that are not zero (RFC 4648 section
// 3.5: else one signature had several spellings), or a room too small.
std::optional<std::span<char>> decode_base64url(std::string_view text, std::span<char> room);

// Appends to `room` from `used` on; false, and nothing appended, when it does not fit.
bool append_base64url(std::string_view bytes, std::span<char> room, std::size_t& used);

}  // namespace sipsonde
