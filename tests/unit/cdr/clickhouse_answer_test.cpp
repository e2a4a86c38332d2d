// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_answer.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Verdict = ClickHouseVerdict;

HttpReply reply_of(long status, std::string body = {}) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

TEST(ClickHouseAnswer, GoesByTheServersOwnCode) {
  struct {
    const char* code;
    Verdict verdict;
  } constexpr kCases[] = {
      {"159", Verdict::later},   {"202", Verdict::later},    {"209", Verdict::later},
      {"210", Verdict::later},   {"241", Verdict::later},    {"242", Verdict::later},
      {"252", Verdict::later},   {"319", Verdict::later},    {"999", Verdict::later},
      {"12345", Verdict::later}, {"27", Verdict::refused},   {"117", Verdict::refused},
      {"41", Verdict::refused},  {"691", Verdict::refused},  {"60", Verdict::settings},
      {"62", Verdict::settings}, {"497", Verdict::settings}, {"516", Verdict::settings},
      {"81", Verdict::settings}, {"16", Verdict::settings},
  };
  for (const auto& [code, verdict] : kCases) {
    EXPECT_EQ(clickhouse_answer(reply_of(500, "Code: 1. no"), code, false).verdict, verdict) << code;
    EXPECT_EQ(clickhouse_answer(reply_of(200), code, false).verdict, verdict) << code << " behind a 200";
    const std::string body = "Code: " + std::string(code) + ". DB::Exception: no";
    EXPECT_EQ(clickhouse_answer(reply_of(404, body), "", false).verdict, verdict)
        << code << " in the body alone";
  }
}

TEST(ClickHouseAnswer, WithoutACodeGoesByTheStatus) {
  struct {
    long status;
    Verdict verdict;
  } constexpr kCases[] = {
      {200, Verdict::done},    {204, Verdict::done},     {0, Verdict::later},      {301, Verdict::later},
      {400, Verdict::later},   {429, Verdict::later},    {500, Verdict::later},    {503, Verdict::later},
      {413, Verdict::refused}, {401, Verdict::settings}, {403, Verdict::settings}, {404, Verdict::settings},
  };
  for (const auto& [status, verdict] : kCases)
    EXPECT_EQ(clickhouse_answer(reply_of(status), "", false).verdict, verdict) << status;
}

TEST(ClickHouseAnswer, ASuccessWithABodyIsSomebodyElse) {
  const ClickHouseAnswer stranger = clickhouse_answer(reply_of(200, "<html>Welcome</html>"), "", false);
  EXPECT_EQ(stranger.verdict, Verdict::later);
  EXPECT_EQ(stranger.text, "what answers is no ClickHouse: <html>Welcome</html>");
  EXPECT_EQ(clickhouse_answer(reply_of(200, "\n"), "", false).verdict, Verdict::done);
  EXPECT_EQ(clickhouse_answer(reply_of(200, "leg\tUInt32\n"), "", true).verdict, Verdict::done);
}

TEST(ClickHouseAnswer, SaysHowLongToWait) {
  EXPECT_EQ(clickhouse_answer(reply_of(500), "252", false).pause, 10s);
  EXPECT_EQ(clickhouse_answer(reply_of(500), "516", false).pause, 30s);
  EXPECT_EQ(clickhouse_answer(reply_of(500), "241", false).pause, std::nullopt);
  HttpReply busy = reply_of(503);
  busy.retry_after = 7s;
  EXPECT_EQ(clickhouse_answer(busy, "", false).pause, 7s);
}

TEST(ClickHouseAnswer, SaysWhatToDo) {
  EXPECT_EQ(
      clickhouse_answer(reply_of(403, "Code: 516. DB::Exception: edge: Authentication failed"), "516", false)
          .text,
      "HTTP 403: Code: 516. DB::Exception: edge: Authentication failed; see cdr.clickhouse.user and "
      "password_file");
}

}  // namespace
}  // namespace sipsonde
