// SPDX-License-Identifier: Apache-2.0
#include "base/http_client.h"

#include <gtest/gtest.h>

#include "unit/base/scripted_http.h"

namespace sipsonde {
namespace {

TEST(HttpReply, SaysWhoIsToBlame) {
  struct {
    long status;
    bool taken, refused;
  } constexpr kCases[] = {
      {200, true, false},  {202, true, false},  {204, true, false},  {0, false, false},  {301, false, false},
      {400, false, true},  {401, false, false}, {404, false, false}, {413, false, true}, {422, false, true},
      {429, false, false}, {500, false, false}, {503, false, false},
  };
  for (const auto& [status, taken, refused] : kCases) {
    const HttpReply reply{.status = status, .body = {}, .retry_after = {}};
    EXPECT_EQ(reply.is_taken(), taken) << status;
    EXPECT_EQ(reply.is_refused(), refused) << status;
  }
}

TEST(HttpReply, IsOneLineWhateverTheReceiverSays) {
  const HttpReply hostile{
      .status = 503, .body = "\x1b[2Jtry\r\nlater" + std::string(10'000, 'x'), .retry_after = {}};
  EXPECT_TRUE(hostile.text().starts_with("HTTP 503: \\x1b[2Jtry\\x0d\\x0alater")) << hostile.text();
  EXPECT_LT(hostile.text().size(), 400u);
  EXPECT_EQ((HttpReply{.status = 0, .body = "Connection refused", .retry_after = {}}).text(),
            "Connection refused");
}

TEST(HttpClient, ACertificateThatIsNotThereIsSaidAtTheStart) {
  const auto refused = HttpClient::open(
      {.what = "cdr.http", .url = "https://127.0.0.1/", .headers = {}, .ca_file = "/nowhere.pem"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_TRUE(refused.error().message.starts_with("cdr.http.ca_file: read \"/nowhere.pem\""));
}

TEST(HttpClient, WhoIsNotThereGivesNoStatusAndAReason) {
  const auto post =
      HttpClient::open({.what = "cdr.http", .url = "http://127.0.0.1:1/", .headers = {}, .ca_file = {}});
  ASSERT_TRUE(post);
  const HttpReply reply = (*post)->post("[]");
  EXPECT_EQ(reply.status, 0);
  EXPECT_FALSE(reply.text().empty());
}

TEST(HttpClient, GetsWithAHeaderOfItsOwnAndKeepsNoMoreThanItMay) {
  ScriptedHttp server;
  server.script({{.body = "1234"}, {.body = "123456789"}, {}});
  const auto client = HttpClient::open({.what = "test",
                                        .url = server.url(),
                                        .headers = {"Accept: text/plain"},
                                        .ca_file = {},
                                        .answer_longest = 8});
  ASSERT_TRUE(client);
  const HttpReply whole = (*client)->get(server.url() + "/a", "Authorization: Bearer 1");
  EXPECT_EQ(whole.body, "1234");
  EXPECT_FALSE(whole.is_cut);
  const HttpReply cut = (*client)->get(server.url() + "/b", "Authorization: Bearer 2");
  EXPECT_EQ(cut.status, 200);
  EXPECT_EQ(cut.body, "12345678");
  EXPECT_TRUE(cut.is_cut);
  (*client)->get(server.url() + "/c", "");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_TRUE(requests[0].head.starts_with("GET /a HTTP/1.1\r\n"));
  EXPECT_NE(requests[0].head.find("Accept: text/plain\r\n"), std::string::npos);
  EXPECT_NE(requests[1].head.find("Authorization: Bearer 2\r\n"), std::string::npos);
  EXPECT_EQ(requests[1].head.find("Bearer 1"), std::string::npos);
  EXPECT_EQ(requests[2].head.find("Authorization"), std::string::npos);
}

}  // namespace
}  // namespace sipsonde
