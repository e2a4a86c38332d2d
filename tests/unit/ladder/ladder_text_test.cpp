// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/visible_text.h"
#include "ladder/ladder.h"
#include "story_lines.h"

namespace sipsonde {
namespace {

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<Told> repeated_and_held() {
  std::vector<Told> story = answered_call();
  story.push_back({500, "sip.retransmission", "INVITE"});
  story.push_back({3000, "sip.hold", "INVITE", 0, "", kBob, kAlice, 0, R"({"by":"callee"})"});
  story.push_back({1050, "media.started", "", 0, "", "192.0.2.10:2000", "192.0.2.20:3000", 0,
                   R"({"way":"sent","ssrc":"7","codec":"PCMU"})"});
  return story;
}

TEST(LadderText, DrawsLanesBesideEachOther) {
  const std::string text = ladder_text(ladder_of_story(repeated_and_held(), {row_of(0, kAlice, kBob)}),
                                       {.colour = false, .width = 72, .utf8 = true});
  EXPECT_EQ(text, R"(call@a.example
from 2026-03-01T12:00:00.000Z
alice → bob, undecided

                   192.0.2.10:5060               192.0.2.20:5060
                    caller alice                   callee bob
    +0.000                │───────── INVITE ×2 ────────▶│
    +0.200                │◀╌╌╌╌╌╌╌ 180 Ringing ╌╌╌╌╌╌╌╌│
    +1.000                │◀───────── 200 OK ───────────│
    +1.020                │──────────── ACK ───────────▶│
    +1.050                │═══════════ PCMU ═══════════▶│
    +3.000                ● hold: by callee             │
    +9.000                │──────────── BYE ───────────▶│
    +9.020                │◀────── 200 OK (BYE) ────────│
)");
}

TEST(LadderText, IsAsciiWhereNothingElseIsShown) {
  std::vector<Told> story = repeated_and_held();
  story[2].reason = "G\xc3\xbcltig";
  const std::string text = ladder_text(ladder_of_story(story), {.colour = false, .width = 72, .utf8 = false});
  for (const char character : text) EXPECT_LT(static_cast<unsigned char>(character), 0x80);
  EXPECT_NE(text.find("|--------- INVITE x2 -------->|"), text.npos) << text;
  EXPECT_NE(text.find("200 G?ltig"), text.npos);
}

TEST(LadderText, IsAListWhereLanesFindNoRoom) {
  const std::string text =
      ladder_text(ladder_of_story(repeated_and_held()), {.colour = false, .width = 50, .utf8 = true});
  EXPECT_NE(text.find("A  192.0.2.10:5060\nB  192.0.2.20:5060\n"), text.npos) << text;
  EXPECT_NE(text.find("    +0.000  A → B  INVITE ×2\n"), text.npos) << text;
  EXPECT_NE(text.find("    +3.000  B      hold: by callee\n"), text.npos) << text;
}

TEST(LadderText, HasColoursOnlyWhenAsked) {
  const Ladder ladder = ladder_of_story(answered_call());
  EXPECT_EQ(ladder_text(ladder, {.colour = false}).find('\x1b'), std::string::npos);
  const std::string coloured = ladder_text(ladder, {.colour = true});
  EXPECT_NE(coloured.find("\x1b[0;32m"), std::string::npos);
  for (const std::string& line : lines_in(coloured)) {
    const std::size_t last = line.rfind('\x1b');
    if (last != line.npos) EXPECT_EQ(line.substr(last, 4), "\x1b[0m") << line;
  }
}

TEST(LadderText, NoLineIsWiderThanTheTerminalAndNothingHostileGetsThrough) {
  std::vector<Told> story = repeated_and_held();
  for (Told& told : story) {
    told.reason =
        "\x1b[2J\x1b]0;x\x07\r\n\xc2\x9b\x31m\xe2\x80\xae\xe4\xb8\xad\xe6\x96\x87 " + std::string(300, 'w');
    told.attributes = R"({"reason_text":"\u009b31m\u202e\u0000","by":")" + std::string(90, 'm') + "\"}";
  }
  const Ladder ladder =
      ladder_of_story(story, {row_of(0, kAlice, kBob, R"("disposition":"\u001b[5m\u0007")")});
  for (const std::size_t width : {0u, 1u, 20u, 40u, 50u, 72u, 80u, 200u, 100'000u})
    for (const bool utf8 : {false, true}) {
      const std::string text = ladder_text(ladder, {.colour = false, .width = width, .utf8 = utf8});
      for (const std::string& line : lines_in(text)) {
        EXPECT_LE(columns_of(line), std::max<std::size_t>(width, 20)) << line;
        EXPECT_EQ(visible_text(line), line);
      }
    }
}

TEST(LadderText, SaysWhatIsLeftOut) {
  std::vector<Told> story;
  for (unsigned i = 0; i < kLadderStepsMax + 7; ++i) story.push_back({i, "sip.info", "INFO"});
  EXPECT_NE(ladder_text(ladder_of_story(story), {}).find("… and 7 more\n"), std::string::npos);
}

}  // namespace
}  // namespace sipsonde
