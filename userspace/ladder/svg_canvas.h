// SPDX-License-Identifier: Apache-2.0
// Elements of SVG 1.1 as text. Every text that goes in is escaped here (XML 1.0 section 2.4).
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

class SvgCanvas {
 public:
  // `classes` are names of the style sheet: nothing of a call.
  void line(std::string_view classes, double x1, double y1, double x2, double y2);
  void box(std::string_view classes, double x, double y, double width, double height, double radius = 0);
  // A triangle whose tip is at (x, y), pointing right or left.
  void arrow_head(std::string_view classes, double x, double y, bool to_the_right);
  void path(std::string_view classes, std::string_view commands);
  enum class Anchor { start, middle, end };
  void text(std::string_view classes, double x, double y, Anchor anchor, std::string_view content);
  // What belongs together, with words that a reader shows when it is pointed at.
  void open_group(std::string_view title);
  void close_group();

  std::string take() && { return std::move(out_); }

 private:
  void attribute(std::string_view name, double value);
  void open(std::string_view element, std::string_view classes);

  std::string out_;
};

std::string xml_text(std::string_view visible);
// At most one decimal, without a sign that is not needed.
std::string coordinate(double value);

}  // namespace sipsonde
