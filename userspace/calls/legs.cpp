// SPDX-License-Identifier: Apache-2.0
// How a leg begins, goes on and ends. Its phase follows from what has been seen of it and from nothing else.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/causes.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

// Messages of one moment come out of order: from two CPUs, by two paths. A row waits that long for them.
constexpr std::uint64_t kSettle_ns = kSecond / 10;
constexpr std::uint64_t kFlushAfter_ns = 30 * kSecond;

bool asks_for_another_attempt(std::uint16_t code) {
  return code == 401 || code == 407 || code == 422 || code / 100 == 3;
}

Phase judge(const Leg& leg) {
  const Evidence& evidence = leg.evidence;
  if (evidence.answered()) return evidence.in_dialog() ? Phase::confirmed : Phase::ending;
  if (leg.pending > 0) return Phase::early;
  if (evidence.final_code == 0) return evidence.final_unseen ? Phase::retry : Phase::early;
  const bool given_up = evidence.given_up_ns() != kNever;
  return asks_for_another_attempt(evidence.final_code) && !given_up ? Phase::retry : Phase::ending;
}

Ending ending_of(const Leg& leg) {
  if (leg.evidence.answered()) return Ending::bye;
  return leg.evidence.final_code != 0 ? Ending::final_response : Ending::sight_ends;
}

const Endpoint& far_peer(const Leg& leg) {
  return leg.direction == SIPSONDE_DIRECTION_inbound ? leg.source : leg.destination;
}

std::optional<std::uint64_t> known(std::uint64_t time_ns) {
  if (time_ns == kNever) return std::nullopt;
  return time_ns;
}

}  // namespace

// ---- it begins ----

Leg& CallTable::State::begin(const Sighting& sighting, sipsonde_direction direction) {
  while (Leg* const victim = dialogs_.in_the_way(sighting)) evict(*victim);
  Leg& leg = dialogs_.add(sighting);
  leg.life.owner = leg.flush.owner = leg.self.index;
  leg.life.kind = life_timer;
  leg.flush.kind = flush_timer;
  leg.direction = direction;
  leg.last_seen_ns = sighting.time_ns;
  leg.losses_before = losses_;
  // What was lost a moment ago may have been its beginning.
  leg.lossy = last_loss_ns_ != kNever && now_ns_ - last_loss_ns_ < kSecond;
  gauges_.dialogs.fetch_add(1, std::memory_order_relaxed);
  return leg;
}

// The first that is seen of this leg is not its INVITE.
Leg& CallTable::State::begin_unseen(const Sighting& sighting, bool caller_known) {
  const SipMessage& sip = *sighting.sip;
  Leg& leg = begin(sighting,
                   sip.is_request ? direction_asked_by(sighting.flow) : direction_answered_by(sighting.flow));
  leg.source = sip.is_request ? sighting.source : sighting.destination;
  leg.destination = sip.is_request ? sighting.destination : sighting.source;
  leg.trunk = trunk_of(sighting, far_peer(leg).address);
  leg.cseq = caller_known ? sip.cseq : 0;
  leg.evidence.caller_tag = dialogs_.tag_of(sip.from.tag);
  leg.evidence.caller_known = caller_known;
  if (!caller_known) leg.evidence.fork(dialogs_.tag_of(sip.to.tag)).answered = true;
  keep_parties(leg, sighting);
  reconsider(leg);
  return leg;
}

Leg* CallTable::State::join_or_begin(const Sighting& sighting) {
  if (Leg* const leg = dialogs_.join(sighting)) return leg;
  return sighting.sip->from.tag.empty() ? nullptr : &begin_unseen(sighting, false);
}

void CallTable::State::adopt_invite(Leg& leg, const Sighting& sighting, sipsonde_direction direction) {
  const SipMessage& sip = *sighting.sip;
  Evidence& evidence = leg.evidence;
  const std::uint64_t from_tag = dialogs_.tag_of(sip.from.tag);
  // What overtook the INVITE may have come from the callee; then who we took for the callee is the caller.
  if (evidence.caller_tag != from_tag)
    if (Fork* const fork = evidence.find_fork(from_tag)) fork->tag = evidence.caller_tag;
  evidence.caller_tag = from_tag;
  evidence.caller_known = true;

  if (leg.phase == Phase::confirmed) count_active(leg, -1);
  leg.invite_seen = true;
  leg.direction = direction;
  leg.source = sighting.source;
  leg.destination = sighting.destination;
  leg.trunk = trunk_of(sighting, far_peer(leg).address);
  if (leg.phase == Phase::confirmed) count_active(leg, 1);

  keep_parties(leg, sighting);
  leg.record.user_agent = leg.text.keep(limited(sip.user_agent));
}

void CallTable::State::keep_parties(Leg& leg, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  leg.call->caller_withheld |= sip.withholds_sender();
  leg.record.transport = sighting.transport;
  leg.record.from_number = leg.text.keep(limited(sip.from.user));
  leg.record.to_number = leg.text.keep(limited(sip.to.user));
  leg.record.from_uri = leg.text.keep(limited(sip.from.uri));
  leg.record.to_uri = leg.text.keep(limited(sip.to.uri));
}

// ---- it goes on ----

void CallTable::State::reconsider(Leg& leg) {
  if (leg.phase == Phase::ended) return;
  const Phase before = leg.phase;
  leg.phase = judge(leg);
  if (before != Phase::confirmed && leg.phase == Phase::confirmed) {
    count_active(leg, 1);
    flush(leg);
  }
  if (before == Phase::confirmed && leg.phase != Phase::confirmed) count_active(leg, -1);
  dialogs_.file(leg);
  if (leg.phase == Phase::ending && before == Phase::ending) return;
  wheel_.schedule(leg.life, leg.phase == Phase::ending ? now_ns_ + kSettle_ns : deadline_of(leg));
}

// When the leg ends if nothing more is seen of it.
std::uint64_t CallTable::State::deadline_of(const Leg& leg) const {
  const std::uint64_t silence = std::max(leg.last_seen_ns, last_media_ns(leg)) + silence_ns_;
  if (leg.phase == Phase::retry) return leg.evidence.final_ns + kTimeout_ns;
  const std::uint64_t given_up = leg.evidence.given_up_ns();
  // RFC 3261 section 9.1: no final response 64 * T1 after a CANCEL, and the INVITE is as good as ended.
  if (leg.phase == Phase::early && given_up != kNever) return std::min(given_up + kTimeout_ns, silence);
  if (leg.phase == Phase::confirmed) return std::min(session_due_ns(leg), silence);
  return silence;
}

void CallTable::State::seen(Leg& leg, const Sighting& sighting) {
  leg.last_seen_ns = std::max(leg.last_seen_ns, sighting.time_ns);
  (sighting.source == leg.destination ? leg.heard_destination : leg.heard_source) = true;
  dialogs_.file(leg);
  media_said(leg, sighting);
}

void CallTable::State::tell(Leg& leg, const CallEvent& event) {
  if (!log_.keep(leg.event_buffer, event)) return flush(leg);
  if (!leg.flush.armed) wheel_.schedule(leg.flush, now_ns_ + kFlushAfter_ns);
}

void CallTable::State::flush(Leg& leg) {
  wheel_.cancel(leg.flush);
  log_.flush(leg.event_buffer);
}

void CallTable::State::count_active(const Leg& leg, std::int64_t change) {
  gauges_.active[leg.trunk].fetch_add(change, std::memory_order_relaxed);
}

// ---- it ends ----

void CallTable::State::life_ran_out(Leg& leg) {
  if (leg.phase == Phase::ended) return ended_leg_ran_out(leg);
  if (leg.phase == Phase::ending || leg.phase == Phase::retry) return write_row(leg, ending_of(leg), 0);

  if (leg.phase == Phase::confirmed && session_ran_out(leg)) return;
  refresh_media(leg);
  const std::uint64_t deadline = deadline_of(leg);
  if (deadline > now_ns_) return wheel_.schedule(leg.life, deadline);
  const bool given_up = leg.phase == Phase::early && leg.evidence.given_up_ns() != kNever;
  CallEvent event = event_without_message(leg, EventName::terminated, deadline, SIPSONDE_METHOD_invite, true);
  event.reason = given_up ? "CANCEL without final response" : "silence";
  if (!given_up) tell_media_timeout(leg);
  tell(leg, event);
  write_row(leg, given_up ? Ending::given_up : Ending::silence, deadline);
}

// As far as it is known already.
CallRecord CallTable::State::row_of(const Leg& leg) const {
  CallRecord record = leg.record;
  record.call_id = leg.call->call_id;
  record.leg = leg.number;
  record.trunk = leg.trunk;
  record.direction = leg.direction;
  record.caller_withheld = leg.call->caller_withheld;
  record.source = leg.source;
  record.destination = leg.destination;
  record.start_ns = known(leg.evidence.start_ns);
  record.ringing_ns = known(leg.evidence.ringing_ns);
  return record;
}

// The last that is said of the leg but for repeats, which it absorbs until they can come no more.
void CallTable::State::write_row(Leg& leg, Ending ending, std::uint64_t ran_out_ns) {
  if (leg.phase == Phase::confirmed) count_active(leg, -1);
  const Outcome outcome = conclude(leg.evidence, ending, ran_out_ns, dispositions_);
  CallRecord record = row_of(leg);
  record.answer_ns = outcome.answer_ns;
  record.end_ns = outcome.end_ns;
  record.disposition = outcome.disposition;
  record.sip_status = outcome.sip_status;
  record.q850_cause = outcome.q850_cause;
  if (outcome.q850_cause) record.hangup_cause = name_of_cause(*outcome.q850_cause);
  record.disconnect_initiator = outcome.initiator;
  record.failure = outcome.failure;
  record.teardown_ns = outcome.teardown_ns;
  const bool answer_unseen = leg.evidence.answered() && !outcome.answer_ns;
  if (!leg.invite_seen || ending == Ending::sight_ends || leg.one_sided || answer_unseen)
    record.coverage = Coverage::cut;
  if (leg.lossy || leg.losses_before != losses_) record.coverage = Coverage::lossy;

  leg_closing(leg, record);
  flush(leg);
  log_.state(record);
  leg.phase = Phase::ended;
  dialogs_.file(leg);
  gauges_.dialogs.fetch_sub(1, std::memory_order_relaxed);
  leg.row_ns = now_ns_;
  ended_leg_ran_out(leg);
}

// Before its time: as it ended, when that is known already.
void CallTable::State::write_unfinished(Leg& leg) {
  write_row(leg, leg.phase == Phase::ending ? ending_of(leg) : Ending::sight_ends, 0);
}

void CallTable::State::evict(Leg& leg) {
  const bool open = leg.phase != Phase::ended;
  (open ? gauges_.evicted_calls : gauges_.evicted_ended_calls).fetch_add(1, std::memory_order_relaxed);
  if (open) write_unfinished(leg);
  dispose(leg);
}

void CallTable::State::dispose(Leg& leg) {
  flush(leg);
  forget_transfer(leg);
  forget_media(leg);
  wheel_.cancel(leg.life);
  dialogs_.remove(leg);
}

}  // namespace sipsonde
