// SPDX-License-Identifier: Apache-2.0
#include "metrics/call_attempt.h"

#include <gtest/gtest.h>

#include "unit/metrics/ended_legs.h"

namespace sipsonde {
namespace {

// What a code alone says is tested where it counts: call_ratios_test.cpp. Here is what needs more than a
// code.

struct AttemptCase {
  const char* name;
  CallRecord record;
  Establishment establishment;
  bool reached;
};

CallRecord leg(Disposition disposition, std::optional<std::uint16_t> code, std::optional<std::uint16_t> cause,
               bool rang = false) {
  CallRecord record = ended_leg(disposition, code);
  record.q850_cause = cause;
  if (rang) record.ringing_ns = *record.start_ns + kNsPerSecond;
  return record;
}

const AttemptCase kAttempts[] = {
    {"AnsweredOutOfSight", leg(Disposition::answered, std::nullopt, 16), Establishment::established, true},
    {"AnsweredAfterCancel", leg(Disposition::answered, 200, 16, true), Establishment::established, true},
    {"TimerB", leg(Disposition::timeout, 408, 102), Establishment::ineffective, false},
    {"NoFinalResponseForTwoHours", leg(Disposition::timeout, std::nullopt, std::nullopt),
     Establishment::ineffective, false},
    {"RingingForTwoHours", leg(Disposition::no_answer, std::nullopt, std::nullopt, true),
     Establishment::failed, true},
    {"RequestTimeoutAfterRinging", leg(Disposition::no_answer, 408, 102, true), Establishment::ineffective,
     true},
    {"CancelledWhileRinging", leg(Disposition::cancelled, 487, 16, true), Establishment::failed, true},
    {"CancelledBeforeItRang", leg(Disposition::cancelled, 487, 16), Establishment::failed, false},
    {"CancelledAndNeverAnsweredThat", leg(Disposition::cancelled, std::nullopt, 16), Establishment::failed,
     false},
    {"CancelledForNoAnswer", leg(Disposition::no_answer, 487, 19, true), Establishment::failed, true},
    {"CancelledForARefusal", leg(Disposition::cancelled, 487, 21), Establishment::failed, true},
    {"CongestionCalledBusy", leg(Disposition::busy, 503, 17), Establishment::ineffective, true},
    {"UnavailableForCongestion", leg(Disposition::failed, 480, 34), Establishment::user_unavailable, true},
    {"DeclinedByTheUser", leg(Disposition::rejected, 603, 21), Establishment::user_unavailable, true},
    {"UnwantedByTheUser", leg(Disposition::rejected, 607, 31), Establishment::failed, true},
    {"RejectedByAnalytics", leg(Disposition::rejected, 608, 31), Establishment::failed, false},
    {"ForbiddenByTheNetwork", leg(Disposition::rejected, 403, 21), Establishment::failed, false},
    {"UnauthorizedWithoutARetry", leg(Disposition::rejected, 407, 21), Establishment::failed, false},
    {"SubscriberAbsent", leg(Disposition::rejected, 404, 20), Establishment::failed, true},
    {"CallRejectedBehindAGateway", leg(Disposition::failed, 500, 21), Establishment::ineffective, true},
    {"DestinationOutOfOrder", leg(Disposition::failed, 502, 27), Establishment::failed, true},
    {"NetworkOutOfOrder", leg(Disposition::failed, 502, 38), Establishment::failed, false},
    {"UnallocatedNumber", leg(Disposition::rejected, 404, 1), Establishment::failed, false},
    {"AddressIncomplete", leg(Disposition::rejected, 484, 28), Establishment::failed, false},
    {"RedirectedAndNotFollowed", leg(Disposition::rejected, 302, 31), Establishment::redirected, false},
};

class Attempt : public testing::TestWithParam<AttemptCase> {};

TEST_P(Attempt, IsEstablishedByItsCodeAndReachedByItsCause) {
  EXPECT_EQ(classify_establishment(GetParam().record), GetParam().establishment);
  EXPECT_EQ(reached_the_far_end(GetParam().record), GetParam().reached);
}

INSTANTIATE_TEST_SUITE_P(Endings, Attempt, testing::ValuesIn(kAttempts),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Attempt, OfWhichNothingIsKnownReachedNobody) {
  CallRecord cut = ended_leg(Disposition::answered, std::nullopt);
  cut.disposition = std::nullopt;
  EXPECT_FALSE(reached_the_far_end(cut));
}

}  // namespace
}  // namespace sipsonde
