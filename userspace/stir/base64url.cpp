// SPDX-License-Identifier: Apache-2.0
#include "stir/base64url.h"

#include <array>
#include <cstdint>

namespace sipsonde {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kOutside = 0xff;

constexpr std::array<std::uint8_t, 256> values_by_byte() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kOutside);
  for (std::size_t value = 0; value < kAlphabet.size(); ++value)
    values[static_cast<unsigned char>(kAlphabet[value])] = static_cast<std::uint8_t>(value);
  return values;
}
constexpr auto kValues = values_by_byte();

}  // namespace

std::optional<std::span<char>> decode_base64url(std::string_view text, std::span<char> room) {
  if (text.size() % 4 == 1 || bytes_in_base64url(text.size()) > room.size()) return std::nullopt;
  std::size_t written = 0;
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char character : text) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(character)];
    if (value == kOutside) return std::nullopt;
    bits = bits << 6 | value;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    room[written++] = static_cast<char>(bits >> bit_count & 0xff);
    bits &= (1u << bit_count) - 1;
  }
  if (bits != 0) return std::nullopt;
  return room.first(written);
}

bool append_base64url(std::string_view bytes, std::span<char> room, std::size_t& used) {
  if (base64url_characters_of(bytes.size()) > room.size() - used) return false;
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    bit_count += 8;
    while (bit_count >= 6) {
      bit_count -= 6;
      room[used++] = kAlphabet[bits >> bit_count & 0x3f];
    }
    bits &= (1u << bit_count) - 1;
  }
  if (bit_count > 0) room[used++] = kAlphabet[bits << (6 - bit_count) & 0x3f];
  return true;
}

}  // namespace sipsonde
