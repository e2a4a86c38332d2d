// SPDX-License-Identifier: Apache-2.0
#include "ladder/svg_canvas.h"

#include <cmath>
#include <cstdlib>

namespace sipsonde {
namespace {

constexpr std::string_view kAnchors[] = {"start", "middle", "end"};

}  // namespace

std::string xml_text(std::string_view visible) {
  std::string out;
  out.reserve(visible.size());
  for (const char character : visible) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += character;
    }
  }
  return out;
}

std::string coordinate(double value) {
  const long tenths = std::lround(value * 10);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text.append(".").append(std::to_string(std::labs(tenths % 10)));
  return tenths < 0 && tenths > -10 ? "-" + text : text;
}

void SvgCanvas::open(std::string_view element, std::string_view classes) {
  out_.append("<").append(element).append(" class=\"").append(classes).append("\"");
}

void SvgCanvas::attribute(std::string_view name, double value) {
  out_.append(" ").append(name).append("=\"").append(coordinate(value)).append("\"");
}

void SvgCanvas::line(std::string_view classes, double x1, double y1, double x2, double y2) {
  open("line", classes);
  attribute("x1", x1);
  attribute("y1", y1);
  attribute("x2", x2);
  attribute("y2", y2);
  out_ += "/>\n";
}

void SvgCanvas::box(std::string_view classes, double x, double y, double width, double height,
                    double radius) {
  open("rect", classes);
  attribute("x", x);
  attribute("y", y);
  attribute("width", width);
  attribute("height", height);
  if (radius > 0) attribute("rx", radius);
  out_ += "/>\n";
}

void SvgCanvas::arrow_head(std::string_view classes, double x, double y, bool to_the_right) {
  constexpr double kLength = 9, kHalf = 4;
  const double back = to_the_right ? x - kLength : x + kLength;
  path(classes, "M" + coordinate(x) + " " + coordinate(y) + "L" + coordinate(back) + " " +
                    coordinate(y - kHalf) + "V" + coordinate(y + kHalf) + "Z");
}

void SvgCanvas::path(std::string_view classes, std::string_view commands) {
  open("path", classes);
  out_.append(" d=\"").append(commands).append("\"/>\n");
}

void SvgCanvas::text(std::string_view classes, double x, double y, Anchor anchor, std::string_view content) {
  open("text", classes);
  attribute("x", x);
  attribute("y", y);
  if (anchor != Anchor::start)
    out_.append(" text-anchor=\"").append(kAnchors[static_cast<int>(anchor)]).append("\"");
  out_.append(">").append(xml_text(content)).append("</text>\n");
}

void SvgCanvas::open_group(std::string_view title) {
  out_ += "<g>";
  if (!title.empty()) out_.append("<title>").append(xml_text(title)).append("</title>");
  out_ += "\n";
}

void SvgCanvas::close_group() {
  out_ += "</g>\n";
}

}  // namespace sipsonde
