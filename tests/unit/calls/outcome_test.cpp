// SPDX-License-Identifier: Apache-2.0
#include "calls/outcome.h"

#include <gtest/gtest.h>

#include "calls/causes.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kCaller = 11;
constexpr std::uint64_t kCallee = 22;
const DispositionTable kPlain;

struct Refusal {
  const char* name;
  std::uint16_t code;
  bool rang = false;
  std::uint16_t response_cause = 0;
  bool cancelled = false;
  std::uint16_t cancel_cause = 0;

  Disposition disposition;
  std::uint16_t cause;
  Initiator initiator;
  FailureReason failure;
};

using enum Disposition;

const Refusal kRefusals[] = {
    {"Busy", 486, true, 0, false, 0, busy, 17, Initiator::callee, FailureReason::busy},
    {"BusyEverywhere", 600, true, 0, false, 0, busy, 17, Initiator::callee, FailureReason::busy},
    {"Unavailable", 480, true, 0, false, 0, no_answer, 18, Initiator::callee, FailureReason::no_answer},
    {"TimeoutAfterRinging", 408, true, 0, false, 0, no_answer, 102, Initiator::network,
     FailureReason::no_answer},
    {"TimeoutWithoutRinging", 408, false, 0, false, 0, timeout, 102, Initiator::network,
     FailureReason::timeout},
    {"NotFound", 404, false, 0, false, 0, rejected, 1, Initiator::callee, FailureReason::not_found},
    {"Gone", 410, false, 0, false, 0, rejected, 22, Initiator::callee, FailureReason::not_found},
    {"Forbidden", 403, false, 0, false, 0, rejected, 21, Initiator::callee, FailureReason::forbidden},
    {"Declined", 603, true, 0, false, 0, rejected, 21, Initiator::callee, FailureReason::forbidden},
    {"Unauthorized", 401, false, 0, false, 0, rejected, 21, Initiator::callee, FailureReason::unauthorized},
    {"NotAcceptableHere", 488, false, 0, false, 0, rejected, 31, Initiator::callee,
     FailureReason::not_acceptable},
    {"MovedAndNotFollowed", 302, false, 0, false, 0, rejected, 31, Initiator::callee,
     FailureReason::redirected},
    {"IntervalTooSmall", 422, false, 0, false, 0, rejected, 31, Initiator::callee, FailureReason::other},
    {"ServerError", 500, false, 0, false, 0, failed, 41, Initiator::network, FailureReason::server_error},
    {"ServiceUnavailable", 503, false, 0, false, 0, failed, 41, Initiator::network,
     FailureReason::unavailable},
    {"BadGateway", 502, false, 0, false, 0, failed, 38, Initiator::network, FailureReason::server_error},
    {"TerminatedWithoutCancelInSight", 487, true, 0, false, 0, rejected, 31, Initiator::callee,
     FailureReason::other},
    {"CauseOutranksTheCode", 480, true, 17, false, 0, busy, 17, Initiator::callee, FailureReason::busy},
    {"CauseOfCongestion", 480, false, 34, false, 0, failed, 34, Initiator::callee,
     FailureReason::unavailable},
    {"CauseThatDecidesNothingIsKept", 486, true, 31, false, 0, busy, 31, Initiator::callee,
     FailureReason::busy},
    {"Cancelled", 487, true, 0, true, 0, cancelled, 16, Initiator::caller, FailureReason::cancelled},
    {"CancelledWithItsCause", 487, true, 0, true, 31, cancelled, 31, Initiator::caller,
     FailureReason::cancelled},
    {"CancelledAfterNoAnswer", 487, true, 0, true, 19, no_answer, 19, Initiator::caller,
     FailureReason::no_answer},
    {"CancelCrossesBusy", 486, true, 0, true, 0, busy, 17, Initiator::callee, FailureReason::busy},
    {"CancelCrossesAnotherRefusal", 404, false, 0, true, 0, cancelled, 16, Initiator::caller,
     FailureReason::cancelled},
};

class RefusedLeg : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedLeg, IsConcluded) {
  const Refusal& test = GetParam();
  Evidence evidence;
  evidence.caller_tag = kCaller;
  evidence.caller_known = true;
  evidence.rang = test.rang;
  evidence.saw_final(500, test.code, test.response_cause);
  if (test.cancelled) {
    evidence.cancel_ns = 400;
    evidence.cancel_cause = test.cancel_cause;
  }
  const Outcome outcome = conclude(evidence, Ending::final_response, 0, kPlain);
  EXPECT_EQ(outcome.disposition, test.disposition);
  EXPECT_EQ(outcome.q850_cause, test.cause);
  EXPECT_EQ(outcome.initiator, test.initiator);
  EXPECT_EQ(outcome.failure, test.failure);
  EXPECT_EQ(outcome.sip_status, test.code);
  EXPECT_EQ(outcome.end_ns, 500u);
  EXPECT_EQ(outcome.answer_ns, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Codes, RefusedLeg, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Outcome, OfTimerBIsTimeoutWithStatus408AndCause102) {
  Evidence evidence;
  evidence.timer_b_ran_out(32);
  const Outcome outcome = conclude(evidence, Ending::final_response, 0, kPlain);
  EXPECT_EQ(outcome.disposition, Disposition::timeout);
  EXPECT_EQ(outcome.sip_status, 408);
  EXPECT_EQ(outcome.q850_cause, 102);
  EXPECT_EQ(outcome.initiator, Initiator::timeout);
  EXPECT_EQ(outcome.failure, FailureReason::timeout);
}

// ---- a SIP code in a Reason header ----

struct SipReason {
  const char* name;
  std::uint16_t code;       // of the final response
  std::uint16_t final_sip;  // in its Reason header
  std::uint16_t cancel_sip;
  bool cancelled;
  Disposition disposition;
  std::uint16_t cause;
};

const SipReason kSipReasons[] = {
    {"BehindAServerError", 500, 486, 0, false, busy, 17},
    {"ThatSaysNothingMore", 486, 200, 0, false, busy, 17},
    {"OfTheCancelWhenNobodyAnswered", 487, 0, 480, true, no_answer, 18},
    {"OfTheCancelAfterRinging", 487, 0, 408, true, no_answer, 102},
    {"OfTheCancelWhenAnotherBranchWasBusy", 487, 0, 600, true, busy, 17},
    {"OfACallAnsweredElsewhere", 487, 0, 200, true, cancelled, 16},
    {"ComesAfterARefusalThatStands", 486, 0, 480, true, busy, 17},
};

class SipReasonHeader : public testing::TestWithParam<SipReason> {};

TEST_P(SipReasonHeader, OutranksTheCode) {
  const SipReason& test = GetParam();
  Evidence evidence;
  evidence.caller_known = true;
  evidence.rang = true;
  evidence.saw_final(500, test.code, 0, test.final_sip);
  if (test.cancelled) evidence.cancel_ns = 400;
  evidence.cancel_sip = test.cancel_sip;
  const Outcome outcome = conclude(evidence, Ending::final_response, 0, kPlain);
  EXPECT_EQ(outcome.disposition, test.disposition);
  EXPECT_EQ(outcome.q850_cause, test.cause);
  EXPECT_EQ(outcome.sip_status, test.code) << "the status is what was on the wire";
}

INSTANTIATE_TEST_SUITE_P(Headers, SipReasonHeader, testing::ValuesIn(kSipReasons),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- an operator's rules ----

TEST(DispositionTable, LetsAnOperatorCallACodeOtherwise) {
  const DispositionTable table({{480, "busy"}, {603, "failed"}});
  EXPECT_EQ(table.of_code(480, false), busy);
  EXPECT_EQ(table.of_code(603, true), failed);
  EXPECT_EQ(table.of_code(486, true), busy) << "the rest stays";
}

TEST(DispositionTable, LetsAnOperatorCallACauseOtherwise) {
  const DispositionTable table({{31, "failed"}, {17, "rejected"}});
  EXPECT_EQ(table.of_cause(31), failed);
  EXPECT_EQ(table.of_cause(17), rejected);
  EXPECT_EQ(table.of_cause(16), std::nullopt);
  Evidence evidence;
  evidence.saw_final(500, 480, 31);
  EXPECT_EQ(conclude(evidence, Ending::final_response, 0, table).disposition, failed);
}

TEST(DispositionTable, HasARowForEveryWordThatTheConfigurationTakes) {
  for (const std::string_view word : kDispositionWords) {
    const DispositionTable table({{404, std::string(word)}});
    EXPECT_EQ(label(table.of_code(404, false)), word);
  }
}

Evidence answered_and_hung_up(std::uint64_t by_tag, std::uint16_t cause) {
  Evidence evidence;
  evidence.caller_tag = kCaller;
  evidence.caller_known = true;
  Fork& fork = evidence.fork(kCallee);
  fork.answered = true;
  fork.answer_ns = 100;
  fork.answer_code = 200;
  fork.bye_ns = 900;
  fork.bye_sender_tag = by_tag;
  fork.bye_cause = cause;
  fork.over = true;
  return evidence;
}

TEST(Outcome, OfAnAnsweredLegNamesWhoSentTheBye) {
  EXPECT_EQ(conclude(answered_and_hung_up(kCaller, 0), Ending::bye, 0, kPlain).initiator, Initiator::caller);
  EXPECT_EQ(conclude(answered_and_hung_up(kCallee, 0), Ending::bye, 0, kPlain).initiator, Initiator::callee);
}

TEST(Outcome, OfAByeWithoutReasonIsNormalClearing) {
  const Outcome outcome = conclude(answered_and_hung_up(kCaller, 0), Ending::bye, 0, kPlain);
  EXPECT_EQ(outcome.q850_cause, 16);
  EXPECT_EQ(outcome.sip_status, 200);
  EXPECT_EQ(outcome.end_ns, 900u);
  EXPECT_EQ(outcome.failure, std::nullopt);
}

TEST(Outcome, TakesTheCauseFromTheReasonOfTheBye) {
  EXPECT_EQ(conclude(answered_and_hung_up(kCaller, 38), Ending::bye, 0, kPlain).q850_cause, 38);
}

TEST(Outcome, OfALegThatGoesOnWithoutUsSaysNothingOfItsEnd) {
  const Outcome unanswered = conclude({}, Ending::sight_ends, 0, kPlain);
  EXPECT_EQ(unanswered.disposition, std::nullopt);
  EXPECT_EQ(unanswered.failure, std::nullopt);
  Evidence answered;
  answered.fork(kCallee).answered = true;
  EXPECT_EQ(conclude(answered, Ending::sight_ends, 0, kPlain).disposition, Disposition::answered);
  EXPECT_EQ(conclude(answered, Ending::sight_ends, 0, kPlain).end_ns, std::nullopt);
}

TEST(Evidence, GivesTheFifthForkThePlaceOfTheLastOneThatIsNotAlive) {
  Evidence evidence;
  for (std::uint64_t tag = 1; tag <= 5; ++tag) evidence.fork(tag);
  EXPECT_TRUE(evidence.knows_tag(5));
  EXPECT_FALSE(evidence.knows_tag(4));
  evidence.fork(5).answered = true;
  evidence.fork(6);
  EXPECT_TRUE(evidence.knows_tag(5));
}

TEST(Causes, HaveNamesThatOperatorsKnow) {
  EXPECT_EQ(name_of_cause(16), "NORMAL_CLEARING");
  EXPECT_EQ(name_of_cause(17), "USER_BUSY");
  EXPECT_EQ(name_of_cause(102), "RECOVERY_ON_TIMER_EXPIRE");
  EXPECT_EQ(name_of_cause(99), "IE_NONEXIST");
  EXPECT_EQ(name_of_cause(5), "");
}

}  // namespace
}  // namespace sipsonde
