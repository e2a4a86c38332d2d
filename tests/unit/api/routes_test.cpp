// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/worker_metrics.h"

namespace sipsonde {
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
  HttpHandler handler = metrics_routes(page);
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

struct AdminCase {
  Phase phase;
  unsigned health;
  unsigned ready;
};

std::uint64_t at_nought() {
  return 0;
}

struct Admin {
  explicit Admin(Phase phase) : readiness(phase) {}
  // Of the counter, 0 where it is not shown.
  double counted(const std::string& method, const std::string& result) const {
    for (const auto& family : requests.Collect())
      for (const auto& metric : family.metric)
        if (metric.label.at(0).value == method && metric.label.at(1).value == result)
          return metric.counter.value;
    return 0;
  }
  Readiness readiness;
  Registrations registrations{10};
  AdminRequests requests;
  HttpHandler handler = admin_routes({readiness, registrations, requests, at_nought});
};

TEST(AdminRoutes, TellHealthAndReadinessApart) {
  Admin admin(Phase::starting);
  auto& [readiness, registrations, requests, handler] = admin;
  for (const AdminCase expected : {AdminCase{Phase::starting, 200, 503}, AdminCase{Phase::ready, 200, 200},
                                   AdminCase{Phase::draining, 200, 503}}) {
    readiness = expected.phase;
    EXPECT_EQ(handler(request_for("/admin/health")).status, expected.health);
    const HttpResponse ready = handler(request_for("/admin/ready"));
    EXPECT_EQ(ready.status, expected.ready);
    EXPECT_EQ(ready.body.starts_with("{\"error\": \""), expected.ready != 200);
    EXPECT_EQ(ready.content_type, "application/json");
  }
}

TEST(AdminRoutes, RefuseOtherPathsAndMethods) {
  Admin admin(Phase::ready);
  EXPECT_EQ(admin.handler(request_for("/admin")).status, 404u);
  EXPECT_EQ(admin.handler(request_for("/")).status, 404u);
  EXPECT_EQ(admin.handler(request_for("/admin/ready", "DELETE")).status, 405u);
}

TEST(AdminRoutes, LeadToTheRegistrations) {
  Admin admin(Phase::ready);
  EXPECT_THAT(admin.handler(request_for("/admin/registrations")).body, HasSubstr("\"registrations\": []"));
}

TEST(AdminRoutes, CountRequestsByMethodAndResult) {
  Admin admin(Phase::draining);
  admin.handler(request_for("/admin/health"));
  admin.handler(request_for("/admin/ready"));
  admin.handler(request_for("/admin/registrations"));
  admin.handler(request_for("/admin/registrations/x@y", "DELETE"));
  admin.handler(request_for("/admin/nothing", "BREW"));
  admin.handler(request_for("/elsewhere"));
  EXPECT_EQ(admin.counted("GET", "ok"), 2);
  EXPECT_EQ(admin.counted("GET", "server-error"), 1);
  EXPECT_EQ(admin.counted("DELETE", "client-error"), 1);
  EXPECT_EQ(admin.counted("other", "client-error"), 1);
  EXPECT_EQ(admin.counted("GET", "client-error"), 0);
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
}  // namespace sipsonde
