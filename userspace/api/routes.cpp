// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include "api/route_table.h"
#include "api/uri_text.h"
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

// Which route a request takes, or why none.
struct Way {
  const Route* route = nullptr;
  std::string_view part;   // not decoded
  std::string other_ways;  // methods of the path, when it is only the method that does not fit
};

Way way_of(const HttpRequest& request) {
  const std::string_view method = request.reads() ? "GET" : std::string_view(request.method);
  std::string_view pattern;
  Way way;
  for (const Route& route : api_routes()) {
    const auto part = pattern.empty() ? part_of(request.path, route.path)
                                      : (route.path == pattern ? std::optional(way.part) : std::nullopt);
    if (!part) continue;
    pattern = route.path;
    way.part = *part;
    if (route.method == method) {
      way.route = &route;
      return way;
    }
    way.other_ways.append(way.other_ways.empty() ? "" : ", ").append(route.method);
    if (route.method == "GET") way.other_ways += ", HEAD";
  }
  return way;
}

HttpResponse answer_by(const Way& way, const ApiSurroundings& surroundings, const HttpRequest& request) {
  // No Call-ID and no address-of-record that was kept is longer.
  constexpr std::size_t kPartMost = 1024;
  const auto part = percent_decoded(way.part);
  if (!part) return error_response(400, "the path is not percent-encoded: % needs two hexadecimal digits");
  if (part->size() > kPartMost) return error_response(404, "nothing of so long a name is known");
  return way.route->answer(surroundings, request, *part);
}

// What can be said at once.
std::optional<HttpResponse> first_answer(const ApiSurroundings& surroundings, const HttpRequest& request) {
  const Way way = way_of(request);
  if (!way.route || way.route->entry != Route::Entry::open)
    if (auto refused = surroundings.access.refusal(request)) return refused;
  if (!way.other_ways.empty() && !way.route) return method_not_allowed(way.other_ways);
  if (!way.route) return error_response(404, "no such path; /openapi.json lists those that there are");
  if (way.route->pace == Route::Pace::waits) return std::nullopt;
  return answer_by(way, surroundings, request);
}

bool is_admin(std::string_view path) {
  return path == "/admin" || path.starts_with("/admin/");
}

}  // namespace

HttpService metrics_routes(const MetricsPage& page) {
  return {.at_once = [&page](const HttpRequest& request) { return metrics_answer(page, request); }};
}

HttpService api_service(const ApiSurroundings& surroundings) {
  return {
      .at_once =
          [&surroundings](const HttpRequest& request) {
            auto response = first_answer(surroundings, request);
            if (response && is_admin(request.path))
              surroundings.requests.count(request.method, response->status);
            return response;
          },
      .later = [&surroundings](
                   const HttpRequest& request) { return answer_by(way_of(request), surroundings, request); }};
}

}  // namespace sipsonde
