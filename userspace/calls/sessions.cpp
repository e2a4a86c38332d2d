// SPDX-License-Identifier: Apache-2.0
// What keeps a dialog alive and what shows that it is not: session timers (RFC 4028), requests that the other
// side knows no dialog for (RFC 3261 section 12.2.1.2), and the offers and answers that hold and resume.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

Side side(bool is_caller) {
  return is_caller ? Side::caller : Side::callee;
}

// Only these refresh a session (RFC 4028 section 7.2), and only these carry offers outside of an early
// dialog.
bool changes_session(sipsonde_method method) {
  return method == SIPSONDE_METHOD_invite || method == SIPSONDE_METHOD_update;
}

// Requests of the INVITE usage: a 481 to one of a subscription ends that subscription (RFC 5057 section 5.1).
// The BYE ends its dialog whatever the answer, and is looked after in requests.cpp.
bool asks_for_dialog(sipsonde_method method) {
  return changes_session(method) || method == SIPSONDE_METHOD_info;
}

// Without a BYE within this time nobody will send one: the wait of a non-INVITE transaction.
constexpr std::uint64_t kByeMayFollow_ns = kTimeout_ns;

std::uint64_t lost_due_ns(const Fork& fork) {
  return fork.gone_ns == kNever ? kNever : fork.gone_ns + kByeMayFollow_ns;
}

// That side knows the dialog, so what it answered before, or did not answer, was no end of it.
void note_life(Fork& fork, bool of_caller, std::uint64_t time_ns) {
  std::uint64_t& alive_ns = fork.alive_ns[of_caller ? 0 : 1];
  alive_ns = std::max(alive_ns, time_ns);
  if (fork.gone_for_caller != of_caller && fork.gone_ns < time_ns) fork.gone_ns = kNever;
}

}  // namespace

Fork* CallTable::State::dialog_of(Leg& leg, const Transaction& transaction, const SipMessage& sip) {
  return leg.evidence.find_fork(dialogs_.tag_of(transaction.from_caller ? sip.to.tag : sip.from.tag));
}

// ---- what is asked ----

// A request in a dialog, or the INVITE that asks for one; it is bound already.
void CallTable::State::asked_in_session(Transaction& transaction, Leg& leg, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  if (leg.phase == Phase::ended) return;
  transaction.fork_tag = dialogs_.tag_of(transaction.from_caller ? sip.to.tag : sip.from.tag);
  Fork* const dialog = leg.evidence.find_fork(transaction.fork_tag);
  if (dialog) note_life(*dialog, transaction.from_caller, sighting.time_ns);
  if (!changes_session(sip.method)) return;
  transaction.offer = media_flow_of(sip);
  transaction.refreshes = !transaction.initial && dialog && dialog->answered && sip.session_expires;
  leg.refused_intervals.retry(side(transaction.from_caller));
}

// ---- what is answered ----

// A response to such a request, the first of its kind.
void CallTable::State::answered_in_session(Transaction& transaction, Leg& leg, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  if (leg.phase == Phase::ended || sip.code < 200) return;
  Fork* const dialog = dialog_of(leg, transaction, sip);
  if (sip.code < 300 && dialog) note_life(*dialog, !transaction.from_caller, sighting.time_ns);
  if (sip.code == 481 || sip.code == 408)
    dialog_lost(transaction, dialog, sip.method, sighting.time_ns, sip.code);
  if (changes_session(sip.method)) {
    if (sip.code < 300) session_agreed(transaction, leg, dialog, sighting);
    if (sip.code == 422) leg.refused_intervals.refuse(side(transaction.from_caller), sighting.time_ns);
    if (sip.code == 481 && transaction.refreshes)
      measures_.count_session_refresh(SessionRefresh::dialog_gone);
  }
  if (sip.method == SIPSONDE_METHOD_refer && sip.code >= 300) forget_transfer(leg);
  if (asks_for_dialog(sip.method)) reconsider(leg);
}

// A 2xx: from here on the session lasts as long as it says.
void CallTable::State::session_agreed(Transaction& transaction, Leg& leg, Fork* dialog,
                                      const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const Side asker = side(transaction.from_caller);
  const SessionTerms terms{sighting.time_ns, sip.session_expires, refresher_named(sip.refresher, asker)};
  const bool in_early_dialog = !dialog || !dialog->answered;
  media_agreed(transaction, leg, sighting, transaction.initial || in_early_dialog);
  if (!in_early_dialog) {
    if (transaction.initial) {
      dialog->session.establish(terms);
    } else {
      const SessionRefresh result = dialog->session.refresh(terms);
      if (transaction.refreshes || sip.session_expires) measures_.count_session_refresh(result);
    }
  }
  if (leg.refused_intervals.accept(asker)) measures_.count_session_refresh(SessionRefresh::bumped);
}

void CallTable::State::media_agreed(const Transaction& transaction, Leg& leg, const Sighting& sighting,
                                    bool first) {
  if (!transaction.request_seen) return;
  const bool by_caller = transaction.from_caller;
  const MediaFlow answer = media_flow_of(*sighting.sip);
  if (transaction.offer == MediaFlow::unknown) {
    leg.answer_is_due = answer != MediaFlow::unknown && sighting.sip->method == SIPSONDE_METHOD_invite;
    tell_hold(leg, sighting, leg.holds.offered(!by_caller, answer, first), !by_caller);
    return;
  }
  tell_hold(leg, sighting, leg.holds.offered(by_caller, transaction.offer, first), by_caller);
  tell_hold(leg, sighting, leg.holds.answered(!by_caller, answer, first), !by_caller);
}

// The ACK of a 2xx that carried the offer (RFC 3261 section 13.2.1).
void CallTable::State::answered_in_ack(const Transaction& transaction, Leg& leg, const Sighting& sighting) {
  if (!leg.answer_is_due) return;
  leg.answer_is_due = false;
  const bool first = transaction.from_caller && sighting.sip->cseq <= leg.cseq;
  const HoldChange change =
      leg.holds.answered(transaction.from_caller, media_flow_of(*sighting.sip), first);
  tell_hold(leg, sighting, change, transaction.from_caller);
}

void CallTable::State::tell_hold(Leg& leg, const Sighting& sighting, HoldChange change, bool by_caller) {
  if (change == HoldChange::none) return;
  const EventName name = change == HoldChange::hold ? EventName::hold : EventName::resume;
  CallEvent event = event_without_message(leg, name, sighting.time_ns, sighting.sip->method, by_caller);
  add_attribute(event, scratch_, "by", by_caller ? "caller" : "callee");
  tell(leg, event);
}

// ---- what is lost ----

// Timer B or F of a request in a dialog. What the other side did meanwhile shows that it lives.
void CallTable::State::unanswered_in_session(const Transaction& transaction, Leg& leg, std::uint64_t due_ns) {
  if (leg.phase == Phase::ended) return;
  Fork* const dialog = leg.evidence.find_fork(transaction.fork_tag);
  if (!dialog || dialog->alive_ns[transaction.from_caller ? 1 : 0] > transaction.request_ns) return;
  dialog_lost(transaction, dialog, transaction.key.method, due_ns, 0);
  reconsider(leg);
}

void CallTable::State::dialog_lost(const Transaction& transaction, Fork* dialog, sipsonde_method method,
                                   std::uint64_t time_ns, int code) {
  if (!dialog || !dialog->lives() || transaction.initial || !asks_for_dialog(method)) return;
  if (dialog->gone_ns <= time_ns) return;
  dialog->gone_ns = time_ns;
  dialog->gone_code = static_cast<std::uint16_t>(code);
  dialog->gone_method = method;
  dialog->gone_for_caller = transaction.from_caller;
}

// When something happens to a leg in a dialog if nothing more is seen of it.
std::uint64_t CallTable::State::session_due_ns(const Leg& leg) const {
  std::uint64_t due = leg.refused_intervals.due_ns();
  for (const Fork& fork : leg.evidence.known_forks())
    if (fork.lives()) due = std::min({due, fork.session.deadline_ns(), lost_due_ns(fork)});
  return due;
}

// True when a dialog has ended by that.
bool CallTable::State::session_ran_out(Leg& leg) {
  count_given_up(leg);
  bool ended = false;
  for (Fork& fork : leg.evidence.known_forks()) {
    const std::uint64_t deadline = fork.session.deadline_ns();
    const std::uint64_t due = std::min(deadline, lost_due_ns(fork));
    if (!fork.lives() || due > now_ns_) continue;
    fork.expired = deadline < fork.gone_ns;
    if (fork.expired) {
      fork.gone_ns = deadline;
      leg.expired_after_ns = fork.session.interval_ns();
    }
    fork.over = true;
    ended = true;
    tell_gone(leg, fork, due);
  }
  if (ended) reconsider(leg);
  return ended;
}

void CallTable::State::tell_gone(Leg& leg, const Fork& dialog, std::uint64_t time_ns) {
  const sipsonde_method method = dialog.expired ? SIPSONDE_METHOD_invite : dialog.gone_method;
  const bool from_caller = dialog.expired || dialog.gone_for_caller;
  CallEvent event = event_without_message(leg, EventName::terminated, time_ns, method, from_caller);
  event.reason = dialog.expired ? "session expired" : "dialog lost";
  if (!dialog.expired && dialog.gone_code != 0) event.code = dialog.gone_code;
  tell(leg, event);
}

void CallTable::State::count_given_up(Leg& leg) {
  for (int i = leg.refused_intervals.give_up(now_ns_); i > 0; --i)
    measures_.count_session_refresh(SessionRefresh::gave_up);
}

// An ended leg absorbs what may still be repeated. The ends of a session that expired may not know that it
// has: theirs are absorbed until nothing was seen for as long as the session was to last.
std::uint64_t CallTable::State::absorbs_until(const Leg& leg) const {
  const std::uint64_t repeats = leg.row_ns + kTimeout_ns;
  if (leg.expired_after_ns == 0) return repeats;
  return std::max(repeats, std::max(leg.row_ns, leg.last_seen_ns) + leg.expired_after_ns);
}

void CallTable::State::ended_leg_ran_out(Leg& leg) {
  count_given_up(leg);
  const std::uint64_t until = absorbs_until(leg);
  if (until <= now_ns_) return dispose(leg);
  wheel_.schedule(leg.life, std::min(until, leg.refused_intervals.due_ns()));
}

}  // namespace sipsonde
