// SPDX-License-Identifier: Apache-2.0
#include "cli/top_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "recorded_stats.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

// An agent that sees 20 requests a second.
struct BusyAgent {
  unsigned looks = 0;
  Result<ApiReply> answer(const std::string& target) {
    EXPECT_EQ(target, "/admin/stats");
    const unsigned look = looks++;
    return ApiReply{200, stats_body(std::to_string(10 + look) + ".0", 100 + 20 * look)};
  }
};

std::string shown(const TopOptions& options, bool is_terminal, unsigned seconds) {
  BusyAgent agent;
  std::ostringstream out;
  const auto done = top_command(
      options, [&agent](const std::string& target) { return agent.answer(target); },
      {.is_terminal = is_terminal, .colour = is_terminal, .utf8 = true, .width = 60},
      [&seconds] { return seconds-- > 0; }, out);
  EXPECT_TRUE(done);
  return out.str();
}

TEST(TopCommand, OnceIsOneLook) {
  TopOptions options;
  options.once = true;
  EXPECT_EQ(shown(options, false, 5), R"(sipsonde 0.1.0 on edge-1: ready, up 11 s

calls         active 3  dialogs 4  ended/s 0.0  registrations 2
messages/s    requests 20.0  responses 0.0
packets/s     other 0.0  sip 40.0
ring/s        events 0.0  dropped 0.0  evictions 0.0
agent         workers 2 of 2  memory 45.0 MiB

SINK   SENT/S  FAILED/S  DROPPED/S  QUEUE
store    20.0       0.0        0.0      1

)");
}

TEST(TopCommand, AsJsonIsALineForEachLook) {
  TopOptions options;
  options.json = true;
  const std::string text = shown(options, true, 3);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, HasSubstr(R"("messages_per_second":{"requests":20,"responses":0})"));
  EXPECT_THAT(text, HasSubstr(R"("sinks":[{"sink":"store","sent_per_second":20,)"));
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(TopCommand, LeavesTheTerminalAsItWas) {
  const std::string text = shown({}, true, 2);
  EXPECT_TRUE(text.starts_with("\x1b[?1049h\x1b[?25l"));
  EXPECT_TRUE(text.ends_with("\x1b[?25h\x1b[?1049l"));
  EXPECT_EQ(shown({}, false, 2).find('\x1b'), std::string::npos);
}

TEST(TopCommand, EndsWithOneLineWhenTheAgentGoes) {
  unsigned looks = 0;
  std::ostringstream out;
  const auto done = top_command(
      {},
      [&looks](const std::string&) -> Result<ApiReply> {
        if (looks++ > 1) return Error{"no agent answers"};
        return ApiReply{200, stats_body("1.0", 1)};
      },
      {}, [] { return true; }, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "no agent answers");
}

TEST(TopCommand, WhatIsUnknownIsADash) {
  const AgentStats nothing;
  EXPECT_THAT(top_page(nothing, nothing), HasSubstr("active -  dialogs -  ended/s -  registrations -"));
  EXPECT_THAT(top_json(nothing, nothing), HasSubstr(R"("calls_active":null)"));
}

}  // namespace
}  // namespace sipsonde
