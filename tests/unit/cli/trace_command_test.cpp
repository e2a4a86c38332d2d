// SPDX-License-Identifier: Apache-2.0
#include "cli/trace_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "recorded_api.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kEvents =
    R"({"call_id": "a/b@c", "events": [{"ts":"2026-03-01T12:00:00.000000000Z","call_id":"a/b@c","leg":0,"event":"sip.invite","method":"INVITE","code":null,"src":"192.0.2.1:5060","dst":"192.0.2.2:5060","transport":"udp","attributes":{}}]})";
constexpr const char* kLegs =
    R"({"call_id": "a/b@c", "legs": [{"call_id":"a/b@c","leg":0,"src":"192.0.2.1:5060","dst":"192.0.2.2:5060","from_number":"alice","to_number":"bob","disposition":"answered","price":0.0345}]})";

class TraceCommand : public testing::Test {
 protected:
  TraceCommand() {
    options_.call_id = "a/b@c";
    api_.replies["/calls/a%2Fb%40c/trace"] = {200, kEvents};
    api_.replies["/calls/a%2Fb%40c"] = {200, kLegs};
  }
  Result<Done> run() {
    return trace_command(options_, api_.ask(),
                         {.is_terminal = false, .colour = false, .utf8 = true, .width = 80}, out_);
  }

  TraceOptions options_;
  RecordedApi api_;
  std::ostringstream out_;
};

TEST_F(TraceCommand, DrawsTheCall) {
  ASSERT_TRUE(run());
  EXPECT_THAT(out_.str(), HasSubstr("192.0.2.1:5060"));
  EXPECT_THAT(out_.str(), HasSubstr("INVITE"));
  EXPECT_THAT(out_.str(), HasSubstr("alice → bob, answered"));
}

TEST_F(TraceCommand, AsJsonIsWhatTheAgentSaysInOneValue) {
  options_.json = true;
  ASSERT_TRUE(run());
  EXPECT_TRUE(out_.str().starts_with(R"({"call_id": "a/b@c", "legs": [{"call_id":"a/b@c",)")) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr(R"("price":0.0345)"));
  EXPECT_TRUE(out_.str().ends_with(R"("attributes":{}}]})"
                                   "\n"))
      << out_.str();
}

TEST_F(TraceCommand, WritesThePictureToAFile) {
  const std::string path = testing::TempDir() + "/sipsonde-ladder-" + std::to_string(getpid()) + ".svg";
  options_.svg = path;
  ASSERT_TRUE(run());
  EXPECT_EQ(out_.str(), "");
  std::stringstream written;
  written << std::ifstream(path).rdbuf();
  EXPECT_THAT(written.str(), HasSubstr("<svg "));
  std::filesystem::remove(path);
  options_.svg = "/nowhere/at/all.svg";
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "write /nowhere/at/all.svg: No such file or directory");
}

TEST_F(TraceCommand, ACallThatIsOpenHasEventsAndNoRowYet) {
  api_.replies["/calls/a%2Fb%40c"] = {404, R"({"error": "no leg of that call is known"})"};
  ASSERT_TRUE(run());
  EXPECT_THAT(out_.str(), HasSubstr("INVITE"));
}

TEST_F(TraceCommand, SaysWhatTheAgentSaysOfAnUnknownCall) {
  for (const char* path : {"/calls/a%2Fb%40c", "/calls/a%2Fb%40c/trace"})
    api_.replies[path] = {404, R"({"error": "the local store is off"})"};
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message,
            "no call \"a/b@c\": the local store is off; `sipsonde calls` lists those that are known");
  EXPECT_EQ(done.error().exit_code, 1);
}

TEST_F(TraceCommand, WhatIsNoAgentIsOneLine) {
  for (const ApiReply& reply :
       {ApiReply{200, "<html>"}, ApiReply{200, "{\"events\": 1}"}, ApiReply{404, "<html>"}, ApiReply{503, ""},
        ApiReply{200, std::string(100'000, '[')}}) {
    api_.replies["/calls/a%2Fb%40c/trace"] = reply;
    const auto done = run();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message.find('\n'), std::string::npos);
    EXPECT_THAT(done.error().message, HasSubstr("--api URL"));
  }
}

TEST_F(TraceCommand, JsonForATerminalHoldsNoControls) {
  options_.json = true;
  api_.replies["/calls/a%2Fb%40c/trace"] = {200,
                                            "{\"events\": [{\"reason\": \"\xc2\x9b\x7f\\u001b\xc3\xa9\"}]}"};
  ASSERT_TRUE(run());
  EXPECT_THAT(out_.str(), HasSubstr("\\u009B\\u007F\\u001B\xc3\xa9"));
}

}  // namespace
}  // namespace sipsonde
