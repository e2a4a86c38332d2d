// SPDX-License-Identifier: Apache-2.0
// Numbers out of a capture file, which is written in the byte order of the machine that captured.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipsonde {

// REQUIRES: `bytes` holds the number at `offset`; the callers have checked the length.
class NumberReader {
 public:
  explicit NumberReader(std::endian order = std::endian::little) : order_(order) {}

  std::uint16_t u16(std::span<const std::uint8_t> bytes, std::size_t offset) const {
    return static_cast<std::uint16_t>(number(bytes.subspan(offset, 2)));
  }
  std::uint32_t u32(std::span<const std::uint8_t> bytes, std::size_t offset) const {
    return static_cast<std::uint32_t>(number(bytes.subspan(offset, 4)));
  }
  std::uint64_t u64(std::span<const std::uint8_t> bytes, std::size_t offset) const {
    return number(bytes.subspan(offset, 8));
  }

 private:
  std::uint64_t number(std::span<const std::uint8_t> bytes) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value = value << 8 | bytes[order_ == std::endian::big ? i : bytes.size() - 1 - i];
    return value;
  }

  std::endian order_;
};

}  // namespace sipsonde
