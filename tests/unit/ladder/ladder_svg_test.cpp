// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "ladder/ladder.h"
#include "story_lines.h"

namespace sipsonde {
namespace {

// Well-formed as far as it is used here (XML 1.0): elements nest, attributes are quoted, text has no markup
// and no character that XML does not take. Empty, or what is wrong.
std::string wrong_with(std::string_view xml) {
  for (std::size_t i = 0; i < xml.size();) {
    const std::size_t length = utf8_length(xml.substr(i));
    if (length == 0) return "no UTF-8";
    if (length == 1 && static_cast<unsigned char>(xml[i]) < 0x20 && xml[i] != '\n') return "a control";
    i += length;
  }
  if (!xml.starts_with("<?xml ")) return "no declaration";
  xml.remove_prefix(xml.find("?>") + 2);
  std::vector<std::string> open;
  while (!xml.empty()) {
    if (xml.front() == '&') {
      const std::string_view entity = xml.substr(0, xml.find(';') + 1);
      if (entity != "&lt;" && entity != "&gt;" && entity != "&amp;" && entity != "&quot;")
        return "an ampersand";
    }
    if (xml.front() == '>') return "a bracket";
    if (xml.front() != '<') {
      xml.remove_prefix(1);
      continue;
    }
    const std::size_t end = xml.find('>');
    if (end == xml.npos) return "an open tag";
    std::string_view tag = xml.substr(1, end - 1);
    xml.remove_prefix(end + 1);
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0 || tag.find('<') != tag.npos) return "a bad tag";
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "not nested: " + std::string(tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.emplace_back(tag.substr(0, tag.find(' ')));
    }
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

TEST(LadderSvg, TheCheckOfTheseTestsFindsWhatIsWrong) {
  for (const char* bad :
       {"", "<svg/>", "<?xml ?><a>", "<?xml ?><a></b>", "<?xml ?><a>&</a>", "<?xml ?><a b=\"/>",
        "<?xml ?><a>\x01</a>", "<?xml ?><a>></a>", "<?xml ?><a>\xff</a>"})
    EXPECT_NE(wrong_with(bad), "") << bad;
  EXPECT_EQ(wrong_with("<?xml ?>\n<a b=\"c\">d &amp; e<f/></a>\n"), "");
}

TEST(LadderSvg, IsWellFormedAndNamesWhatHappened) {
  const std::string svg = ladder_svg(ladder_of_story(answered_call()));
  EXPECT_EQ(wrong_with(svg), "");
  for (const char* text :
       {"call@a.example", kAlice, kBob, ">INVITE<", ">180 Ringing<", ">200 OK (BYE)<", ">+9.020<"})
    EXPECT_NE(svg.find(text), svg.npos) << text;
}

TEST(LadderSvg, IsLightAndDark) {
  EXPECT_NE(ladder_svg(Ladder{}).find("@media (prefers-color-scheme:dark)"), std::string::npos);
}

TEST(LadderSvg, OfNothingSaysSo) {
  const std::string svg = ladder_svg(Ladder{});
  EXPECT_EQ(wrong_with(svg), "");
  EXPECT_NE(svg.find("No event of this call is known."), svg.npos);
}

TEST(LadderSvg, HasNoScriptAndNothingFromElsewhere) {
  std::vector<Told> story = answered_call();
  story[2].reason =
      "<script>alert(1)</script>\" onload=\"x\" href=\"http://evil.example/\" ]]> &#x41; <!-- -->";
  story[4].attributes = R"({"reason_text":"<image xlink:href='data:x'/>"})";
  const std::string svg = ladder_svg(ladder_of_story(
      story, {row_of(0, "a\\\"><script>", "b<!DOCTYPE x>", R"("disposition":"<b>&","hangup_cause":"'\"")")}));
  EXPECT_EQ(wrong_with(svg), "");
  for (const char* markup :
       {"<script", "<image", "<a ", "<use", "<foreignObject", "<!", "href=\"", "url(", "@import"})
    EXPECT_EQ(svg.find(markup), svg.npos) << markup;
}

TEST(LadderSvg, ShowsControlsAndTurnedTextAsWhatTheyAre) {
  std::vector<Told> story = answered_call();
  story[1].reason = "\x1b[31m\xe2\x80\xae\xef\xbf\xbe\x01";
  const std::string svg = ladder_svg(ladder_of_story(story));
  EXPECT_EQ(wrong_with(svg), "");
  EXPECT_NE(svg.find("\\u001B[31m\\u202E\\uFFFE\\u0001"), svg.npos);
}

TEST(LadderSvg, IsBoundedAndSaysWhatIsLeftOut) {
  std::vector<Told> story;
  for (unsigned i = 0; i < kLadderStepsMax + 500; ++i) {
    story.push_back({i, "sip.info", "INFO", 0, "", kAlice, kBob, 0});
    story.back().attributes = R"({"reason_text":")" + std::string(400, '<') + "\"}";
  }
  const std::string svg = ladder_svg(ladder_of_story(story));
  EXPECT_EQ(wrong_with(svg), "");
  EXPECT_NE(svg.find("\xE2\x80\xA6 and 500 more"), svg.npos);
  EXPECT_LT(svg.size(), 1u << 20);
}

TEST(LadderSvg, DrawsEveryKindOfStep) {
  Ladder ladder = ladder_of_story(answered_call());
  LadderStep step;
  for (const auto kind : {LadderStep::Kind::message, LadderStep::Kind::note, LadderStep::Kind::media})
    for (const std::optional<std::size_t> from :
         {std::optional<std::size_t>{}, std::optional<std::size_t>{0}})
      for (const std::optional<std::size_t> to :
           {std::optional<std::size_t>{}, std::optional<std::size_t>{0}, std::optional<std::size_t>{1}}) {
        step.kind = kind;
        step.from = from;
        step.to = to;
        step.label = "drawn here";
        ladder.steps = {step};
        const std::string svg = ladder_svg(ladder);
        EXPECT_EQ(wrong_with(svg), "");
        EXPECT_NE(svg.find(">drawn here</text>"), svg.npos);
      }
}

}  // namespace
}  // namespace sipsonde
