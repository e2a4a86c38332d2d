// SPDX-License-Identifier: Apache-2.0
#include "api/route_table.h"

#include "api/call_routes.h"
#include "api/openapi.h"
#include "api/registration_routes.h"
#include "api/stats_route.h"

namespace sipsonde {
namespace {

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

using S = const ApiSurroundings&;
using R = const HttpRequest&;
using P = const std::string&;
constexpr auto kOpen = Route::Entry::open;
constexpr auto kWithToken = Route::Entry::with_token;
constexpr auto kAtOnce = Route::Pace::at_once;
constexpr auto kWaits = Route::Pace::waits;

// The first pattern that a path fits counts, so those with something behind the braces come first.
constexpr Route kRoutes[] = {
    {"GET", "/openapi.json", kWithToken, kAtOnce,
     [](S, R, P) { return HttpResponse{.body = std::string(openapi_document())}; }},
    {"GET", "/admin/health", kOpen, kAtOnce,
     [](S, R, P) { return HttpResponse{.body = "{\"status\": \"alive\"}\n"}; }},
    {"GET", "/admin/ready", kOpen, kAtOnce, [](S s, R, P) { return ready_answer(s.readiness.load()); }},
    {"GET", "/admin/stats", kWithToken, kAtOnce, [](S s, R, P) { return stats_answer(s); }},
    {"GET", "/admin/registrations", kWithToken, kAtOnce,
     [](S s, R r, P) { return registrations_page(s.registrations, s.hook_now_ns(), r); }},
    {"GET", "/admin/registrations/{aor}", kWithToken, kAtOnce,
     [](S s, R, P aor) { return registrations_of(s.registrations, s.hook_now_ns(), aor); }},
    {"DELETE", "/admin/registrations/{aor}", kWithToken, kAtOnce,
     [](S s, R, P aor) { return registrations_forgotten(s.registrations, aor); }},
    {"GET", "/calls", kWithToken, kWaits, [](S s, R r, P) { return calls_answer(s, r); }},
    {"GET", "/calls/{call_id}/trace", kWithToken, kWaits, trace_answer},
    {"GET", "/calls/{call_id}/ladder.svg", kWithToken, kWaits, ladder_answer},
    {"GET", "/calls/{call_id}/pcap", kWithToken, kWaits, pcap_answer},
    {"POST", "/calls/{call_id}/events", kWithToken, kWaits, post_events_answer},
    {"GET", "/calls/{call_id}", kWithToken, kWaits, call_answer},
};

}  // namespace

std::span<const Route> api_routes() {
  return kRoutes;
}

std::optional<std::string_view> part_of(std::string_view path, std::string_view pattern) {
  const std::size_t open = pattern.find('{');
  if (open == pattern.npos) return path == pattern ? std::optional(std::string_view{}) : std::nullopt;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  return path;
}

}  // namespace sipsonde
