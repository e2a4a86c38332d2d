// SPDX-License-Identifier: Apache-2.0
#include "api/call_routes.h"

#include <spdlog/spdlog.h>

#include "api/app_event.h"
#include "api/call_query.h"
#include "api/live_calls.h"
#include "api/pcap_file.h"
#include "base/json_text.h"
#include "ladder/ladder.h"

namespace sipsonde {
namespace {

constexpr std::string_view kNeedsStore =
    "the local store is off; set store.path, or write store: {} into the configuration";

// A page of at most kCallsMost rows is some 2 MB, the events of a call some 5 MB at most.
template <typename Lines, typename TextOf>
void append_list(std::string& out, const Lines& lines, TextOf&& text_of) {
  out += "[";
  bool first = true;
  for (const auto& line : lines) {
    if (!first) out += ", ";
    first = false;
    out += text_of(line);
  }
  out += "]";
}

const std::string& itself(const std::string& line) {
  return line;
}

HttpResponse page_response(const std::vector<std::string>& rows, const std::optional<std::string>& next) {
  HttpResponse response{.body = "{\"calls\": "};
  append_list(response.body, rows, itself);
  response.body += ", \"next\": ";
  if (next)
    append_json_string(response.body, *next);
  else
    response.body += "null";
  response.body += "}\n";
  return response;
}

HttpResponse list_response(unsigned status, std::string_view call_id, std::string_view name,
                           const std::vector<std::string>& lines) {
  HttpResponse response{.status = status, .body = "{\"call_id\": "};
  append_json_string(response.body, call_id);
  response.body.append(", \"").append(name).append("\": ");
  append_list(response.body, lines, itself);
  response.body += "}\n";
  return response;
}

HttpResponse try_again(const Error& failure) {
  HttpResponse response = error_response(503, failure.message);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

// A disk that fails, a file that is none of ours: whoever runs the agent must know, too.
HttpResponse store_failed(const Error& failure) {
  spdlog::error("api: {}", failure.message);
  return error_response(500, failure.message);
}

HttpResponse active_calls(const ApiSurroundings& surroundings, const CallQuery& query) {
  const auto page = live_calls(surroundings, query);
  if (!page) return try_again(page.error());
  return page_response(page->rows, page->next ? std::optional(to_text(*page->next)) : std::nullopt);
}

}  // namespace

HttpResponse calls_answer(const ApiSurroundings& surroundings, const HttpRequest& request) {
  const auto query = CallQuery::parse(request.query);
  if (!query) return error_response(400, query.error().message);
  if (query->active) return active_calls(surroundings, *query);
  if (!surroundings.store) return error_response(404, kNeedsStore);
  auto page = surroundings.store->lists.calls(query->filter, query->cursor, query->limit);
  if (!page) return store_failed(page.error());
  std::vector<std::string> rows;
  for (StoredRow& row : page->rows) rows.push_back(std::move(row.document));
  return page_response(rows, page->next ? std::optional(to_text(*page->next)) : std::nullopt);
}

// Live ones are asked for first: a leg that ends meanwhile is in the store, or in neither for a moment, and
// never missing in both because it went from the second to the first.
HttpResponse call_answer(const ApiSurroundings& surroundings, const HttpRequest&,
                         const std::string& call_id) {
  const auto live = live_legs_of(surroundings, call_id);
  std::vector<std::string> rows;
  if (surroundings.store) {
    auto stored = surroundings.store->calls.rows_of(call_id);
    if (!stored) return store_failed(stored.error());
    for (StoredRow& row : *stored) rows.push_back(std::move(row.document));
  }
  if (!live && rows.empty()) return try_again(live.error());
  if (live) rows.insert(rows.end(), live->begin(), live->end());
  if (rows.empty())
    return error_response(404, surroundings.store ? "no leg of that call is known" : kNeedsStore);
  return list_response(200, call_id, "legs", rows);
}

HttpResponse trace_answer(const ApiSurroundings& surroundings, const HttpRequest&,
                          const std::string& call_id) {
  if (!surroundings.store) return error_response(404, kNeedsStore);
  const auto events = surroundings.store->calls.events_of(call_id);
  if (!events) return store_failed(events.error());
  if (events->empty()) return error_response(404, "no event of that call is stored");
  return list_response(200, call_id, "events", *events);
}

HttpResponse ladder_answer(const ApiSurroundings& surroundings, const HttpRequest&,
                           const std::string& call_id) {
  if (!surroundings.store) return error_response(404, kNeedsStore);
  const auto events = surroundings.store->calls.events_of(call_id);
  if (!events) return store_failed(events.error());
  if (events->empty()) return error_response(404, "no event of that call is stored");
  auto stored = surroundings.store->calls.rows_of(call_id);
  if (!stored) return store_failed(stored.error());
  std::vector<std::string> rows;
  for (StoredRow& row : *stored) rows.push_back(std::move(row.document));
  return {.content_type = "image/svg+xml", .body = ladder_svg(ladder_of(*events, rows))};
}

HttpResponse pcap_answer(const ApiSurroundings& surroundings, const HttpRequest&,
                         const std::string& call_id) {
  if (!surroundings.store) return error_response(404, kNeedsStore);
  const auto messages = surroundings.store->calls.messages_of(call_id);
  if (!messages) return store_failed(messages.error());
  if (messages->empty())
    return error_response(404,
                          surroundings.keeps_messages
                              ? "no message of that call is kept"
                              : "messages are not kept; set store.messages: true, which keeps those to come");
  HttpResponse response{.content_type = "application/vnd.tcpdump.pcap"};
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"call.pcap\"");
  begin_pcap(response.body);
  for (const StoredMessage& message : *messages)
    append_pcap(response.body, {message.time_ns, message.source, message.destination, message.bytes});
  return response;
}

HttpResponse post_events_answer(const ApiSurroundings& surroundings, const HttpRequest& request,
                                const std::string& call_id) {
  if (!surroundings.store) return error_response(404, kNeedsStore);
  const auto events = parse_app_events(
      request.body,
      {.call_id = call_id, .node = surroundings.facts.node, .now_ns = surroundings.unix_now_ns()});
  if (!events) return error_response(400, events.error().message);
  if (auto stored = surroundings.store->appender.append(call_id, *events); !stored) {
    spdlog::warn("api: {}", stored.error().message);
    return try_again(stored.error());
  }
  std::vector<std::string> lines;
  for (const AppEvent& event : *events) lines.push_back(event.line);
  return list_response(201, call_id, "events", lines);
}

}  // namespace sipsonde
