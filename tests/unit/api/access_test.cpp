// SPDX-License-Identifier: Apache-2.0
#include "api/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

HttpRequest request_with(std::vector<std::pair<std::string, std::string>> headers,
                         const std::string& method = "GET") {
  return {.method = method, .path = "/calls", .query = "", .body = "", .headers = std::move(headers)};
}

unsigned answer(const ApiAccess& access, const HttpRequest& request) {
  const auto refusal = access.refusal(request);
  return refusal ? refusal->status : 200;
}

TEST(Access, WithATokenIsForThoseWhoKnowIt) {
  const ApiAccess access("s3cret-Token");
  struct {
    std::string authorization;
    unsigned status;
  } const cases[] = {
      {"Bearer s3cret-Token", 200},
      {"bearer s3cret-Token", 200},
      {"BEARER   s3cret-Token ", 200},
      {"Bearer s3cret-token", 401},
      {"Bearer s3cret-Toke", 401},
      {"Bearer s3cret-Token2", 401},
      {"Bearer", 401},
      {"Bearer ", 401},
      {"", 401},
      {"s3cret-Token", 401},
      {"Basic s3cret-Token", 401},
      {"Bearers3cret-Token", 401},
      {"Bearer s3cret-Token x", 401},
      {std::string(10'000, 'a'), 401},
  };
  for (const auto& test : cases)
    EXPECT_EQ(answer(access, request_with({{"Authorization", test.authorization}})), test.status)
        << test.authorization;
  EXPECT_EQ(answer(access, request_with({})), 401u);
  EXPECT_EQ(answer(access, request_with({{"X-Authorization", "Bearer s3cret-Token"}})), 401u);
}

TEST(Access, SaysWhatIsMissing) {
  const auto refusal = ApiAccess("x").refusal(request_with({}));
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->headers, Contains(Pair("WWW-Authenticate", "Bearer realm=\"sipsonde\"")));
  EXPECT_THAT(refusal->body, HasSubstr("{\"error\": \""));
}

TEST(Access, WithoutATokenIsForEverybodyButPagesOfOtherSitesThatChangeSomething) {
  const ApiAccess access("");
  EXPECT_EQ(answer(access, request_with({})), 200u);
  EXPECT_EQ(answer(access, request_with({{"Authorization", "Bearer x"}})), 200u);
  EXPECT_EQ(answer(access, request_with({}, "POST")), 200u);
  const std::pair<std::string, std::string> host{"Host", "127.0.0.1:9092"};
  EXPECT_EQ(answer(access, request_with({host, {"Origin", "http://127.0.0.1:9092"}}, "POST")), 200u);
  EXPECT_EQ(answer(access, request_with({host, {"Origin", "http://evil.example"}}, "POST")), 403u);
  EXPECT_EQ(answer(access, request_with({host, {"Origin", "null"}}, "DELETE")), 403u);
  EXPECT_EQ(answer(access, request_with({host, {"Origin", "http://evil.example"}}, "GET")), 200u)
      << "what it reads its browser does not show it";
}

TEST(Access, TakesTheTokenFromAFile) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("token");
  const auto write = [&path](const std::string& text) { std::ofstream(path, std::ios::binary) << text; };
  write("  from-a-file\r\n");
  const auto access = ApiAccess::of({.token = "", .token_file = path});
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(answer(*access, request_with({{"Authorization", "Bearer from-a-file"}})), 200u);
  EXPECT_EQ(answer(*access, request_with({})), 401u);
  for (const char* content : {"", "\n \n", "two words", "t\x80"}) {
    write(content);
    const auto refused = ApiAccess::of({.token = "", .token_file = path});
    ASSERT_FALSE(refused) << content;
    EXPECT_EQ(refused.error().exit_code, 2);
    EXPECT_THAT(refused.error().message, HasSubstr("read api.token_file \"" + path + "\": "));
  }
  EXPECT_FALSE(ApiAccess::of({.token = "", .token_file = directory.file("nothing")}));
}

TEST(Access, TakesTheTokenFromTheSetting) {
  const auto access = ApiAccess::of({.token = "set", .token_file = ""});
  ASSERT_TRUE(access);
  EXPECT_EQ(answer(*access, request_with({{"Authorization", "Bearer set"}})), 200u);
  EXPECT_EQ(answer(*access, request_with({})), 401u);
}

}  // namespace
}  // namespace sipsonde
