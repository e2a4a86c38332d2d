// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_lister.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubernetes/pod_list.h"
#include "unit/base/scripted_http.h"
#include "unit/kubernetes/pod_json.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

KubernetesSettings settings_for(const ScriptedHttp& server) {
  KubernetesSettings settings;
  settings.pods = true;
  settings.api = server.url();
  settings.ca_file.clear();
  settings.node = "node a/1";
  return settings;
}

TEST(PodLister, AsksTheCacheForThePodsOfThisNodeAndThenForThePagesThatFollow) {
  ScriptedHttp server;
  server.script({{.body = list_of({{}}, "a/b+c=")}, {.body = list_of({{.name = "other"}})}});
  auto lister = PodLister::open(settings_for(server));
  ASSERT_TRUE(lister) << lister.error().message;
  const auto pods = lister->list();
  ASSERT_TRUE(pods) << pods.error().message;
  EXPECT_EQ(pods->size(), 2u);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(
      requests[0].head,
      StartsWith("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dnode%20a%2F1&limit=500&resourceVersion=0 "));
  EXPECT_THAT(requests[0].head, HasSubstr("Accept: application/json"));
  EXPECT_THAT(requests[1].head,
              StartsWith("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dnode%20a%2F1&limit=500&"
                         "continue=a%2Fb%2Bc%3D "));
}

TEST(PodLister, SendsNoTokenInTheClear) {
  ScriptedHttp server;
  server.script({{.body = list_of({})}});
  auto settings = settings_for(server);
  settings.token_file = "/etc/hostname";
  auto lister = PodLister::open(settings);
  ASSERT_TRUE(lister);
  ASSERT_TRUE(lister->list());
  EXPECT_THAT(server.requests().at(0).head, Not(HasSubstr("Authorization")));
}

TEST(PodLister, SaysWhatTheServerSaysAndGoesOnAskingWhenItIsBack) {
  ScriptedHttp server;
  server.script(
      {{.status = 403, .body = R"({"kind":"Status","status":"Failure","message":"pods is forbidden"})"},
       {.status = 500, .body = "\x1b[2Jno"},
       {.body = "{}"},
       {.body = list_of({{}}, "gone")},
       {.status = 410, .body = "expired"},
       {.body = list_of({{}})}});
  auto lister = PodLister::open(settings_for(server));
  ASSERT_TRUE(lister);
  EXPECT_EQ(lister->list().error().message, "HTTP 403: pods is forbidden; let the service account list pods");
  EXPECT_EQ(lister->list().error().message, "HTTP 500: \\x1b[2Jno");
  EXPECT_EQ(lister->list().error().message, "the answer is no list of pods");
  EXPECT_EQ(lister->list().error().message, "HTTP 410: expired");
  EXPECT_TRUE(lister->list());
}

TEST(PodLister, EndsWhereAServerHasAlwaysOneMorePage) {
  ScriptedHttp server;
  server.script(std::vector<ScriptedHttp::Answer>(100, {.body = list_of({}, "more")}));
  auto lister = PodLister::open(settings_for(server));
  ASSERT_TRUE(lister);
  EXPECT_THAT(lister->list().error().message, HasSubstr("more than 64 pages"));
  EXPECT_EQ(server.requests().size(), PodLister::kPagesMax);
}

TEST(PodLister, WithoutATokenToReadItDoesNotBegin) {
  KubernetesSettings settings;
  settings.api = "https://127.0.0.1:1";
  settings.ca_file.clear();
  settings.token_file = "/nowhere/token";
  const auto lister = PodLister::open(settings);
  ASSERT_FALSE(lister);
  EXPECT_EQ(lister.error().exit_code, 2);
  EXPECT_THAT(lister.error().message,
              StartsWith("kubernetes.token_file: read the token \"/nowhere/token\": "));
  settings.ca_file = "/nowhere/ca.crt";
  EXPECT_THAT(PodLister::open(settings).error().message, StartsWith("kubernetes.ca_file: read"));
}

}  // namespace
}  // namespace sipsonde
