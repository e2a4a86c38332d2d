// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_ratios.h"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "base/labels.h"
#include "unit/metrics/ended_legs.h"

namespace sipsonde {
namespace {

constexpr const char* kSer = "sip_session_establishment_ratio";
constexpr const char* kSeer = "sip_session_establishment_effectiveness_ratio";
constexpr const char* kIsa = "sip_ineffective_session_attempts_ratio";
constexpr const char* kAsr = "sip_answer_seizure_ratio";
constexpr const char* kNer = "sip_network_effectiveness_ratio";
constexpr const char* kAcd = "sip_average_call_seconds";
constexpr const char* kAll[] = {kSer, kSeer, kIsa, kAsr, kNer, kAcd};

using Value = std::optional<double>;

using Page = std::map<std::pair<std::string, std::string>, double>;  // by family and direction

Page page_of(const CallRatios& ratios) {
  Page page;
  for (const prometheus::MetricFamily& family : ratios.Collect())
    for (const prometheus::ClientMetric& metric : family.metric)
      page[{family.name, metric.label.at(0).value}] = metric.gauge.value;
  return page;
}

Value value_of(const Page& page, const char* family,
               sipsonde_direction direction = SIPSONDE_DIRECTION_inbound) {
  const auto found = page.find({family, std::string(label(direction))});
  return found == page.end() ? std::nullopt : Value(found->second);
}

Value value_of(const CallRatios& ratios, const char* family,
               sipsonde_direction direction = SIPSONDE_DIRECTION_inbound) {
  return value_of(page_of(ratios), family, direction);
}

// At kEndNs, when these legs ended.
std::unique_ptr<CallRatios> ratios_of(const std::vector<CallRecord>& legs, std::uint64_t now_ns = kEndNs) {
  auto ratios = std::make_unique<CallRatios>();
  ratios->advance(now_ns);
  for (const CallRecord& leg : legs) ratios->count(leg);
  return ratios;
}

// ---- what each code counts for ----

std::set<int> codes(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<int>(words), {}};
}

// The rules as the documents state them, for one attempt that ended in `code`: a numerator over a
// denominator.
struct Fraction {
  bool numerator;
  bool denominator;

  Value value() const { return denominator ? Value(numerator ? 1 : 0) : std::nullopt; }
};

bool is_success(int code) {
  return code < 300;
}

bool is_redirection(int code) {
  return std::to_string(code).front() == '3';
}

// RFC 6076 section 4.6
Fraction ser(int code) {
  return {is_success(code), !is_redirection(code)};
}

// RFC 6076 section 4.7
Fraction seer(int code) {
  return {is_success(code) || codes("480 486 600 603").contains(code), !is_redirection(code)};
}

// RFC 6076 section 4.8
Fraction isa(int code) {
  return {codes("408 500 503 504").contains(code), true};
}

// ITU-T E.411
Fraction asr(int code) {
  return {is_success(code), true};
}

// ITU-T E.425: answer, user busy, no answer, rejection or unavailability of the terminal
Fraction ner(int code) {
  return {is_success(code) || codes("486 600").contains(code) || codes("480").contains(code) ||
              codes("603 607").contains(code),
          true};
}

TEST(CallRatios, CountEveryFinalCodeAsTheDocumentsSay) {
  for (int code = 200; code <= 699; ++code) {
    const Page page = page_of(*ratios_of({leg_of_code(static_cast<std::uint16_t>(code))}));
    EXPECT_EQ(value_of(page, kSer), ser(code).value()) << code;
    EXPECT_EQ(value_of(page, kSeer), seer(code).value()) << code;
    EXPECT_EQ(value_of(page, kIsa), isa(code).value()) << code;
    EXPECT_EQ(value_of(page, kAsr), asr(code).value()) << code;
    EXPECT_EQ(value_of(page, kNer), ner(code).value()) << code;
    EXPECT_EQ(value_of(page, kAcd), is_success(code) ? Value(60) : std::nullopt) << code;
  }
}

TEST(CallRatios, OfOneLegOfEveryCodeAddUpToTheDocumentsSums) {
  std::vector<CallRecord> legs;
  for (int code = 200; code <= 699; ++code) legs.push_back(leg_of_code(static_cast<std::uint16_t>(code)));
  const auto ratios = ratios_of(legs);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kSer), 100.0 / 400);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kSeer), 104.0 / 400);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kIsa), 4.0 / 500);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kAsr), 100.0 / 500);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kNer), 105.0 / 500);
}

// ---- the reasoning of RFC 6076 ----

// Section 4.6, first flow: INVITE, 180, 200.
TEST(Rfc6076, OneInviteThatIsAnsweredIsASessionEstablished) {
  const auto ratios = ratios_of({leg_of_code(200)});
  EXPECT_EQ(value_of(*ratios, kSer), 1);
  EXPECT_EQ(value_of(*ratios, kSeer), 1);
  EXPECT_EQ(value_of(*ratios, kIsa), 0);
}

// Section 4.6, second flow: the INVITE to UA2 gets a 302, the one to UA3 that follows is answered: 1 / (2 -
// 1).
TEST(Rfc6076, AnInviteThatIsRedirectedIsTakenOutOfTheDenominator) {
  const auto ratios = ratios_of({leg_of_code(302), leg_of_code(200)});
  EXPECT_EQ(value_of(*ratios, kSer), 1);
  EXPECT_EQ(value_of(*ratios, kSeer), 1);
  // of sections 4.8 and of E.411 nothing is taken out
  EXPECT_EQ(value_of(*ratios, kIsa), 0);
  EXPECT_EQ(value_of(*ratios, kAsr), 0.5);
}

// Section 4.7: what an individual user does is to have no effect; that of 401, 407 and 420 cannot be told.
TEST(Rfc6076, TheUserIsExcludedFromEffectivenessAndTheRestIsNot) {
  constexpr std::uint16_t kOfTheUser[] = {480, 486, 600, 603};
  constexpr std::uint16_t kOfUnknownOrigin[] = {401, 404, 407, 420, 487};
  for (const std::uint16_t code : kOfTheUser) {
    const auto ratios = ratios_of({leg_of_code(200), leg_of_code(code)});
    EXPECT_EQ(value_of(*ratios, kSer), 0.5) << code;
    EXPECT_EQ(value_of(*ratios, kSeer), 1) << code;
  }
  for (const std::uint16_t code : kOfUnknownOrigin) {
    const auto ratios = ratios_of({leg_of_code(200), leg_of_code(code)});
    EXPECT_EQ(value_of(*ratios, kSer), 0.5) << code;
    EXPECT_EQ(value_of(*ratios, kSeer), 0.5) << code;
  }
}

// Section 4.8: failed or overloaded elements, and requests that nobody answered at all.
TEST(Rfc6076, AnAttemptIsIneffectiveByOverloadOrByTimeout) {
  std::vector<CallRecord> legs = {leg_of_code(200), leg_of_code(503), leg_of_code(500), leg_of_code(504)};
  legs.push_back(ended_leg(Disposition::timeout, 408));           // timer B
  legs.push_back(ended_leg(Disposition::timeout, std::nullopt));  // silence
  legs.push_back(leg_of_code(502));
  legs.push_back(leg_of_code(486));
  EXPECT_DOUBLE_EQ(*value_of(*ratios_of(legs), kIsa), 5.0 / 8);
}

// Section 4.5: the mean of the session duration times.
TEST(Rfc6076, TheAverageIsThatOfTheSessionsThatWereEstablished) {
  const auto ratios =
      ratios_of({answered_leg_of(60 * kNsPerSecond), answered_leg_of(2'500'000'000), leg_of_code(486)});
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kAcd), 31.25);
}

// ---- ITU-T E.425 ----

TEST(E425, WhatTheCalledPartyDoesIsNoFailureOfTheNetwork) {
  const auto ratios =
      ratios_of({leg_of_code(200), leg_of_code(486), leg_of_code(480), leg_of_code(603), cancelled_leg(true),
                 cancelled_leg(false), leg_of_code(503), leg_of_code(404)});
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kNer), 5.0 / 8);
  EXPECT_DOUBLE_EQ(*value_of(*ratios, kAsr), 1.0 / 8);
}

// ---- legs of which not everything was seen ----

TEST(CallRatios, HaveNoSampleWithoutALegToBeOf) {
  CallRatios ratios;
  ratios.advance(kEndNs);
  for (const char* family : kAll) EXPECT_EQ(value_of(ratios, family), std::nullopt) << family;
  EXPECT_EQ(ratios.Collect().size(), std::size(kAll));
}

TEST(CallRatios, OfRedirectionsAloneHaveNoEstablishmentToSpeakOf) {
  const auto ratios = ratios_of({leg_of_code(302)});
  EXPECT_EQ(value_of(*ratios, kSer), std::nullopt);
  EXPECT_EQ(value_of(*ratios, kSeer), std::nullopt);
  EXPECT_EQ(value_of(*ratios, kIsa), 0);
}

TEST(CallRatios, LeaveOutALegThatWasCutBeforeItsAnswer) {
  CallRecord cut = leg_of_code(200);
  cut.coverage = Coverage::cut;
  cut.disposition = std::nullopt;
  cut.sip_status = std::nullopt;
  cut.answer_ns = cut.end_ns = std::nullopt;
  EXPECT_EQ(value_of(*ratios_of({cut}), kAsr), std::nullopt);
  EXPECT_EQ(value_of(*ratios_of({cut, leg_of_code(486)}), kAsr), 0);
}

TEST(CallRatios, CountALegThatWasCutAfterItsAnswerNowAndWithoutALength) {
  CallRecord cut = leg_of_code(200);
  cut.coverage = Coverage::cut;
  cut.end_ns = std::nullopt;
  const auto ratios = ratios_of({cut});
  EXPECT_EQ(value_of(*ratios, kSer), 1);
  EXPECT_EQ(value_of(*ratios, kAcd), std::nullopt);
  ratios->advance(kEndNs + 300 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), 1);
  ratios->advance(kEndNs + 301 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), std::nullopt);
}

TEST(CallRatios, CountALegWhoseAnswerWasOutOfSightWithoutALength) {
  CallRecord late = leg_of_code(200);
  late.answer_ns = late.start_ns = std::nullopt;
  late.sip_status = std::nullopt;
  const auto ratios = ratios_of({late});
  EXPECT_EQ(value_of(*ratios, kAsr), 1);
  EXPECT_EQ(value_of(*ratios, kAcd), std::nullopt);
}

TEST(CallRatios, CountALossyLegLikeAnyOther) {
  CallRecord lossy = leg_of_code(503);
  lossy.coverage = Coverage::lossy;
  EXPECT_EQ(value_of(*ratios_of({lossy}), kIsa), 1);
}

// ---- directions and time ----

TEST(CallRatios, KeepDirectionsApart) {
  CallRecord out = leg_of_code(503);
  out.direction = SIPSONDE_DIRECTION_outbound;
  const auto ratios = ratios_of({leg_of_code(200), out});
  EXPECT_EQ(value_of(*ratios, kSer, SIPSONDE_DIRECTION_inbound), 1);
  EXPECT_EQ(value_of(*ratios, kSer, SIPSONDE_DIRECTION_outbound), 0);
  EXPECT_EQ(value_of(*ratios, kIsa, SIPSONDE_DIRECTION_inbound), 0);
  EXPECT_EQ(value_of(*ratios, kIsa, SIPSONDE_DIRECTION_outbound), 1);
}

TEST(CallRatios, ForgetWhatEndedMoreThanFiveMinutesAgo) {
  const auto ratios = ratios_of({leg_of_code(503, kEndNs), leg_of_code(200, kEndNs + 100 * kNsPerSecond)},
                                kEndNs + 100 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), 0.5);
  ratios->advance(kEndNs + 300 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), 0.5);
  ratios->advance(kEndNs + 301 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), 1);
  ratios->advance(kEndNs + 401 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), std::nullopt);
}

TEST(CallRatios, CountALegAtItsEndHoweverLateItsRowComes) {
  // a challenge that nobody followed: its row is written 32 s after its 407
  const auto ratios = ratios_of({leg_of_code(407, kEndNs)}, kEndNs + 32 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), 0);
  ratios->advance(kEndNs + 301 * kNsPerSecond);
  EXPECT_EQ(value_of(*ratios, kSer), std::nullopt);
}

TEST(CallRatios, TakeTheEndsOfLegsInAnyOrder) {
  std::vector<CallRecord> legs;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const std::uint64_t end_ns = kEndNs - i * 37 % 100 * 9'999'999;
    legs.push_back(i % 4 == 0 ? leg_of_code(486, end_ns) : leg_of_code(200, end_ns));
  }
  EXPECT_DOUBLE_EQ(*value_of(*ratios_of(legs), kSer), 0.75);
}

TEST(CallRatios, SurviveAnEndBeforeItsAnswer) {
  CallRecord hair = leg_of_code(200);
  hair.answer_ns = *hair.end_ns + 5;
  EXPECT_EQ(value_of(*ratios_of({hair}), kAcd), 0);
}

// ---- properties ----

TEST(CallRatios, KeepTheirOrderWhateverTheLegsAre) {
  std::mt19937 random(425);
  for (int round = 0; round < 200; ++round) {
    std::vector<CallRecord> legs;
    for (std::size_t i = 0, count = 1 + random() % 20; i < count; ++i)
      legs.push_back(random() % 5 == 0 ? cancelled_leg(random() % 2 == 0)
                                       : leg_of_code(static_cast<std::uint16_t>(200 + random() % 500)));
    const Page page = page_of(*ratios_of(legs));
    const auto of = [&page](const char* family) { return value_of(page, family); };
    EXPECT_LE(*of(kAsr), *of(kNer));
    EXPECT_LE(*of(kAsr) + *of(kIsa), 1 + 1e-12);
    if (of(kSer)) {
      EXPECT_LE(*of(kSer), *of(kSeer));
      EXPECT_GE(*of(kSer), *of(kAsr));
      EXPECT_LE(*of(kSeer), 1);
    }
  }
}

// Workers count and move on in time while a page is made: no reading is more than the whole, and nothing is
// lost.
TEST(CallRatios, AreWholeWhileSeveralThreadsCount) {
  constexpr int kThreads = 4;
  constexpr int kEach = 4000;
  CallRatios ratios;
  ratios.advance(kEndNs);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done.load())
      for (const auto& [series, value] : page_of(ratios)) EXPECT_LE(value, series.first == kAcd ? 60 : 1);
  });
  std::vector<std::thread> workers;
  for (int worker = 0; worker < kThreads; ++worker)
    workers.emplace_back([&ratios, worker] {
      const CallRecord legs[] = {leg_of_code(200), leg_of_code(486), leg_of_code(503), leg_of_code(302)};
      for (int i = 0; i < kEach; ++i) {
        const std::uint64_t now = kEndNs + static_cast<std::uint64_t>(i / 40) * kNsPerSecond;
        ratios.advance(now);
        CallRecord leg = legs[(i + worker) % 4];
        leg.end_ns = now;
        if (leg.answer_ns) leg.answer_ns = now - 60 * kNsPerSecond;
        ratios.count(leg);
      }
    });
  for (std::thread& worker : workers) worker.join();
  done = true;
  reader.join();
  EXPECT_DOUBLE_EQ(*value_of(ratios, kSer), 1.0 / 3);
  EXPECT_DOUBLE_EQ(*value_of(ratios, kSeer), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*value_of(ratios, kIsa), 0.25);
  EXPECT_DOUBLE_EQ(*value_of(ratios, kAsr), 0.25);
  EXPECT_DOUBLE_EQ(*value_of(ratios, kNer), 0.5);
  EXPECT_DOUBLE_EQ(*value_of(ratios, kAcd), 60);
}

}  // namespace
}  // namespace sipsonde
