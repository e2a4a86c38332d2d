// SPDX-License-Identifier: Apache-2.0
// One line of a terminal: cells that are written in any order and told in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// Parameters of SGR (ECMA-48 section 8.3.117): colours of the terminal's own palette, so that they suit it.
enum class Ink : std::uint8_t { plain, faint, bold, red, green, yellow, blue, cyan };

class TerminalLine {
 public:
  explicit TerminalLine(std::size_t width) : cells_(width) {}

  std::size_t width() const { return cells_.size(); }
  // Writes visible text from `column` on; what reaches beyond the line is left out.
  void put(std::size_t column, std::string_view visible, Ink ink = Ink::plain);
  void fill(std::size_t first, std::size_t end, std::string_view character, Ink ink = Ink::plain);
  // With a line feed, without blanks at its end.
  void append_to(std::string& out, bool colour) const;

 private:
  struct Cell {
    std::string glyph = " ";  // empty: the second half of a wide character
    Ink ink = Ink::plain;
  };
  std::vector<Cell> cells_;
};

}  // namespace sipsonde
