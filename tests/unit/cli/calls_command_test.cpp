// SPDX-License-Identifier: Apache-2.0
#include "cli/calls_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "recorded_api.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kNow_ms = 1'772'366'400'000;

std::string row(const std::string& call_id, const std::string& more = "") {
  return R"({"call_id":")" + call_id +
         R"(","leg":0,"trunk_id":"carrier-a","direction":"inbound","from_number":"alice",)"
         R"("to_number":"bob","start_timestamp_ms":1772366400000)" +
         more + "}";
}

class CallsCommand : public testing::Test {
 protected:
  Result<Done> run() {
    return calls_command(options_, api_.ask(),
                         {.is_terminal = false, .colour = false, .utf8 = true, .width = 80}, kNow_ms, out_,
                         notes_);
  }

  std::ptrdiff_t lines() const {
    const std::string text = out_.str();
    return std::count(text.begin(), text.end(), '\n');
  }

  CallsOptions options_;
  RecordedApi api_;
  std::ostringstream out_, notes_;
};

TEST_F(CallsCommand, AsksForWhatWasTyped) {
  options_.active = true;
  options_.from = "15m";
  options_.until = "2026-03-01T12:00:00Z";
  options_.text = "a&b=c d";
  options_.tenant = "acme";
  options_.trunk = "carrier/a";
  options_.disposition = "no-answer";
  EXPECT_EQ(calls_target(options_, 7, "2026-03-01/1/2", kNow_ms),
            "/calls?limit=7&active=true&from=1772365500000&until=2026-03-01T12%3A00%3A00Z&q=a%26b%3Dc%20d&"
            "tenant=acme"
            "&trunk=carrier%2Fa&disposition=no-answer&cursor=2026-03-01%2F1%2F2");
  EXPECT_EQ(calls_target(CallsOptions{}, 50, "", kNow_ms), "/calls?limit=50");
}

TEST_F(CallsCommand, PrintsATable) {
  api_.replies["/calls?limit=50"] = {
      200,
      R"({"calls": [)" +
          row("a@b",
              R"(,"disposition":"answered","sip_status":200,"billable_seconds":18,"codec":"PCMU","estimated_mos":4.4093)") +
          "," + row("a-much-longer@call.example") + R"(], "next": null})"};
  ASSERT_TRUE(run());
  EXPECT_EQ(
      out_.str(),
      "START (UTC)          DIRECTION  FROM   TO   TRUNK      RESULT    SIP  TALK S  CODEC  MOS   CALL-ID\n"
      "2026-03-01 12:00:00  inbound    alice  bob  carrier-a  answered  200    18.0  PCMU   4.41  a@b\n"
      "2026-03-01 12:00:00  inbound    alice  bob  carrier-a  -         -         -  -      -     "
      "a-much-longer@call.example\n");
  EXPECT_EQ(notes_.str(), "");
}

TEST_F(CallsCommand, ShowsHostileTextsAsText) {
  api_.replies["/calls?limit=50"] = {
      200,
      R"({"calls": [{"call_id":"\u001b]0;x\u0007\u202e","from_number":"\u009b2J\n","start_timestamp_ms":-5}], "next": null})"};
  ASSERT_TRUE(run());
  EXPECT_THAT(out_.str(), HasSubstr("\\u001B]0;x\\u0007\\u202E"));
  EXPECT_THAT(out_.str(), HasSubstr("\\u009B2J\\u000A"));
  EXPECT_EQ(lines(), 2);
}

TEST_F(CallsCommand, AsksForPagesUntilItHasEnough) {
  options_.limit = 1500;
  std::string thousand, five_hundred;
  for (int i = 0; i < 1000; ++i) thousand += (i > 0 ? "," : "") + row("a" + std::to_string(i));
  for (int i = 0; i < 500; ++i) five_hundred += (i > 0 ? "," : "") + row("b" + std::to_string(i));
  api_.replies["/calls?limit=1000"] = {200, R"({"calls": [)" + thousand + R"(], "next": "x/1"})"};
  api_.replies["/calls?limit=500&cursor=x%2F1"] = {200,
                                                   R"({"calls": [)" + five_hundred + R"(], "next": "x/2"})"};
  ASSERT_TRUE(run());
  EXPECT_THAT(api_.asked, ElementsAre("/calls?limit=1000", "/calls?limit=500&cursor=x%2F1"));
  EXPECT_EQ(lines(), 1501);
  EXPECT_EQ(notes_.str(), "there are more: add --cursor x/2\n");
}

TEST_F(CallsCommand, APageThatLeadsNowhereEndsIt) {
  options_.limit = 10;
  options_.cursor = "x";
  api_.replies["/calls?limit=10&cursor=x"] = {200, R"({"calls": [)" + row("a") + R"(], "next": "x"})"};
  ASSERT_TRUE(run());
  EXPECT_EQ(api_.asked.size(), 1u);
}

TEST_F(CallsCommand, AsJsonIsOneValue) {
  options_.json = true;
  options_.limit = 2;
  api_.replies["/calls?limit=2"] = {200, R"({"calls": [{"call_id":"a"}, {"call_id":"b"}], "next": "c\"d"})"};
  ASSERT_TRUE(run());
  EXPECT_EQ(out_.str(), R"({"calls": [{"call_id":"a"}, {"call_id":"b"}], "next": "c\"d"})"
                        "\n");
}

TEST_F(CallsCommand, SaysWhenThereIsNone) {
  api_.replies["/calls?limit=50"] = {200, R"({"calls": [], "next": null})"};
  ASSERT_TRUE(run());
  EXPECT_EQ(notes_.str(), "no call that fits is stored\n");
}

TEST_F(CallsCommand, SaysWhatTheAgentDoesNotTake) {
  api_.replies["/calls?limit=50"] = {400, R"({"error": "from is no time"})"};
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the agent answers 400: from is no time");
}

}  // namespace
}  // namespace sipsonde
