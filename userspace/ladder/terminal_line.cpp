// SPDX-License-Identifier: Apache-2.0
#include "ladder/terminal_line.h"

#include <algorithm>

#include "base/utf8.h"
#include "base/visible_text.h"

namespace sipsonde {
namespace {

std::string_view sequence_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "\x1b[0m";
    case Ink::faint:
      return "\x1b[0;2m";
    case Ink::bold:
      return "\x1b[0;1m";
    case Ink::red:
      return "\x1b[0;31m";
    case Ink::green:
      return "\x1b[0;32m";
    case Ink::yellow:
      return "\x1b[0;33m";
    case Ink::blue:
      return "\x1b[0;34m";
    case Ink::cyan:
      return "\x1b[0;36m";
  }
  return "\x1b[0m";
}

}  // namespace

void TerminalLine::put(std::size_t column, std::string_view visible, Ink ink) {
  while (!visible.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(visible), 1);
    const std::string_view character = visible.substr(0, length);
    visible.remove_prefix(length);
    const std::size_t columns = columns_of(character);
    if (columns == 0 && column > 0 && column <= cells_.size()) cells_[column - 1].glyph += character;
    if (columns == 0) continue;
    if (column + columns > cells_.size()) return;
    cells_[column] = {std::string(character), ink};
    if (columns == 2) cells_[column + 1] = {"", ink};
    column += columns;
  }
}

void TerminalLine::fill(std::size_t first, std::size_t end, std::string_view character, Ink ink) {
  for (std::size_t column = first; column < std::min(end, cells_.size()); ++column)
    cells_[column] = {std::string(character), ink};
}

void TerminalLine::append_to(std::string& out, bool colour) const {
  const auto is_written = [](const Cell& cell) { return cell.glyph != " "; };
  const auto end = std::find_if(cells_.rbegin(), cells_.rend(), is_written).base();
  Ink ink = Ink::plain;
  for (auto cell = cells_.begin(); cell != end; ++cell) {
    if (colour && cell->ink != ink && cell->glyph != " ") {
      ink = cell->ink;
      out += sequence_of(ink);
    }
    out += cell->glyph;
  }
  if (ink != Ink::plain) out += sequence_of(Ink::plain);
  out += '\n';
}

}  // namespace sipsonde
