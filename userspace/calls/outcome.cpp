// SPDX-License-Identifier: Apache-2.0
#include "calls/outcome.h"

#include <algorithm>

#include "calls/causes.h"

namespace sipsonde {
namespace {

constexpr std::uint16_t kNormalClearing = 16;
constexpr std::uint16_t kRecoveryOnTimerExpiry = 102;
constexpr std::uint16_t kDialogUnknown = 481;

// What ended the last fork ended the leg.
const Fork* last_ended(const Evidence& evidence) {
  const Fork* last = nullptr;
  for (const Fork& fork : evidence.known_forks())
    if (fork.answered && fork.ended_ns() != kNever && (!last || fork.ended_ns() > last->ended_ns()))
      last = &fork;
  return last;
}

// An expired session, and a request that nobody answered, are timers that ran out; who sent a 481 knows
// nothing of the dialog, but who made it so is not told.
void conclude_gone(const Fork& fork, Outcome& outcome) {
  outcome.q850_cause = kRecoveryOnTimerExpiry;
  outcome.initiator = Initiator::timeout;
  if (fork.expired || fork.gone_code == 0) return;
  outcome.q850_cause = cause_of_code(fork.gone_code);
  outcome.initiator = fork.gone_code == kDialogUnknown ? Initiator::unknown : Initiator::network;
}

void conclude_answered(const Evidence& evidence, Ending ending, std::uint64_t ran_out_ns, Outcome& outcome) {
  outcome.disposition = Disposition::answered;
  for (const Fork& fork : evidence.known_forks()) {
    if (fork.answer_ns == kNever || (outcome.answer_ns && *outcome.answer_ns <= fork.answer_ns)) continue;
    outcome.answer_ns = fork.answer_ns;
    outcome.sip_status = fork.answer_code;
  }
  if (ending == Ending::silence) {
    outcome.end_ns = ran_out_ns;
    outcome.initiator = Initiator::timeout;
    return;
  }
  const Fork* const ended = last_ended(evidence);
  if (ending == Ending::sight_ends || !ended) return;
  outcome.end_ns = ended->ended_ns();
  if (ended->bye_ns == kNever) return conclude_gone(*ended, outcome);
  outcome.q850_cause = ended->bye_cause ? ended->bye_cause : kNormalClearing;
  if (ended->teardown_ns != kNever) outcome.teardown_ns = ended->teardown_ns;
  if (evidence.caller_known)
    outcome.initiator = ended->bye_sender_tag == evidence.caller_tag ? Initiator::caller : Initiator::callee;
}

// Of the CANCEL, or of the BYE that stood for it.
std::uint16_t given_up_cause(const Evidence& evidence) {
  if (evidence.cancel_cause) return evidence.cancel_cause;
  for (const Fork& fork : evidence.known_forks())
    if (fork.bye_ns != kNever && fork.bye_cause) return fork.bye_cause;
  return 0;
}

// What ended the attempt. A Reason header outranks the code that carries it (RFC 3326): a 500 may stand for
// the 486 of a hop behind, and of a 487 the CANCEL says why.
std::uint16_t code_that_counts(const Evidence& evidence) {
  const auto refuses = [](std::uint16_t code) { return code >= 300 && code != 487; };
  if (refuses(evidence.final_sip)) return evidence.final_sip;
  if (!refuses(evidence.final_code) && refuses(evidence.cancel_sip)) return evidence.cancel_sip;
  return evidence.final_code;
}

// Callers give up on what has not answered; a refusal as busy or without answer that came first stands, and
// so does the reason that a proxy gives for cancelling.
Disposition disposition_of_unanswered(const Evidence& evidence, std::uint16_t reason, bool given_up,
                                      const DispositionTable& table) {
  const std::uint16_t code = code_that_counts(evidence);
  Disposition disposition = evidence.rang ? Disposition::no_answer : Disposition::timeout;
  if (code && !evidence.timer_b)
    disposition = table.of_code(code, evidence.rang);
  else if (evidence.timer_b || given_up)
    disposition = Disposition::timeout;
  if (const auto by_cause = table.of_cause(reason)) disposition = *by_cause;
  if (given_up && disposition != Disposition::busy && disposition != Disposition::no_answer)
    disposition = Disposition::cancelled;
  return disposition;
}

FailureReason failure_of(Disposition disposition, std::uint16_t code, std::uint16_t reason,
                         const DispositionTable& table) {
  switch (disposition) {
    case Disposition::busy:
      return FailureReason::busy;
    case Disposition::no_answer:
      return FailureReason::no_answer;
    case Disposition::cancelled:
      return FailureReason::cancelled;
    case Disposition::timeout:
      return FailureReason::timeout;
    default:
      break;
  }
  if (table.of_cause(reason) == Disposition::failed) return FailureReason::unavailable;
  return failure_of_code(code);
}

Initiator initiator_of_refusal(const Evidence& evidence, Ending ending, Disposition disposition,
                               bool given_up) {
  if (given_up &&
      (disposition == Disposition::cancelled || evidence.final_code == 0 || evidence.final_code == 487))
    return Initiator::caller;
  if (ending == Ending::silence || evidence.timer_b) return Initiator::timeout;
  if (evidence.final_code == 408 || evidence.final_code / 100 == 5) return Initiator::network;
  return Initiator::callee;
}

void conclude_unanswered(const Evidence& evidence, Ending ending, std::uint64_t ran_out_ns,
                         const DispositionTable& table, Outcome& outcome) {
  const bool given_up = evidence.given_up_ns() != kNever;
  const std::uint16_t by_caller = given_up_cause(evidence);
  const bool refused = evidence.final_code != 0 && evidence.final_code != 487;
  // A 487 only says that the request was cancelled; why is in the CANCEL.
  std::uint16_t reason = refused || !by_caller ? evidence.final_cause : by_caller;
  if (!reason) reason = by_caller;

  const Disposition disposition = disposition_of_unanswered(evidence, reason, given_up, table);
  outcome.disposition = disposition;
  outcome.failure = failure_of(disposition, code_that_counts(evidence), reason, table);
  outcome.initiator = initiator_of_refusal(evidence, ending, disposition, given_up);
  outcome.end_ns = ending == Ending::final_response ? evidence.final_ns : ran_out_ns;
  if (evidence.final_code && !(evidence.timer_b && disposition == Disposition::cancelled))
    outcome.sip_status = evidence.final_code;
  if (reason)
    outcome.q850_cause = reason;
  else if (disposition == Disposition::cancelled)
    outcome.q850_cause = kNormalClearing;
  else if (evidence.timer_b)
    outcome.q850_cause = kRecoveryOnTimerExpiry;
  else if (evidence.final_code)
    outcome.q850_cause = cause_of_code(code_that_counts(evidence));
}

}  // namespace

Fork* Evidence::find_fork(std::uint64_t tag) {
  for (Fork& fork : known_forks())
    if (fork.tag == tag) return &fork;
  return nullptr;
}

Fork& Evidence::fork(std::uint64_t tag) {
  if (Fork* const known = find_fork(tag)) return *known;
  if (fork_count < forks.size()) ++fork_count;
  Fork& fork = forks[fork_count - 1u];
  if (fork.tag != 0 && fork.answered && !fork.over) return fork;  // full: what is alive is not forgotten
  fork = Fork{.tag = tag};
  return fork;
}

bool Evidence::knows_tag(std::uint64_t tag) const {
  return std::ranges::any_of(known_forks(), [tag](const Fork& fork) { return fork.tag == tag; });
}

bool Evidence::answered() const {
  return std::ranges::any_of(known_forks(), [](const Fork& fork) { return fork.answered; });
}

std::uint64_t Evidence::first_answer_ns() const {
  std::uint64_t first = kNever;
  for (const Fork& fork : known_forks()) first = std::min(first, fork.answer_ns);
  return first;
}

bool Evidence::answer_seen() const {
  return std::ranges::any_of(known_forks(), [](const Fork& fork) { return fork.answer_ns != kNever; });
}

bool Evidence::in_dialog() const {
  return std::ranges::any_of(known_forks(), [](const Fork& fork) { return fork.answered && !fork.over; });
}

std::uint64_t Evidence::given_up_ns() const {
  std::uint64_t earliest = cancel_ns;
  if (!answered())
    for (const Fork& fork : known_forks()) earliest = std::min(earliest, fork.bye_ns);
  return earliest;
}

void Evidence::saw_final(std::uint64_t time_ns, std::uint16_t code, std::uint16_t cause, std::uint16_t sip) {
  if (final_code != 0 && time_ns < final_ns) return;
  final_ns = time_ns;
  final_code = code;
  final_cause = cause;
  final_sip = sip;
  timer_b = false;
}

void Evidence::timer_b_ran_out(std::uint64_t time_ns) {
  if (final_code != 0 && time_ns < final_ns) return;
  saw_final(time_ns, 408);
  timer_b = true;
}

Outcome conclude(const Evidence& evidence, Ending ending, std::uint64_t ran_out_ns,
                 const DispositionTable& dispositions) {
  Outcome outcome;
  if (evidence.answered())
    conclude_answered(evidence, ending, ran_out_ns, outcome);
  else if (ending != Ending::sight_ends)
    conclude_unanswered(evidence, ending, ran_out_ns, dispositions, outcome);
  return outcome;
}

}  // namespace sipsonde
