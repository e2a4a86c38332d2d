// SPDX-License-Identifier: Apache-2.0
// The parts of one datagram, in any order, until they are whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

class FragmentPieces {
 public:
  // What becomes of a part. After `contradiction` and `too_many` the caller gives the datagram up.
  enum class Placement : std::uint8_t { added, duplicate, contradiction, too_many };

  // Enough for 64 KB at IPv6's smallest MTU (54 parts of 1232 bytes, RFC 8200 section 5).
  static constexpr std::size_t kCountMax = 64;

  // REQUIRES: bytes is not empty and ends within 65535. Copies what it adds. A part that lies where another
  // one lies is a duplicate when place and bytes are the same, else a contradiction (RFC 5722).
  Placement place(std::uint32_t offset, bool more, std::string_view bytes);

  bool is_whole() const { return end_ && held_bytes_ == *end_; }
  std::size_t count() const { return pieces_.size(); }
  std::size_t memory_bytes() const;

  // REQUIRES: is_whole().
  void append_to(std::string& datagram) const;

 private:
  struct Piece {
    std::uint32_t offset;
    std::string bytes;
    std::uint32_t end() const { return offset + static_cast<std::uint32_t>(bytes.size()); }
  };

  std::vector<Piece> pieces_;         // by offset, without overlap
  std::optional<std::uint32_t> end_;  // of the datagram, once its last part is there
  std::size_t held_bytes_ = 0;
};

}  // namespace sipsonde
