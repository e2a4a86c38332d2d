// SPDX-License-Identifier: Apache-2.0
#include "base/visible_text.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(VisibleText, LeavesWhatAPersonCanRead) {
  for (const char* text :
       {"", "INVITE sip:bob@b.example", "Z\xc3\xbcrich", "\xe4\xb8\xad\xe6\x96\x87", "\xf0\x9f\x93\x9e"})
    EXPECT_EQ(visible_text(text), text);
}

TEST(VisibleText, WritesOutWhatMovesTurnsOrHides) {
  const struct {
    std::string_view bytes;
    std::string_view visible;
  } cases[] = {
      {"\x1b[2J", "\\u001B[2J"},
      {std::string_view("a\0b", 3), "a\\u0000b"},
      {"a\r\n\tb", "a\\u000D\\u000A\\u0009b"},
      {"\x7f", "\\u007F"},
      {"\xc2\x9b\x31m", "\\u009B1m"},                    // CSI as one character
      {"\xe2\x80\xae", "\\u202E"},                       // right-to-left override
      {"\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069"},  // isolates
      {"\xd8\x9c", "\\u061C"},
      {"\xe2\x80\x8b", "\\u200B"},  // zero width
      {"\xef\xbb\xbf", "\\uFEFF"},
      {"\xe3\x85\xa4", "\\u3164"},  // a filler
      {"\xe2\x80\xa8", "\\u2028"},
      {"\xef\xbf\xbe", "\\uFFFE"},          // what XML does not take
      {"\xf3\xa0\x81\xa1", "\\U000E0061"},  // a tag
      {"a\xffz", "a\xEF\xBF\xBDz"},
      {"\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // half of a surrogate pair
      {"e\xcc\x81\xcc\x81\xcc\x81", "e\xcc\x81\xcc\x81\\u0301"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(visible_text(one.bytes), one.visible);
    EXPECT_EQ(visible_text(visible_text(one.bytes)), one.visible);
  }
}

TEST(VisibleText, CutsByCharacters) {
  EXPECT_EQ(visible_text("abc", 3), "abc");
  EXPECT_EQ(visible_text("abcd", 3), "abc\xE2\x80\xA6");
  EXPECT_EQ(visible_text("\xc3\xa9\xc3\xa9", 1), "\xc3\xa9\xE2\x80\xA6");
}

TEST(VisibleText, CountsColumnsAsATerminalDoes) {
  EXPECT_EQ(columns_of("abc"), 3u);
  EXPECT_EQ(columns_of("\xc3\xa9"), 1u);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1u);
  EXPECT_EQ(columns_of("\xe4\xb8\xad\xe6\x96\x87"), 4u);
  EXPECT_EQ(columns_of("\xe2\x94\x82"), 1u);
}

TEST(VisibleText, FitsIntoColumns) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(fitted("\xe4\xb8\xad\xe6\x96\x87", 3), "\xe4\xb8\xad\xE2\x80\xA6");
  EXPECT_EQ(fitted("abc", 1), "\xE2\x80\xA6");
  EXPECT_EQ(fitted("abc", 0), "");
}

TEST(VisibleText, IsAsciiWhereThatIsAllThereIs) {
  EXPECT_EQ(plain_ascii("a \xE2\x86\x92 b\xE2\x80\xA6 \xC3\x97"
                        "2 \xc3\xa9 e\xcc\x81"),
            "a -> b~ x2 ? e");
}

}  // namespace
}  // namespace sipsonde
