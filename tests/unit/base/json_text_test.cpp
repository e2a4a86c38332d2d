// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

struct TextCase {
  const char* name;
  std::string_view bytes;
  std::string_view json;
};

using namespace std::string_view_literals;

constexpr TextCase kTexts[] = {
    {"Nothing", "", "\"\""},
    {"Ascii", "sip:bob@example.com", "\"sip:bob@example.com\""},
    {"QuoteAndBackslash", R"(a"b\c)", R"("a\"b\\c")"},
    {"LineEndCannotEndTheLine", "a\r\nb", R"("a\u000D\u000Ab")"},
    {"Nul", "a\0b"sv, R"("a\u0000b")"},
    {"Del", "a\x7F", R"("a\u007F")"},
    {"C1Control",
     "\xC2\x9B"
     "31m",
     R"("\u009B31m")"},
    {"FirstAfterC1", "\xC2\xA0", "\"\xC2\xA0\""},
    {"TwoThreeAndFourBytes", "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x93\x9E",
     "\"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x93\x9E\""},
    {"LoneContinuation", "a\x80z", "\"a\xEF\xBF\xBDz\""},
    {"Latin1", "J\xFCrgen", "\"J\xEF\xBF\xBDrgen\""},
    {"CutCharacterAtTheEnd", "x\xE2\x82", "\"x\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"OverlongSlash", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"OverlongThree", "\xE0\x80\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"OverlongFour", "\xF0\x80\x80\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"Surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"LastBeforeSurrogates", "\xED\x9F\xBF", "\"\xED\x9F\xBF\""},
    {"AboveUnicode", "\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    {"HighestCharacter", "\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\""},
    {"ByteThatIsNeverUtf8", "\xFF", "\"\xEF\xBF\xBD\""},
    {"LeadThenAscii", "\xE2(", "\"\xEF\xBF\xBD(\""},
};

class JsonText : public testing::TestWithParam<TextCase> {};

TEST_P(JsonText, IsEscaped) {
  std::string out;
  append_json_string(out, GetParam().bytes);
  EXPECT_EQ(out, GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(Bytes, JsonText, testing::ValuesIn(kTexts),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(NeedsNoEscape, IsDecidedByEveryByteAtEveryPlace) {
  for (std::size_t length = 1; length <= 19; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[place] = static_cast<char>(byte);
        const bool clean = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
        ASSERT_EQ(needs_no_escape(text), clean) << "byte " << byte << " at " << place << " of " << length;
      }
    }
  }
}

TEST(NeedsNoEscape, SaysWhatEscapingDoesToPairsOfBytes) {
  // Pairs, because borrows and carries run from one byte into the next.
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string text = "abcdefgh";
      text[3] = static_cast<char>(first);
      text[4] = static_cast<char>(second);
      std::string escaped;
      append_json_string(escaped, text);
      const bool unchanged = escaped == '"' + text + '"' && first < 0x80 && second < 0x80;
      ASSERT_EQ(needs_no_escape(text), unchanged) << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace sipsonde
