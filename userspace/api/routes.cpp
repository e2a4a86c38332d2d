// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include "api/registration_routes.h"
#include "metrics/negotiation.h"

namespace sipsonde {
namespace {

HttpResponse metrics_answer(const MetricsPage& page, const HttpRequest& request) {
  if (request.path != "/metrics" && request.path != "/")
    return error_response(404, "no such path; the metrics are at /metrics");
  if (!request.reads()) return method_not_allowed("GET, HEAD");
  if (request.path == "/")
    return {.content_type = "text/plain; charset=utf-8", .body = "The metrics are at /metrics\n"};
  Offer offer = negotiate(request.header("Accept"));
  HttpResponse response{.content_type = std::move(offer.content_type), .body = page.render(offer.format)};
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

HttpResponse ready_answer(Phase phase) {
  switch (phase) {
    case Phase::starting:
      return error_response(503, "starting: no hook is attached yet");
    case Phase::ready:
      return {.body = "{\"status\": \"ready\"}\n"};
    case Phase::draining:
      return error_response(503, "draining: hooks are off, what is left is being delivered");
  }
  return error_response(500, "the state is unknown");
}

HttpResponse admin_answer(const AdminSurroundings& surroundings, const HttpRequest& request) {
  if (auto answer = registrations_answer(surroundings.registrations, surroundings.now_ns(), request))
    return *answer;
  const bool health = request.path == "/admin/health";
  if (!health && request.path != "/admin/ready")
    return error_response(404,
                          "no such path; there are /admin/health, /admin/ready and /admin/registrations");
  if (!request.reads()) return method_not_allowed("GET, HEAD");
  return health ? HttpResponse{.body = "{\"status\": \"alive\"}\n"}
                : ready_answer(surroundings.readiness.load());
}

bool is_admin(std::string_view path) {
  return path == "/admin" || path.starts_with("/admin/");
}

}  // namespace

HttpHandler metrics_routes(const MetricsPage& page) {
  return [&page](const HttpRequest& request) { return metrics_answer(page, request); };
}

HttpHandler admin_routes(const AdminSurroundings& surroundings) {
  return [surroundings](const HttpRequest& request) {
    HttpResponse response = admin_answer(surroundings, request);
    if (is_admin(request.path)) surroundings.requests.count(request.method, response.status);
    return response;
  };
}

}  // namespace sipsonde
