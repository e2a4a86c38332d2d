// SPDX-License-Identifier: Apache-2.0
#include "cli/calls_command.h"

#include <algorithm>
#include <cstdio>

#include "base/json_text.h"
#include "base/visible_text.h"
#include "cli/reply_json.h"
#include "cli/text_table.h"
#include "config/values.h"
#include "facts/timestamp.h"
#include "ladder/story_row.h"

namespace sipsonde {
namespace {

constexpr std::size_t kPageMost = 1000;  // rows that an agent gives at once
constexpr std::size_t kCellLongest = 60;
constexpr std::size_t kCallIdLongest = 512;

std::string time_of(const std::string& text, std::int64_t now_ms) {
  const auto ago = parse_duration(text);
  return ago ? std::to_string(now_ms - ago->count()) : text;
}

struct Listing {
  std::vector<std::string> rows;  // JSON
  std::optional<std::string> next;
};

Result<Listing> list(const CallsOptions& options, const AskApi& ask, std::int64_t now_ms) {
  Listing listing;
  std::string cursor = options.cursor.value_or("");
  do {
    const std::size_t wanted = std::min(options.limit - listing.rows.size(), kPageMost);
    const auto body = body_of(ask(calls_target(options, wanted, cursor, now_ms)));
    if (!body) return body.error();
    auto page = entries_of(*body, "calls");
    if (!page) return page.error();
    if (page->size() > wanted) page->resize(wanted);
    std::move(page->begin(), page->end(), std::back_inserter(listing.rows));
    listing.next = text_of(*body, "next");
    if (page->empty() || listing.next == cursor) break;  // a list that does not move would never end
    cursor = listing.next.value_or("");
  } while (listing.next && listing.rows.size() < options.limit);
  return listing;
}

// "2026-03-01 12:00:00", in UTC as everywhere.
std::string start_text(const std::optional<std::int64_t>& time_ms) {
  if (!time_ms || *time_ms < 0 || *time_ms > INT64_MAX / 1'000'000) return {};
  constexpr std::size_t kDate = 10, kToTheSecond = 19;
  const auto text = timestamp_text(static_cast<std::uint64_t>(*time_ms) * 1'000'000);
  std::string out(text.data(), kToTheSecond);
  out[kDate] = ' ';
  return out;
}

std::string decimal(const std::optional<double>& value, int places) {
  if (!value) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, std::clamp(*value, -1e12, 1e12));
  return text;
}

std::string table_of(const std::vector<std::string>& rows, bool utf8) {
  constexpr bool kRight = true;
  TextTable table({{"START (UTC)"},
                   {"DIRECTION"},
                   {"FROM", 20},
                   {"TO", 20},
                   {"TRUNK", 16},
                   {"RESULT", 12},
                   {"SIP", 3},
                   {"TALK S", 12, kRight},
                   {"CODEC", 10},
                   {"MOS", 4},
                   {"CALL-ID"}});
  for (const std::string& document : rows) {
    const auto row = parse_story_row(document);
    if (!row) continue;
    const auto cell = [](const std::string& text) { return visible_text(text, kCellLongest); };
    table.add({start_text(row->start_ms), cell(row->direction), cell(row->from_number), cell(row->to_number),
               cell(row->trunk), cell(row->disposition),
               row->sip_status ? std::to_string(*row->sip_status) : "", decimal(row->billable_seconds, 1),
               cell(row->codec), decimal(row->mos, 2), visible_text(row->call_id, kCallIdLongest)});
  }
  return table.render(utf8);
}

}  // namespace

std::string calls_target(const CallsOptions& options, std::size_t limit, const std::string& cursor,
                         std::int64_t now_ms) {
  std::string target = "/calls?limit=" + std::to_string(limit);
  const auto add = [&target](const char* name, const std::string& value) {
    target.append("&").append(name).append("=").append(percent_encoded(value));
  };
  if (options.active) add("active", "true");
  if (options.from) add("from", time_of(*options.from, now_ms));
  if (options.until) add("until", time_of(*options.until, now_ms));
  if (options.text) add("q", *options.text);
  if (options.tenant) add("tenant", *options.tenant);
  if (options.trunk) add("trunk", *options.trunk);
  if (options.disposition) add("disposition", *options.disposition);
  if (!cursor.empty()) add("cursor", cursor);
  return target;
}

Result<Done> calls_command(const CallsOptions& options, const AskApi& ask, const Terminal& terminal,
                           std::int64_t now_ms, std::ostream& out, std::ostream& notes) {
  const auto listing = list(options, ask, now_ms);
  if (!listing) return listing.error();
  if (options.json) {
    std::string next = "null";
    if (listing->next) append_json_string(next = "", *listing->next);
    out << "{" << list_member("calls", listing->rows) << ", \"next\": " << next << "}\n";
    return Done{};
  }
  out << table_of(listing->rows, terminal.utf8);
  if (listing->rows.empty())
    notes << (options.active ? "no call is active\n" : "no call that fits is stored\n");
  if (listing->next)
    notes << "there are more: add --cursor " << visible_text(*listing->next, kCallIdLongest) << "\n";
  return Done{};
}

}  // namespace sipsonde
