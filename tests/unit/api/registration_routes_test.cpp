// SPDX-License-Identifier: Apache-2.0
#include "api/registration_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/api_stage.h"

namespace sipsonde::test {
namespace {

using testing::HasSubstr;

class RegistrationRoutes : public testing::Test {
 protected:
  void add(const std::string& user, const std::string& agent = "phone/1.0") {
    watcher.see(
        {.asked = {"Contact: <sip:" + user + "@192.0.2.10:5060>", "Expires: 60", "User-Agent: " + agent},
         .answered = {},
         .to = "sip:" + user + "@example.com"});
  }
  HttpResponse ask(const std::string& path, const std::string& method = "GET",
                   const std::string& query = "") {
    return stage.ask({.method = method, .path = path, .query = query, .body = "", .headers = {}});
  }
  ApiStage stage;
  Watcher& watcher = stage.watcher;
};

TEST_F(RegistrationRoutes, ListBindings) {
  EXPECT_EQ(ask("/admin/registrations").body, "{\"registrations\": [], \"next\": null}\n");
  add("bob");
  add("alice");
  const HttpResponse answer = ask("/admin/registrations");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(
      answer.body,
      "{\"registrations\": [{\"aor\": \"alice@example.com\", \"contact\": \"sip:alice@192.0.2.10:5060\", "
      "\"source\": \"192.0.2.10:5060\", \"expires\": 59, \"user_agent\": \"phone/1.0\"}, "
      "{\"aor\": \"bob@example.com\", \"contact\": \"sip:bob@192.0.2.10:5060\", "
      "\"source\": \"192.0.2.10:5060\", \"expires\": 59, \"user_agent\": \"phone/1.0\"}], \"next\": null}\n");
}

TEST_F(RegistrationRoutes, ListThemInPages) {
  for (const char* user : {"a", "b", "c"}) add(user);
  const HttpResponse first = ask("/admin/registrations", "GET", "limit=2");
  EXPECT_THAT(first.body, HasSubstr("\"next\": \"b@example.com\""));
  const HttpResponse second = ask("/admin/registrations", "GET", "limit=2&after=b%40example.com");
  EXPECT_THAT(second.body, HasSubstr("\"aor\": \"c@example.com\""));
  EXPECT_THAT(second.body, HasSubstr("\"next\": null"));
  for (const char* wrong : {"limit=0", "limit=x", "limit=", "limit=5x", "limit=-1", "limit=10001", "after=%"})
    EXPECT_EQ(ask("/admin/registrations", "GET", wrong).status, 400u) << wrong;
}

TEST_F(RegistrationRoutes, TellOfOneAddressHoweverItIsWritten) {
  add("alice");
  for (const char* name : {"alice@example.com", "alice%40example.com", "sip:alice@EXAMPLE.com;transport=tcp",
                           "sip%3Aalice%40example.com%3A5060"}) {
    const HttpResponse answer = ask("/admin/registrations/" + std::string(name));
    EXPECT_EQ(answer.status, 200u) << name;
    EXPECT_THAT(answer.body,
                testing::StartsWith("{\"aor\": \"alice@example.com\", \"registrations\": [{\"aor\": "));
  }
}

TEST_F(RegistrationRoutes, KnowNoOther) {
  add("alice");
  for (const char* name : {"bob@example.com", "", "alice@example.com/", "%00"}) {
    const HttpResponse answer = ask("/admin/registrations/" + std::string(name));
    EXPECT_EQ(answer.status, 404u) << name;
    EXPECT_THAT(answer.body, HasSubstr("{\"error\": \""));
  }
  EXPECT_EQ(ask("/admin/registrations/%4").status, 400u);
  EXPECT_EQ(ask("/admin/registrationsX").status, 404u);
}

TEST_F(RegistrationRoutes, ForgetOnce) {
  add("alice");
  add("bob");
  const HttpResponse answer = ask("/admin/registrations/alice%40example.com", "DELETE");
  EXPECT_EQ(answer.status, 204u);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(ask("/admin/registrations/alice%40example.com", "DELETE").status, 404u);
  EXPECT_EQ(ask("/admin/registrations/alice%40example.com").status, 404u);
  EXPECT_EQ(watcher.table.live(), 1u);
}

TEST_F(RegistrationRoutes, TakeNoOtherMethod) {
  add("alice");
  EXPECT_EQ(ask("/admin/registrations", "DELETE").status, 405u);
  EXPECT_EQ(ask("/admin/registrations", "HEAD").status, 200u);
  EXPECT_EQ(ask("/admin/registrations/alice@example.com", "PUT").status, 405u);
  EXPECT_EQ(ask("/admin/registrations/alice@example.com", "HEAD").status, 200u);
  EXPECT_EQ(watcher.table.live(), 1u);
}

TEST_F(RegistrationRoutes, StayJsonWhateverAHeaderHeld) {
  add("alice", "\"\\\xff\x01");
  EXPECT_THAT(ask("/admin/registrations").body, HasSubstr("\"user_agent\": \"\\\"\\\\\xEF\xBF\xBD\\u0001\""));
}

}  // namespace
}  // namespace sipsonde::test
