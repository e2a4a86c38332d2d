// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/route_table.h"
#include "metrics/info_metrics.h"
#include "metrics/worker_metrics.h"
#include "unit/api/api_stage.h"

namespace sipsonde::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

HttpRequest request_for(const std::string& path, const std::string& method = "GET",
                        const std::string& accept = "") {
  return {.method = method, .path = path, .query = "", .body = "", .headers = {{"Accept", accept}}};
}

class MetricsRoutes : public testing::Test {
 protected:
  MetricsRoutes() { page.add(workers); }
  WorkerMetrics workers{[] { return 1u; }, 4};
  MetricsPage page{false};
  HttpResponse handler(const HttpRequest& request) { return metrics_routes(page).at_once(request).value(); }
};

TEST_F(MetricsRoutes, GiveTextUnlessAskedOtherwise) {
  const HttpResponse response = handler(request_for("/metrics"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, EndsWith("\nsipsonde_workers_max 4\n"));
}

TEST_F(MetricsRoutes, GiveOpenMetricsWhenAsked) {
  const HttpResponse response =
      handler(request_for("/metrics", "GET", "application/openmetrics-text;version=1.0.0"));
  EXPECT_THAT(response.content_type, HasSubstr("application/openmetrics-text; version=1.0.0"));
  EXPECT_THAT(response.body, EndsWith("\n# EOF\n"));
}

TEST_F(MetricsRoutes, PointFromTheRootToThePage) {
  EXPECT_EQ(handler(request_for("/")).body, "The metrics are at /metrics\n");
}

TEST_F(MetricsRoutes, RefuseOtherPathsAndMethods) {
  EXPECT_EQ(handler(request_for("/metrics/")).status, 404u);
  EXPECT_THAT(handler(request_for("/x")).body, HasSubstr("{\"error\": \""));
  const HttpResponse refused = handler(request_for("/metrics", "POST"));
  EXPECT_EQ(refused.status, 405u);
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(handler(request_for("/metrics", "HEAD")).status, 200u);
}

// Of the counter, 0 where it is not shown.
double counted(const ApiStage& stage, const std::string& method, const std::string& result) {
  for (const auto& family : stage.requests.Collect())
    for (const auto& metric : family.metric)
      if (metric.label.at(0).value == method && metric.label.at(1).value == result)
        return metric.counter.value;
  return 0;
}

struct PhaseCase {
  Phase phase;
  unsigned health;
  unsigned ready;
};

TEST(ApiRoutes, TellHealthAndReadinessApart) {
  ApiStage stage;
  for (const PhaseCase expected : {PhaseCase{Phase::starting, 200, 503}, PhaseCase{Phase::ready, 200, 200},
                                   PhaseCase{Phase::draining, 200, 503}}) {
    stage.readiness = expected.phase;
    EXPECT_EQ(stage.get("/admin/health").status, expected.health);
    const HttpResponse ready = stage.get("/admin/ready");
    EXPECT_EQ(ready.status, expected.ready);
    EXPECT_EQ(ready.body.starts_with("{\"error\": \""), expected.ready != 200);
    EXPECT_EQ(ready.content_type, "application/json");
  }
}

TEST(ApiRoutes, AnswerEveryOtherPathWith404AndEveryOtherMethodWith405) {
  ApiStage stage;
  for (const char* path : {"", "/", "/admin", "/admin/", "/admin/ready/", "/ADMIN/ready", "/calls/",
                           "//calls", "/openapi.json/", "*", "/../admin/stats"})
    EXPECT_EQ(stage.get(path).status, 404u) << path;
  struct {
    const char* method;
    const char* path;
    const char* allowed;
  } const cases[] = {
      {"DELETE", "/admin/ready", "GET, HEAD"},
      {"POST", "/calls", "GET, HEAD"},
      {"PUT", "/admin/registrations/a@b", "GET, HEAD, DELETE"},
      {"GET", "/calls/a@b/events", "POST"},
      {"HEAD", "/calls/a@b/events", "POST"},
      {"POST", "/calls/a@b/trace", "GET, HEAD"},
      {"DELETE", "/calls/a@b", "GET, HEAD"},
      {"get", "/admin/ready", "GET, HEAD"},
  };
  for (const auto& test : cases) {
    const HttpResponse response =
        stage.ask({.method = test.method, .path = test.path, .query = "", .body = "", .headers = {}});
    EXPECT_EQ(response.status, 405u) << test.method << " " << test.path;
    EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Allow", test.allowed)));
  }
}

TEST(ApiRoutes, LetOnlyHealthAndReadinessInWithoutTheToken) {
  ApiStage stage("secret");
  stage.switch_store_on();
  for (const Route& route : api_routes()) {
    const bool open = route.path == "/admin/health" || route.path == "/admin/ready";
    std::string path(route.path);
    if (const std::size_t brace = path.find('{'); brace != path.npos)
      path.replace(brace, path.find('}') - brace + 1, "a%40b");
    const HttpRequest request{
        .method = std::string(route.method), .path = path, .query = "", .body = "", .headers = {}};
    EXPECT_EQ(stage.ask(request).status, open ? 200u : 401u) << route.method << " " << path;
    EXPECT_FALSE(stage.waited) << "nobody waits who may not ask";
  }
  EXPECT_EQ(stage.get("/no/such/path").status, 401u) << "which paths there are is nobody's business either";
  stage.headers = {{"Authorization", "Bearer secret"}};
  EXPECT_EQ(stage.get("/calls").status, 200u);
  EXPECT_EQ(stage.get("/admin/stats").status, 200u);
  EXPECT_EQ(stage.get("/no/such/path").status, 404u);
}

TEST(ApiRoutes, CountRequestsBelowAdminByMethodAndResult) {
  ApiStage stage;
  stage.readiness = Phase::draining;
  stage.get("/admin/health");
  stage.get("/admin/ready");
  stage.get("/admin/registrations");
  stage.ask({.method = "DELETE", .path = "/admin/registrations/x@y", .query = "", .body = "", .headers = {}});
  stage.ask({.method = "BREW", .path = "/admin/nothing", .query = "", .body = "", .headers = {}});
  stage.get("/elsewhere");
  EXPECT_EQ(counted(stage, "GET", "ok"), 2);
  EXPECT_EQ(counted(stage, "GET", "server-error"), 1);
  EXPECT_EQ(counted(stage, "DELETE", "client-error"), 1);
  EXPECT_EQ(counted(stage, "other", "client-error"), 1);
  EXPECT_EQ(counted(stage, "GET", "client-error"), 0);
}

TEST(ApiRoutes, TellTheStateOfTheAgent) {
  ApiStage stage;
  WorkerMetrics workers([] { return 1u; }, 4);
  stage.page.add(workers);
  AttachMetrics hooks([] { return std::vector<Attachment>{{"eth0", SIPSONDE_FLOW_ingress, "tcx"}}; });
  stage.page.add(hooks);
  const HttpResponse response = stage.get("/admin/stats");
  EXPECT_EQ(response.status, 200u);
  for (const char* part :
       {R"("version":")", R"("node":"edge-1")", R"("state":"ready")", R"("uptime_seconds":90.000)",
        R"("workers":{"running":1,"most":4})", R"("sinks":[])",
        R"("hooks":[{"interface":"eth0","direction":"ingress","hook":"tcx"}])",
        R"("memory":{"allocated_bytes":null,"resident_bytes":null})"})
    EXPECT_THAT(response.body, HasSubstr(part));
}

TEST(PartOf, IsWhatStandsInPlaceOfTheBraces) {
  struct {
    const char* path;
    const char* pattern;
    std::optional<std::string_view> part;
  } const cases[] = {
      {"/calls", "/calls", ""},
      {"/calls/", "/calls", std::nullopt},
      {"/calls/a%2Fb@c", "/calls/{call_id}", "a%2Fb@c"},
      {"/calls/a/b@c", "/calls/{call_id}", "a/b@c"},
      {"/calls/a/b/trace", "/calls/{call_id}/trace", "a/b"},
      {"/calls/trace", "/calls/{call_id}/trace", std::nullopt},
      {"/calls//trace", "/calls/{call_id}/trace", std::nullopt},
      {"/calls/", "/calls/{call_id}", std::nullopt},
      {"/calls", "/calls/{call_id}", std::nullopt},
  };
  for (const auto& test : cases) EXPECT_EQ(part_of(test.path, test.pattern), test.part) << test.path;
}

TEST(ErrorResponse, EscapesWhatItIsTold) {
  EXPECT_EQ(error_response(400, "a \"b\"\n").body, "{\"error\": \"a \\\"b\\\"\\u000A\"}\n");
}

TEST(HttpRequest, FindsAHeaderWhateverItsCase) {
  const HttpRequest request = request_for("/", "GET", "x");
  EXPECT_EQ(request.header("accept"), "x");
  EXPECT_EQ(request.header("Accep"), "");
}

}  // namespace
}  // namespace sipsonde::test
