// SPDX-License-Identifier: Apache-2.0
#include "api/call_query.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "api/time_text.h"
#include "api/uri_text.h"

namespace sipsonde {
namespace {

constexpr std::string_view kLive = "live.";
constexpr std::size_t kTextMost = 256;
constexpr std::string_view kDispositions[] = {"answered", "busy",   "no-answer", "cancelled",
                                              "rejected", "failed", "timeout"};

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<LivePlace> parse_live_place(std::string_view text) {
  if (!text.starts_with(kLive)) return std::nullopt;
  text.remove_prefix(kLive.size());
  const auto worker = take_number(text);
  if (!worker || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto slot = take_number(text);
  if (!slot || !text.empty()) return std::nullopt;
  return LivePlace{*worker, *slot};
}

Error wrong(std::string_view what) {
  return Error{std::string(what)};
}

// Each takes the value of one parameter, decoded.

Result<Done> take_active(CallQuery& query, std::string_view value) {
  if (value != "true" && value != "false") return wrong("active is true or false");
  query.active = value == "true";
  return Done{};
}

Result<Done> take_time(std::optional<std::int64_t>& time_ms, std::string_view name, std::string_view value) {
  time_ms = parse_time_ms(value);
  if (time_ms) return Done{};
  return wrong(std::string(name) +
               " is no time; write 2026-03-01T12:00:00Z, 2026-03-01, or unix seconds or milliseconds");
}

Result<Done> take_text(std::string& text, std::string_view name, std::string_view value) {
  if (value.size() > kTextMost)
    return wrong(std::string(name) + " is longer than " + std::to_string(kTextMost) + " bytes");
  text = value;
  return Done{};
}

Result<Done> take_disposition(CallQuery& query, std::string_view value) {
  if (!value.empty() && std::ranges::find(kDispositions, value) == std::end(kDispositions))
    return wrong("disposition is answered, busy, no-answer, cancelled, rejected, failed or timeout");
  query.filter.disposition = value;
  return Done{};
}

Result<Done> take_limit(CallQuery& query, std::string_view value) {
  const auto number = take_number(value);
  if (!number || !value.empty() || *number < 1 || *number > kCallsMost)
    return wrong("limit is no number from 1 to " + std::to_string(kCallsMost));
  query.limit = *number;
  return Done{};
}

struct Parameter {
  std::string_view name;
  Result<Done> (*take)(CallQuery& query, std::string_view value);
};

using Q = CallQuery&;
using V = std::string_view;
constexpr Parameter kParameters[] = {
    {"active", take_active},
    {"from", [](Q q, V value) { return take_time(q.filter.from_ms, "from", value); }},
    {"until", [](Q q, V value) { return take_time(q.filter.until_ms, "until", value); }},
    {"q", [](Q q, V value) { return take_text(q.filter.text, "q", value); }},
    {"disposition", take_disposition},
    {"tenant", [](Q q, V value) { return take_text(q.filter.tenant, "tenant", value); }},
    {"trunk", [](Q q, V value) { return take_text(q.filter.trunk, "trunk", value); }},
    {"limit", take_limit},
    {"cursor", nullptr},  // what it is depends on `active`
};

Result<Done> take_parameter(CallQuery& query, std::string_view name, std::string_view encoded) {
  const auto parameter = std::ranges::find(kParameters, name, &Parameter::name);
  if (parameter == std::end(kParameters))
    return wrong(
        "there is no such parameter; there are active, from, until, q, disposition, tenant, trunk, "
        "limit and cursor");
  const auto value = percent_decoded(encoded);
  if (!value) return wrong(std::string(name) + " is not percent-encoded: % needs two hexadecimal digits");
  return parameter->take ? parameter->take(query, *value) : Result<Done>(Done{});
}

Result<Done> take_cursor(CallQuery& query, std::string_view text) {
  const auto wrong_cursor = [] { return wrong("cursor is none that a page of this list gave in next"); };
  if (query.active) {
    const auto place = parse_live_place(text);
    if (!place) return wrong_cursor();
    query.live_cursor = *place;
    return Done{};
  }
  query.cursor = parse_page_cursor(text);
  return query.cursor ? Result<Done>(Done{}) : wrong_cursor();
}

}  // namespace

std::string to_text(const LivePlace& place) {
  return std::string(kLive) + std::to_string(place.worker) + "." + std::to_string(place.slot);
}

Result<CallQuery> CallQuery::parse(std::string_view text) {
  CallQuery query;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
    if (auto taken = take_parameter(query, pair.substr(0, equals), value); !taken) return taken.error();
  }
  if (const auto cursor = percent_decoded(query_parameter(text, "cursor").value_or(""));
      cursor && !cursor->empty())
    if (auto taken = take_cursor(query, *cursor); !taken) return taken.error();
  return query;
}

}  // namespace sipsonde
