// SPDX-License-Identifier: Apache-2.0
#include "otlp/export_reply.h"

#include <gtest/gtest.h>

#include <random>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct HttpCase {
  long status;
  ExportOutcome outcome;
};

class HttpStatuses : public testing::TestWithParam<HttpCase> {};

TEST_P(HttpStatuses, AreTriedAgainOnlyWhereTheSpecificationSaysSo) {
  const ExportReply reply = reply_of_http(GetParam().status, "", {});
  EXPECT_EQ(reply.outcome, GetParam().outcome);
  if (GetParam().outcome != ExportOutcome::taken)
    EXPECT_EQ(reply.message, "HTTP " + std::to_string(GetParam().status));
}

INSTANTIATE_TEST_SUITE_P(
    ExportReply, HttpStatuses,
    testing::Values(HttpCase{200, ExportOutcome::taken}, HttpCase{202, ExportOutcome::taken},
                    HttpCase{301, ExportOutcome::refused}, HttpCase{400, ExportOutcome::refused},
                    HttpCase{401, ExportOutcome::refused}, HttpCase{404, ExportOutcome::refused},
                    HttpCase{413, ExportOutcome::refused}, HttpCase{429, ExportOutcome::later},
                    HttpCase{500, ExportOutcome::refused}, HttpCase{501, ExportOutcome::refused},
                    HttpCase{502, ExportOutcome::later}, HttpCase{503, ExportOutcome::later},
                    HttpCase{504, ExportOutcome::later}, HttpCase{505, ExportOutcome::refused}));

struct GrpcCase {
  int code;
  ExportOutcome outcome;
};

class GrpcStatuses : public testing::TestWithParam<GrpcCase> {};

TEST_P(GrpcStatuses, AreTriedAgainOnlyWhereTheSpecificationSaysSo) {
  EXPECT_EQ(reply_of_grpc(GetParam().code, "why", "", "").outcome, GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    ExportReply, GrpcStatuses,
    testing::Values(GrpcCase{0, ExportOutcome::taken}, GrpcCase{1, ExportOutcome::later},
                    GrpcCase{2, ExportOutcome::refused}, GrpcCase{3, ExportOutcome::refused},
                    GrpcCase{4, ExportOutcome::later}, GrpcCase{5, ExportOutcome::refused},
                    GrpcCase{7, ExportOutcome::refused}, GrpcCase{8, ExportOutcome::refused},
                    GrpcCase{10, ExportOutcome::later}, GrpcCase{11, ExportOutcome::later},
                    GrpcCase{12, ExportOutcome::refused}, GrpcCase{13, ExportOutcome::refused},
                    GrpcCase{14, ExportOutcome::later}, GrpcCase{15, ExportOutcome::later},
                    GrpcCase{16, ExportOutcome::refused}));

// google.rpc.Status {code: 8, details: [Any {type_url: ".../google.rpc.RetryInfo", value: {retry_delay:
// {…}}}]}
std::string details_with_delay(const std::string& duration) {
  const std::string type = "type.googleapis.com/google.rpc.RetryInfo";
  const std::string info = std::string("\x0a") + static_cast<char>(duration.size()) + duration;
  const std::string any = std::string("\x0a") + static_cast<char>(type.size()) + type + "\x12" +
                          static_cast<char>(info.size()) + info;
  return std::string("\x08\x08\x1a") + static_cast<char>(any.size()) + any;
}

TEST(ExportReply, AnExhaustedReceiverIsAskedAgainWhenItSaysWhen) {
  const ExportReply reply = reply_of_grpc(
      8, "too much", details_with_delay(std::string("\x08\x07\x10\x80\xca\xb5\xee\x01", 8)), "");
  EXPECT_EQ(reply.outcome, ExportOutcome::later);
  EXPECT_EQ(reply.retry_after, 7500ms);
  EXPECT_EQ(reply_of_grpc(8, "", details_with_delay(""), "").retry_after, 0ms);
  EXPECT_EQ(reply_of_grpc(14, "", details_with_delay("\x08\x02"), "").retry_after, 2000ms);
}

TEST(ExportReply, RetryAfterIsOfWhatIsTriedAgainAndBounded) {
  EXPECT_EQ(reply_of_http(503, "", 3s).retry_after, 3000ms);
  EXPECT_EQ(reply_of_http(429, "", 1000h).retry_after, 300s);
  EXPECT_EQ(reply_of_http(503, "", {}).retry_after, std::nullopt);
  EXPECT_EQ(reply_of_http(400, "", 3s).retry_after, std::nullopt);
}

TEST(ExportReply, PartialSuccessIsTakenAndCounted) {
  const std::string body(
      "\x0a\x08\x08\x03\x12\x04"
      "nope",
      10);
  for (const ExportReply& reply : {reply_of_http(200, body, {}), reply_of_grpc(0, "", "", body)}) {
    EXPECT_EQ(reply.outcome, ExportOutcome::taken);
    EXPECT_EQ(reply.rejected, 3u);
    EXPECT_EQ(reply.message, "nope");
  }
}

TEST(ExportReply, AWarningRejectsNothing) {
  const ExportReply reply = reply_of_http(200,
                                          std::string("\x0a\x06\x12\x04"
                                                      "note",
                                                      8),
                                          {});
  EXPECT_EQ(reply.rejected, 0u);
  EXPECT_EQ(reply.message, "note");
}

TEST(ExportReply, TheMessageOfAnErrorBodyIsPartOfTheLine) {
  EXPECT_EQ(reply_of_http(400,
                          std::string("\x08\x03\x12\x04"
                                      "bad\n",
                                      8),
                          {})
                .message,
            "HTTP 400: bad ");
}

TEST(ExportReply, NegativeCountsAreNone) {
  const std::string body("\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13);
  EXPECT_EQ(reply_of_http(200, body, {}).rejected, 0u);
}

TEST(ExportReply, APageOfHtmlIsNoReceiverWhateverItsStatus) {
  for (const std::string_view page :
       {"<!DOCTYPE html><html>Please sign in</html>", "\r\n <html lang=en>", "<HTML>"}) {
    const ExportReply reply = reply_of_http(200, page, {});
    EXPECT_EQ(reply.outcome, ExportOutcome::later) << page;
    EXPECT_EQ(reply.message, "what answers is no receiver of OTLP: HTTP 200 and a page of HTML");
  }
  for (const std::string_view body : {"", "{}", "{\"partialSuccess\":{}}", "<", "   "})
    EXPECT_EQ(reply_of_http(200, body, {}).outcome, ExportOutcome::taken) << body;
}

TEST(ExportReply, GarbageSaysNothing) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 64, 0);
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(reply_of_http(200, bytes, {}).outcome, ExportOutcome::taken);
    EXPECT_EQ(reply_of_http(404, bytes, {}).outcome, ExportOutcome::refused);
    EXPECT_LE(reply_of_grpc(8, bytes, bytes, bytes).message.size(), 300u);
    EXPECT_EQ(reply_of_grpc(0, bytes, bytes, "<html>no</html>").rejected, 0u);
  }
}

}  // namespace
}  // namespace sipsonde
