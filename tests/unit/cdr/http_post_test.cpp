// SPDX-License-Identifier: Apache-2.0
#include "cdr/http_post.h"

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

TEST(HttpPost, ACertificateThatIsNotThereIsSaidAtTheStart) {
  const auto refused = HttpPost::open(
      {.what = "cdr.http", .url = "https://127.0.0.1/", .headers = {}, .ca_file = "/nowhere.pem"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_TRUE(refused.error().message.starts_with("cdr.http.ca_file: read \"/nowhere.pem\""));
}

TEST(HttpPost, WhoIsNotThereGivesNoStatusAndAReason) {
  const auto post =
      HttpPost::open({.what = "cdr.http", .url = "http://127.0.0.1:1/", .headers = {}, .ca_file = {}});
  ASSERT_TRUE(post);
  const HttpReply reply = (*post)->post("[]");
  EXPECT_EQ(reply.status, 0);
  EXPECT_FALSE(reply.text().empty());
}

}  // namespace
}  // namespace sipsonde
