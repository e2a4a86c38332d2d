// SPDX-License-Identifier: Apache-2.0
#include "rating/rating.h"

#include <gtest/gtest.h>

#include "rating/rate_file.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kAnswer = 1'700'000'000'000 * kMillisecond;

RateDeck deck() {
  auto parsed = parse_rates("rates.csv", "49,0.06,EUR,1,1\n4930,0.12,USD,60,60\n");
  EXPECT_TRUE(parsed);
  return std::move(*parsed);
}

CallRecord call_to(std::string_view number, std::uint64_t length_ns) {
  CallRecord record;
  record.to_number = number;
  record.answer_ns = kAnswer;
  record.end_ns = kAnswer + length_ns;
  record.disposition = Disposition::answered;
  return record;
}

struct Rated {
  std::optional<std::int64_t> micros;
  std::string currency;
  friend bool operator==(const Rated&, const Rated&) = default;
};

Rated rated(CallRecord record) {
  Arena texts;
  rate(record, deck(), texts);
  return {record.price_micros, std::string(record.currency)};
}

TEST(Rating, PricesAnAnsweredLegByTheNumberThatWasCalled) {
  EXPECT_EQ(rated(call_to("+4940123456", 10'000 * kMillisecond)), (Rated{10'000, "EUR"}));
  EXPECT_EQ(rated(call_to("004930123456", 10'000 * kMillisecond)), (Rated{120'000, "USD"}));
}

TEST(Rating, ChargesTheMillisecondsThatTheRowStates) {
  CallRecord record = call_to("4940", 0);
  record.answer_ns = kAnswer + 999'999;             // .000
  record.end_ns = kAnswer + 10'000 * kMillisecond;  // 10.000: ten seconds, not eleven
  EXPECT_EQ(rated(record), (Rated{10'000, "EUR"}));
  record.end_ns = kAnswer + 10'001 * kMillisecond - 1;  // 10.000 still
  EXPECT_EQ(rated(record), (Rated{10'000, "EUR"}));
  record.end_ns = kAnswer + 10'001 * kMillisecond;
  EXPECT_EQ(rated(record), (Rated{11'000, "EUR"}));
}

TEST(Rating, ChargesTheFirstIncrementOfACallThatEndedBeforeItsAnswerByAHair) {
  CallRecord record = call_to("4940", 0);
  record.end_ns = kAnswer - kMillisecond;
  EXPECT_EQ(rated(record), (Rated{1'000, "EUR"}));
}

TEST(Rating, LeavesThePriceOpenWithoutAnswerOrEnd) {
  CallRecord unanswered = call_to("4940", 0);
  unanswered.answer_ns.reset();
  EXPECT_EQ(rated(unanswered), (Rated{std::nullopt, ""}));
  CallRecord endless = call_to("4940", 0);
  endless.end_ns.reset();
  EXPECT_EQ(rated(endless), (Rated{std::nullopt, ""}));
}

TEST(Rating, LeavesThePriceOpenForWhatTheDeckDoesNotKnow) {
  for (const std::string_view number : {"", "bob", "*4930", "5", "+", "4"})
    EXPECT_EQ(rated(call_to(number, kMillisecond)), (Rated{std::nullopt, ""})) << number;
}

TEST(Rating, LeavesThePriceThatAScriptHasSet) {
  CallRecord record = call_to("4940", 10'000 * kMillisecond);
  record.price_micros = 5;
  record.currency = "CHF";
  EXPECT_EQ(rated(record), (Rated{5, "CHF"}));
  record.price_micros = 0;
  record.currency = "";
  EXPECT_EQ(rated(record), (Rated{0, ""}));
}

}  // namespace
}  // namespace sipsonde
