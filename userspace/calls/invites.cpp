// SPDX-License-Identifier: Apache-2.0
// Asking for a dialog: INVITE, its responses and its CANCEL; and the INVITE that changes one (re-INVITE).
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {

void CallTable::State::initial_invite(Transaction& transaction, const Sighting& sighting) {
  Leg* leg = dialogs_.find(transaction.leg);
  if (!leg) leg = dialogs_.join_invite(sighting, transaction.direction);
  if (!leg) leg = &begin(sighting, transaction.direction);
  transaction.leg = leg->self;
  transaction.from_caller = true;
  leg->invite = transaction.self;
  ++leg->attempts;
  if (leg->phase != Phase::ended) {
    const bool another_attempt = leg->phase == Phase::retry;
    if (!leg->invite_seen) adopt_invite(*leg, sighting, transaction.direction);
    if (another_attempt) leg->evidence.caller_tag = dialogs_.tag_of(sighting.sip->from.tag);
    leg->evidence.start_ns = std::min(leg->evidence.start_ns, sighting.time_ns);
    leg->cseq = std::max(leg->cseq, sighting.sip->cseq);
    wait_for_final(transaction, *leg);
  }
  seen(*leg, sighting);
  asked_in_session(transaction, *leg, sighting);
  leg_invited(*leg, sighting);
  reconsider(*leg);
}

void CallTable::State::reinvite(Transaction& transaction, const Sighting& sighting) {
  Leg* const leg = join_or_begin(sighting);
  if (!leg) return draft(transaction, sighting);
  bind(transaction, *leg, sighting);
  seen(*leg, sighting);
  asked_in_session(transaction, *leg, sighting);
  tell(*leg, request_event(*leg, EventName::reinvite, sighting, transaction, scratch_));
  reconsider(*leg);
}

void CallTable::State::cancel(Transaction& transaction, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  Transaction* invite = transactions_.find_invite(sip, transaction.direction);
  Leg* leg = invite ? dialogs_.find(invite->leg) : dialogs_.join_cancel(sighting, transaction.direction);
  if (!leg) leg = &begin_unseen(sighting, true);
  bind(transaction, *leg, sighting);
  seen(*leg, sighting);

  const bool of_reinvite = invite && !invite->initial;
  if (!invite && leg->pending == 0) {
    // Its INVITE passed out of our sight; the 487 is still to come.
    invite = &add_transaction(transactions_.key_of(sip, SIPSONDE_METHOD_invite), transaction.direction);
    wheel_.schedule(invite->timer, sighting.time_ns + kTimeout_ns);
    bind(*invite, *leg, sighting);
    wait_for_final(*invite, *leg);
    file(*invite);
  }
  if (!of_reinvite && leg->phase != Phase::ended && sighting.time_ns < leg->evidence.cancel_ns) {
    leg->evidence.cancel_ns = sighting.time_ns;
    const Reasons reasons = reasons_of(sip);
    leg->evidence.cancel_cause = reasons.q850;
    leg->evidence.cancel_sip = reasons.sip;
    if (script_) keep_last_message(*leg, sighting);
  }
  tell(*leg, cancel_event(*leg, sighting, scratch_));
  reconsider(*leg);
}

// A response whose INVITE was not seen, or not yet. False when nothing follows from it.
bool CallTable::State::unasked_invite_response(Transaction& transaction, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  Leg* leg = dialogs_.join(sighting);
  // The same INVITE on another hop is another leg, though it has the dialog's tags: its request is late.
  if (leg && sip.cseq <= leg->cseq && !on_the_hop_of(*leg, sighting)) leg = nullptr;
  if (!leg) {
    // A 100 has no dialog, and without a To-tag there is none to begin (RFC 3261 section 8.2.6.2).
    if (sip.code == 100 || sip.to.tag.empty()) return false;
    leg = &begin_unseen(sighting, true);
  }
  bind(transaction, *leg, sighting);
  const bool of_first_invite = !leg->evidence.answered() || (leg->invite_seen && sip.cseq <= leg->cseq);
  if (transaction.from_caller && of_first_invite && leg->phase != Phase::ended)
    wait_for_final(transaction, *leg);
  return true;
}

void CallTable::State::invite_response(Transaction& transaction, const Sighting& sighting) {
  Leg* const leg = dialogs_.find(transaction.leg);
  if (!leg) return outside_response(transaction, sighting);
  const SipMessage& sip = *sighting.sip;
  seen(*leg, sighting);
  if (sip.code / 100 == 2) {
    leg->answered_invite = transaction.self;
    transaction.acknowledged |= leg->acknowledged && leg->acknowledged_cseq == sip.cseq;
  }
  if (!transaction.initial) return;
  if (leg->phase == Phase::ended)
    return tell(*leg, event_of(*leg, name_of_response(*leg, sip.code), sighting, scratch_));

  Evidence& evidence = leg->evidence;
  leg->one_sided = evidence.final_unseen = false;  // it had only been overtaken
  leg->mirrored |= direction_asked_by(sighting.flow) == transaction.direction && transaction.request_seen;
  const std::uint64_t to_tag = dialogs_.tag_of(sip.to.tag);
  if (sip.code < 200) {
    if (sip.code > 100 && to_tag != 0 &&
        (evidence.find_fork(to_tag) || evidence.fork_count < evidence.forks.size()))
      evidence.fork(to_tag);
    if (sip.code == 180 || sip.code == 183)
      evidence.ringing_ns = std::min(evidence.ringing_ns, sighting.time_ns);
    evidence.rang |= sip.code >= 180 && sip.code < 190;
  } else if (sip.code < 300) {
    const bool first_answer = !evidence.answer_seen();
    Fork& fork = evidence.fork(to_tag);
    fork.answered = true;
    if (sighting.time_ns < fork.answer_ns) {
      fork.answer_ns = sighting.time_ns;
      fork.answer_code = static_cast<std::uint16_t>(sip.code);
    }
    if (first_answer) leg_answered(*leg, sighting);
  } else {
    const Reasons reasons = reasons_of(sip);
    evidence.saw_final(sighting.time_ns, static_cast<std::uint16_t>(sip.code), reasons.q850, reasons.sip);
  }
  if (sip.code >= 200) stop_waiting(transaction, *leg);
  leg_responded(*leg, sighting);
  reconsider(*leg);
}

void CallTable::State::invite_timed_out(Transaction& transaction, Leg& leg, std::uint64_t due_ns) {
  leg.evidence.timer_b_ran_out(due_ns);
  stop_waiting(transaction, leg);
  reconsider(leg);
}

// Its INVITE was not seen answered, and that says nothing.
void CallTable::State::out_of_sight(Transaction& transaction, Leg& leg, std::uint64_t due_ns) {
  stop_waiting(transaction, leg);
  leg.one_sided = true;
  if (!leg.evidence.answered() && leg.evidence.final_code == 0) {
    leg.evidence.final_unseen = true;
    leg.evidence.final_ns = due_ns;
  }
  reconsider(leg);
}

void CallTable::State::wait_for_final(Transaction& transaction, Leg& leg) {
  transaction.initial = true;
  if (transaction.final_code != 0 || transaction.pending) return;
  transaction.pending = true;
  ++leg.pending;
}

void CallTable::State::stop_waiting(Transaction& transaction, Leg& leg) {
  if (!transaction.pending) return;
  transaction.pending = false;
  --leg.pending;
}

}  // namespace sipsonde
