// SPDX-License-Identifier: Apache-2.0
// Numbers in network order. REQUIRES: the bytes are there; callers check lengths first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

constexpr std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

constexpr std::uint16_t u16_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

constexpr std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(u16_at(bytes, at)) << 16 | u16_at(bytes, at + 2);
}

}  // namespace sipsonde
