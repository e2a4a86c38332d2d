// SPDX-License-Identifier: Apache-2.0
// The patterns of the Lua 5.1 reference manual, section 5.4.1.
#include "script/pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sipsonde {
namespace {

struct PatternCase {
  std::string name;
  std::string subject;
  std::string pattern;
  std::string matched;                // what is found at the first place where it matches
  std::vector<std::string> captures;  // a position as "@5"
};

const std::string kNothing = "(no match)";

std::string text_of(const PatternMatch& match, std::size_t index, const std::string& subject) {
  const auto& capture = match.capture(index);
  if (capture.length == PatternMatch::kPosition) return "@" + std::to_string(capture.begin + 1);
  return subject.substr(capture.begin, capture.length);
}

class Pattern : public testing::TestWithParam<PatternCase> {};

TEST_P(Pattern, FindsWhatTheManualSays) {
  const PatternCase& given = GetParam();
  PatternMatch match(given.subject, given.pattern, 100'000);
  std::string matched = kNothing;
  for (std::size_t begin = 0; begin <= given.subject.size(); ++begin) {
    const std::size_t end = match.match_at(begin);
    ASSERT_EQ(match.failure(), nullptr);
    if (end == PatternMatch::kNone) continue;
    matched = given.subject.substr(begin, end - begin);
    break;
  }
  EXPECT_EQ(matched, given.matched);
  if (matched == kNothing) return;
  ASSERT_EQ(match.capture_count(), given.captures.size());
  for (std::size_t i = 0; i < given.captures.size(); ++i)
    EXPECT_EQ(text_of(match, i, given.subject), given.captures[i]);
}

const PatternCase kPatterns[] = {
    {"Literal", "native;x", "native", "native", {}},
    {"LiteralThatIsNotThere", "legacy", "native", kNothing, {}},
    {"Empty", "abc", "", "", {}},
    {"AnyByte", "abc", "a.c", "abc", {}},
    {"LongestRepetition", "<a><b>", "<.*>", "<a><b>", {}},
    {"ShortestRepetition", "<a><b>", "<.->", "<a>", {}},
    {"AtLeastOne", "ab12", "%d+", "12", {}},
    {"Optional", "color colour", "colou?r$", "colour", {}},
    {"EndAnchorInTheMiddleIsItself", "a$b", "a$b", "a$b", {}},
    {"CaptureOfAValue", "mode=native;q=1", "mode=([^;]*)", "mode=native", {"native"}},
    {"TwoCaptures", "key: value", "(%w+):%s*(%w+)", "key: value", {"key", "value"}},
    {"NestedCaptures", "abc", "((a)(b))c", "abc", {"ab", "a", "b"}},
    {"PositionCapture", "hello", "l()l", "ll", {"@4"}},
    {"EmptyCapture", "ab", "a()b(.-)", "ab", {"@2", ""}},
    {"BackReference", R"(a "b" c)", R"((["'])(.-)%1)", R"("b")", {"\"", "b"}},
    {"Balanced", "f(a(b)c) d)", "%b()", "(a(b)c)", {}},
    {"BalancedThatIsNot", "f(a(b c", "%b()", kNothing, {}},
    {"Frontier", "THE (quick) fox", "%f[%a]%a+%f[%A]", "THE", {}},
    {"FrontierAtTheEnd", "x1", "%d%f[%z]", "1", {}},
    {"Set", "x-y", "[xy]-", "", {}},
    {"SetOfARange", "q7", "[0-9]", "7", {}},
    {"SetWithHyphen", "a-b", "[-]", "-", {}},
    {"SetThatBeginsWithItsBracket", "a]", "[]]", "]", {}},
    {"NegatedSet", "aab", "[^a]", "b", {}},
    {"SetOfClasses", "ab 12", "[%s%d]+", " 12", {}},
    {"EscapedPoint", "1.2", "%.", ".", {}},
    {"NegatedClass", "12a", "%D", "a", {}},
    {"ClassOfPunctuation", "ab;c", "%p", ";", {}},
    {"ClassOfHexDigits", "xyzBEEF", "%x+", "BEEF", {}},
    {"ClassOfControls", std::string("a\x01z"), "%c", "\x01", {}},
    {"NulInTheSubject", std::string("a\0b", 3), "%z", std::string("\0", 1), {}},
    {"ByteBeyondAscii", "caf\xc3\xa9", "[\x80-\xff]+", "\xc3\xa9", {}},
    {"NoClassIsLocal", "\xe9", "%a", kNothing, {}},
};

INSTANTIATE_TEST_SUITE_P(Manual, Pattern, testing::ValuesIn(kPatterns),
                         [](const auto& test) { return test.param.name; });

struct BrokenCase {
  std::string name;
  std::string pattern;
  std::string failure;
};

class BrokenPattern : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenPattern, SaysWhatIsWrong) {
  PatternMatch match("aaaa", GetParam().pattern, 100'000);
  EXPECT_EQ(match.match_at(0), PatternMatch::kNone);
  ASSERT_NE(match.failure(), nullptr);
  EXPECT_EQ(std::string(match.failure()), GetParam().failure);
}

const BrokenCase kBroken[] = {
    {"SetWithoutEnd", "[a", "missing ']'"},
    {"SetThatEndsInAnEscape", "[a%", "missing ']'"},
    {"EscapeAtTheEnd", "a%", "pattern ends with '%'"},
    {"CaptureWithoutEnd", "(a", "unfinished capture"},
    {"EndWithoutCapture", "a)", "invalid pattern capture"},
    {"BalanceWithoutArguments", "%b(", "missing arguments to '%b'"},
    {"FrontierWithoutSet", "%fa", "missing '[' after '%f'"},
    {"ReferenceToNoCapture", "%1", "invalid capture index"},
    {"ReferenceToAnOpenCapture", "(a%1)", "invalid capture index"},
    {"MoreCapturesThanThereMayBe", std::string(33, '('), "too many captures"},
    {"DeeperThanThereMayBe",
     [] {
       std::string pattern;
       for (int i = 0; i < 300; ++i) pattern += "a-";
       return pattern;
     }(),
     "pattern too complex"},
};

INSTANTIATE_TEST_SUITE_P(Broken, BrokenPattern, testing::ValuesIn(kBroken),
                         [](const auto& test) { return test.param.name; });

TEST(PatternBudget, StopsWhatWouldTakeThePowerOfALength) {
  const std::string subject(3000, 'a');
  PatternMatch match(subject, ".-.-.-.-b", 50'000);
  EXPECT_EQ(match.match_at(0), PatternMatch::kNone);
  EXPECT_TRUE(match.out_of_steps());
}

TEST(PatternBudget, CountsEveryKindOfRepetition) {
  const std::string subject(200'000, '(');
  for (const char* pattern : {".*x", ".-x", "%b()", "[(]+x", "(%(*)%1"}) {
    PatternMatch match(subject, pattern, 100'000);
    match.match_at(0);
    EXPECT_TRUE(match.out_of_steps()) << pattern;
  }
}

}  // namespace
}  // namespace sipsonde
