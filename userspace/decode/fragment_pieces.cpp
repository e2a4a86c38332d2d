// SPDX-License-Identifier: Apache-2.0
#include "decode/fragment_pieces.h"

#include <algorithm>

namespace sipsonde {
namespace {

// Of a piece: its entry, the vector's spare room, and the allocator's share.
constexpr std::size_t kPieceOverheadBytes = 128;

}  // namespace

FragmentPieces::Placement FragmentPieces::place(std::uint32_t offset, bool more, std::string_view bytes) {
  const std::uint32_t end = offset + static_cast<std::uint32_t>(bytes.size());
  const auto next = std::lower_bound(pieces_.begin(), pieces_.end(), offset,
                                     [](const Piece& piece, std::uint32_t at) { return piece.offset < at; });
  const bool was_last = end_ && *end_ == end;
  if (next != pieces_.end() && next->offset == offset && next->bytes == bytes && was_last == !more) {
    return Placement::duplicate;
  }
  if (next != pieces_.end() && next->offset < end) return Placement::contradiction;
  if (next != pieces_.begin() && std::prev(next)->end() > offset) return Placement::contradiction;
  if (end_ && (!more || end > *end_)) return Placement::contradiction;  // a second end, or behind it
  if (!more && next != pieces_.end()) return Placement::contradiction;  // an end before a known part
  if (pieces_.size() == kCountMax) return Placement::too_many;

  pieces_.insert(next, Piece{offset, std::string(bytes)});
  held_bytes_ += bytes.size();
  if (!more) end_ = end;
  return Placement::added;
}

std::size_t FragmentPieces::memory_bytes() const {
  return held_bytes_ + pieces_.size() * kPieceOverheadBytes;
}

void FragmentPieces::append_to(std::string& datagram) const {
  for (const Piece& piece : pieces_) datagram += piece.bytes;
}

}  // namespace sipsonde
