// SPDX-License-Identifier: Apache-2.0
#include "api/live_calls.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "facts/fact.h"
#include "store/call_filter.h"

namespace sipsonde {
namespace {

constexpr std::chrono::milliseconds kPatience{1000};
constexpr std::size_t kLegsAPage = 20'000;  // how many one page looks at, however few pass the filter

struct LiveRow {
  std::uint64_t start_ns = 0;
  std::uint32_t leg = 0;
  std::string document;
};

Error no_answer() {
  return Error{"a worker has no time to tell of its legs, or has ended; try again"};
}

bool is_wanted(const CallFilter& filter, const CallRecord& record, const std::string& document,
               const FactContext& context) {
  const std::uint64_t start_ms = record.start_ns.value_or(record.answer_ns.value_or(0)) / 1'000'000;
  if (filter.from_ms && static_cast<std::int64_t>(start_ms) < *filter.from_ms) return false;
  if (filter.until_ms && static_cast<std::int64_t>(start_ms) > *filter.until_ms) return false;
  return passes(filter, {.call_id = record.call_id,
                         .tenant = tenant_of(record, context),
                         .trunk = trunk_of(record.trunk, context).name,
                         .disposition = record.disposition ? label(*record.disposition) : std::string_view{},
                         .from_number = record.from_number,
                         .to_number = record.to_number,
                         .document = document});
}

void take_rows(const FactList& legs, const CallFilter& filter, const FactContext& context,
               std::vector<LiveRow>& rows) {
  for (const Fact& fact : legs) {
    const CallRecord& record = std::get<CallRecord>(fact);
    LiveRow row{.start_ns = record.start_ns.value_or(0), .leg = record.leg, .document = {}};
    append_json(row.document, record, context);
    if (is_wanted(filter, record, row.document, context)) rows.push_back(std::move(row));
  }
}

std::vector<std::string> documents_of(std::vector<LiveRow>& rows) {
  std::vector<std::string> documents;
  for (LiveRow& row : rows) documents.push_back(std::move(row.document));
  return documents;
}

}  // namespace

Result<LivePage> live_calls(const ApiSurroundings& surroundings, const CallQuery& query) {
  const auto until = LegInquiry::Clock::now() + kPatience;
  LivePage page;
  std::vector<LiveRow> rows;
  std::size_t looked_at = 0;
  LivePlace place = query.live_cursor;
  while (place.worker < surroundings.inquiries.size()) {
    if (rows.size() >= query.limit || looked_at >= kLegsAPage) {
      page.next = place;
      break;
    }
    const auto most = static_cast<std::uint32_t>(query.limit - rows.size());
    auto seen = surroundings.inquiries[place.worker]->ask({.from = place.slot, .most = most}, until);
    if (!seen && looked_at == 0) return no_answer();
    if (!seen) {
      page.next = place;
      break;
    }
    looked_at += seen->legs.size() + 1;
    take_rows(seen->legs, query.filter, surroundings.facts, rows);
    place = seen->next ? LivePlace{place.worker, *seen->next} : LivePlace{place.worker + 1, 0};
  }
  std::ranges::stable_sort(rows, std::greater(), &LiveRow::start_ns);
  page.rows = documents_of(rows);
  return page;
}

Result<std::vector<std::string>> live_legs_of(const ApiSurroundings& surroundings, std::string_view call_id) {
  const auto until = LegInquiry::Clock::now() + kPatience;
  std::vector<LiveRow> rows;
  for (LegInquiry* const inquiry : surroundings.inquiries) {
    const auto seen = inquiry->ask({.call_id = std::string(call_id)}, until);
    if (!seen) return no_answer();
    take_rows(seen->legs, {}, surroundings.facts, rows);
  }
  std::ranges::stable_sort(rows, {}, &LiveRow::leg);
  return documents_of(rows);
}

}  // namespace sipsonde
