// SPDX-License-Identifier: Apache-2.0
#include "cli/status_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "recorded_api.h"
#include "recorded_stats.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

struct Asked {
  std::string text;
  int exit_code = 0;
  std::string error;
};

Asked status_of(const std::string& stats, unsigned ready = 200, bool json = false) {
  RecordedApi api;
  api.replies["/admin/ready"] = {ready, "{}"};
  api.replies["/admin/stats"] = {200, stats};
  StatusOptions options;
  options.json = json;
  std::ostringstream out;
  const auto done = status_command(options, api.ask(), "http://127.0.0.1:9092", out);
  return done ? Asked{out.str(), 0, ""} : Asked{out.str(), done.error().exit_code, done.error().message};
}

TEST(StatusCommand, OfAnAgentAtWorkIsAllOk) {
  const Asked asked = status_of(stats_body("90061.0", 9));
  EXPECT_EQ(asked.exit_code, 0);
  EXPECT_EQ(asked.text, R"(ok    agent               0.1.0 on edge-1, http://127.0.0.1:9092
ok    ready               up 1 d 1 h
ok    hooks               eth0 ingress by tcx
ok    workers             2 of 2
ok    drops               none
ok    tables              nothing gave way
ok    sink store          9 sent, 1 waiting
)");
}

TEST(StatusCommand, FailsOfWhatDoesNoWork) {
  const struct {
    const char* name;
    std::string stats;
    unsigned ready;
    const char* finding;
  } cases[] = {
      {"draining", R"({"state":"draining","hooks":[{"interface":"a"}],"workers":{"running":1,"most":1}})",
       503, "FAIL  ready               draining; "},
      {"no hook", stats_body("1.0", 1, 0, ""), 200, "FAIL  hooks               attached to no interface; "},
      {"a worker short", R"({"hooks":[{"interface":"a"}],"workers":{"running":1,"most":2}})", 200,
       "FAIL  workers             1 of 2; "},
  };
  for (const auto& one : cases) {
    const Asked asked = status_of(one.stats, one.ready);
    EXPECT_EQ(asked.exit_code, 1) << one.name;
    EXPECT_EQ(asked.error, "") << one.name;
    EXPECT_THAT(asked.text, HasSubstr(one.finding)) << one.name;
  }
}

TEST(StatusCommand, WarnsOfWhatWasLost) {
  const Asked asked = status_of(stats_body("1.0", 1, 12));
  EXPECT_EQ(asked.exit_code, 0);
  EXPECT_THAT(asked.text,
              HasSubstr("warn  drops               12 samples refused by the ring since the start; "));
}

TEST(StatusCommand, AsJsonIsOneValue) {
  const Asked asked = status_of(stats_body("1.0", 1, 0, ""), 200, true);
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_TRUE(asked.text.starts_with(R"({"healthy":false,"version":"0.1.0","node":"edge-1",)")) << asked.text;
  EXPECT_THAT(asked.text,
              HasSubstr(R"({"level":"fail","what":"hooks","finding":"attached to no interface",)"));
  EXPECT_EQ(std::count(asked.text.begin(), asked.text.end(), '\n'), 1);
}

TEST(StatusCommand, WhatIsNoAgentIsOneLine) {
  const Asked asked = status_of("<html>");
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_THAT(asked.error, HasSubstr("none of an agent"));
}

}  // namespace
}  // namespace sipsonde
