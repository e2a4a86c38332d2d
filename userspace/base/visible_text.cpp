// SPDX-License-Identifier: Apache-2.0
#include "base/visible_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "base/utf8.h"

namespace sipsonde {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// More marks than that on one character are there to reach into other lines.
constexpr unsigned kMarksMax = 2;

struct Range {
  char32_t first;
  char32_t last;
};

// General categories Cc, Cf, Zl and Zp of Unicode, fillers that have no shape, and noncharacters, which XML
// does not take either (XML 1.0 section 2.2).
constexpr Range kUnseen[] = {
    {0x0000, 0x001F},    {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160},    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F},    {0x3164, 0x3164}, {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0x10FFFF},  // tags, variation selectors, private planes
};

constexpr Range kMarks[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
                            {0x064B, 0x065F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},
                            {0x302A, 0x302F}, {0x3099, 0x309A}, {0xFE20, 0xFE2F}};

// UAX 11, W and F.
constexpr Range kWide[] = {{0x1100, 0x115F},  {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97C},
                           {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
                           {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
                           {0x20000, 0x3FFFD}};

template <std::size_t count>
bool is_in(const Range (&ranges)[count], char32_t point) {
  for (const Range& range : ranges)
    if (point <= range.last) return point >= range.first;
  return false;
}

// The code point of a whole character.
char32_t point_of(std::string_view character) {
  const auto byte = [character](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0);
  char32_t point = byte(0) & (0xFFu >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) point = point << 6 | (byte(i) & 0x3Fu);
  return point;
}

// Takes the character at the front of valid UTF-8.
std::string_view take_character(std::string_view& text) {
  const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
  const std::string_view character = text.substr(0, length);
  text.remove_prefix(length);
  return character;
}

std::size_t columns_of_character(std::string_view character) {
  const char32_t point = point_of(character);
  if (point < 0x300) return 1;
  return is_in(kMarks, point) ? 0 : is_in(kWide, point) ? 2 : 1;
}

void append_escaped(std::string& out, char32_t point) {
  char text[16];
  std::snprintf(text, sizeof text, point > 0xFFFF ? "\\U%08X" : "\\u%04X", static_cast<unsigned>(point));
  out += text;
}

}  // namespace

std::string visible_text(std::string_view bytes, std::size_t longest) {
  std::string out;
  unsigned marks = 0;
  for (std::size_t characters = 0; !bytes.empty(); ++characters) {
    if (characters == longest) return out += kEllipsis;
    const std::size_t length = utf8_length(bytes);
    if (length == 0) {
      out += kReplacementCharacter;
      bytes.remove_prefix(1);
      continue;
    }
    const std::string_view character = bytes.substr(0, length);
    const char32_t point = point_of(character);
    marks = is_in(kMarks, point) ? marks + 1 : 0;
    if (is_in(kUnseen, point) || marks > kMarksMax)
      append_escaped(out, point);
    else
      out += character;
    bytes.remove_prefix(length);
  }
  return out;
}

std::size_t columns_of(std::string_view visible) {
  std::size_t columns = 0;
  while (!visible.empty()) columns += columns_of_character(take_character(visible));
  return columns;
}

std::string fitted(std::string_view visible, std::size_t columns) {
  if (columns_of(visible) <= columns) return std::string(visible);
  std::string out;
  std::size_t used = 1;  // the ellipsis
  while (!visible.empty()) {
    const std::string_view character = take_character(visible);
    used += columns_of_character(character);
    if (used > columns) break;
    out += character;
  }
  if (columns > 0) out += kEllipsis;
  return out;
}

std::string plain_ascii(std::string_view visible) {
  std::string out;
  while (!visible.empty()) {
    const std::string_view character = take_character(visible);
    const char32_t point = point_of(character);
    if (point < 0x80)
      out += character;
    else if (point == 0x2026)
      out += '~';
    else if (point == 0x2192)
      out += "->";
    else if (point == 0x2013)
      out += '-';
    else if (point == 0x00B7)
      out += ',';
    else if (point == 0x00D7)
      out += 'x';
    else if (columns_of_character(character) > 0)
      out += '?';
  }
  return out;
}

}  // namespace sipsonde
