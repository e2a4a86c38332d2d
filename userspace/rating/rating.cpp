// SPDX-License-Identifier: Apache-2.0
#include "rating/rating.h"

#include "base/telephone_number.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kMillisecond_ns = 1'000'000;

// The row's billable_seconds: of two times cut to the millisecond, never below zero.
std::uint64_t billable_ms(const CallRecord& record) {
  const std::uint64_t answer = *record.answer_ns / kMillisecond_ns;
  const std::uint64_t end = *record.end_ns / kMillisecond_ns;
  return end > answer ? end - answer : 0;
}

}  // namespace

void rate(CallRecord& record, const RateDeck& deck, Arena& texts) {
  if (record.price_micros || !record.answer_ns || !record.end_ns) return;
  const auto called = telephone_number_of(record.to_number);
  const Rate* const found = called ? deck.find(called->digits()) : nullptr;
  if (!found) return;
  record.price_micros = price_micros(*found, billable_ms(record));
  if (record.price_micros) record.currency = texts.keep(found->currency_text());
}

}  // namespace sipsonde
