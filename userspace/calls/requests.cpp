// SPDX-License-Identifier: Apache-2.0
// What is asked for in a dialog, BYE first of all, and the transactions that belong to no dialog.
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

// Methods that say, with the tags of a dialog, that there is one of an INVITE: subscriptions have dialogs of
// their own (RFC 6665), and a PRACK is followed by what tells more.
bool proves_dialog(sipsonde_method method) {
  return method == SIPSONDE_METHOD_update || method == SIPSONDE_METHOD_info ||
         method == SIPSONDE_METHOD_refer;
}

bool in_dialog(const SipMessage& sip) {
  return !sip.to.tag.empty() && !sip.from.tag.empty();
}

}  // namespace

void CallTable::State::bye(Transaction& transaction, const Sighting& sighting) {
  Leg* const leg = in_dialog(*sighting.sip) ? join_or_begin(sighting) : nullptr;
  if (!leg) return draft(transaction, sighting);
  bind(transaction, *leg, sighting);
  seen(*leg, sighting);
  const std::uint64_t from_tag = dialogs_.tag_of(sighting.sip->from.tag);
  const std::uint64_t to_tag = dialogs_.tag_of(sighting.sip->to.tag);
  transaction.fork_tag = transaction.from_caller ? to_tag : from_tag;
  const ByeSender sender = sender_of_bye(*leg, sighting, transaction.from_caller);
  const Fork* const dialog = leg->evidence.find_fork(transaction.fork_tag);
  const bool timer_ran_out = dialog && dialog->session.is_given_up_at(sighting.time_ns);
  const ByeReason reason = reason_of_bye(*leg, sighting, transaction.from_caller, timer_ran_out);
  measures_.count_bye(leg->direction, sender, reason);
  tell(*leg, bye_event(*leg, sighting, transaction.from_caller, sender, reason, scratch_));
  if (leg->phase == Phase::ended) return;
  if (script_) keep_last_message(*leg, sighting);

  Fork& fork = leg->evidence.fork(transaction.fork_tag);
  if (sighting.time_ns < fork.bye_ns) {
    fork.bye_ns = sighting.time_ns;
    fork.bye_sender_tag = from_tag;
    fork.bye_cause = reasons_of(*sighting.sip).q850;
  }
  // A callee may send a BYE in a confirmed dialog only (RFC 3261 section 15): there was an answer.
  if (leg->evidence.caller_known && !transaction.from_caller) fork.answered = true;
  if (transaction.final_code / 100 == 2)
    fork.teardown_ns = transaction.final_ns - std::min(transaction.final_ns, sighting.time_ns);
  reconsider(*leg);
}

void CallTable::State::bye_response(Transaction& transaction, const Sighting& sighting) {
  Leg* const leg = dialogs_.find(transaction.leg);
  if (!leg) return;
  const int code = sighting.sip->code;
  seen(*leg, sighting);
  // 401 and 407 are followed by a BYE with credentials; if not, the transaction's timer ends the dialog.
  if (code < 200 || code == 401 || code == 407 || leg->phase == Phase::ended) return;

  Fork& fork = leg->evidence.fork(transaction.fork_tag);
  if (code < 300 && transaction.request_seen && sighting.time_ns >= transaction.request_ns)
    fork.teardown_ns = std::min(fork.teardown_ns, sighting.time_ns - transaction.request_ns);
  if (!transaction.request_seen && sighting.time_ns < fork.bye_ns) {
    // The BYE itself is out of sight, or will be here in a moment and tell better.
    fork.bye_ns = sighting.time_ns;
    fork.bye_sender_tag = dialogs_.tag_of(sighting.sip->from.tag);
  }
  const bool first = !fork.over;
  fork.over = true;
  if (first) tell(*leg, event_of(*leg, EventName::terminated, sighting, scratch_));
  reconsider(*leg);
}

void CallTable::State::bye_never_answered(const Transaction& transaction, Leg& leg) {
  if (leg.phase == Phase::ended) return;
  Fork* const fork = leg.evidence.find_fork(transaction.fork_tag);
  if (!fork || fork->over) return;
  fork->over = true;
  CallEvent event = event_without_message(leg, EventName::terminated, transaction.timer.due_ns,
                                          SIPSONDE_METHOD_bye, transaction.from_caller);
  event.reason = "BYE not answered";
  tell(leg, event);
  reconsider(leg);
}

void CallTable::State::other_request(Transaction& transaction, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  Leg* leg = nullptr;
  if (in_dialog(sip)) leg = proves_dialog(sip.method) ? join_or_begin(sighting) : dialogs_.join(sighting);
  if (!leg) return draft(transaction, sighting);
  bind(transaction, *leg, sighting);
  seen(*leg, sighting);
  if (sip.method == SIPSONDE_METHOD_refer && links_)
    links_->referred(leg->link, sip, sighting.time_ns, sighting.destination.address);
  asked_in_session(transaction, *leg, sighting);
  if (const auto name = name_of_method(sip.method))
    tell(*leg, request_event(*leg, *name, sighting, transaction, scratch_));
  if (sip.method == SIPSONDE_METHOD_refer) transfer_asked(*leg, sighting, transaction.from_caller);
  if (sip.method == SIPSONDE_METHOD_notify) transfer_told(*leg, sighting, transaction.from_caller);
}

// A response other than to INVITE whose request was not seen, or not yet. False when nothing follows from it.
bool CallTable::State::unasked_response(Transaction& transaction, const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  Leg* leg = in_dialog(sip) ? dialogs_.join(sighting) : nullptr;
  if (sip.method == SIPSONDE_METHOD_bye) {
    if (!in_dialog(sip) || sip.code < 200) return false;
    if (!leg) leg = &begin_unseen(sighting, false);
    bind(transaction, *leg, sighting);
    transaction.fork_tag = dialogs_.tag_of(transaction.from_caller ? sip.to.tag : sip.from.tag);
    return true;
  }
  if (leg) {
    bind(transaction, *leg, sighting);
    return true;
  }
  if (sip.method == SIPSONDE_METHOD_cancel || sip.method == SIPSONDE_METHOD_ack) return false;
  draft(transaction, sighting);
  return true;
}

void CallTable::State::draft(Transaction& transaction, const Sighting& sighting) {
  if (Draft* const known = drafts_.find(transaction.draft)) return outside_asked(*known, sighting);
  while (drafts_.size() >= drafts_limit_) {
    Transaction* const longest_waiting = transactions_.oldest(Worth::asking);
    if (!longest_waiting) return;
    evict(*longest_waiting);
  }
  // A method without an event of its own is told when it times out.
  const EventName name = name_of_method(sighting.sip->method).value_or(EventName::timeout);
  const Endpoint& asker = sighting.sip->is_request ? sighting.source : sighting.destination;
  const Endpoint& asked = sighting.sip->is_request ? sighting.destination : sighting.source;
  const Endpoint& far = transaction.direction == SIPSONDE_DIRECTION_inbound ? asker : asked;
  Draft& draft = drafts_.take();
  draft.event = draft_of(sighting, transaction.direction, trunk_of(sighting, far.address), name, scratch_);
  for_each_text(draft.event, [&draft](std::string_view& text) { text = draft.text.keep(text); });
  draft.event.attributes = keep_attributes(draft.event.attributes, draft.text);
  transaction.draft = draft.self;
  outside_asked(draft, sighting);
}

// One event for a transaction, when it is over.
void CallTable::State::outside_response(Transaction& transaction, const Sighting& sighting) {
  Draft* const draft = drafts_.find(transaction.draft);
  if (!draft || sighting.sip->code < 200) return;
  draft->event.time_ns = sighting.time_ns;
  if (transaction.request_seen) draft->event.request_ns = transaction.request_ns;
  draft->event.code = static_cast<std::uint16_t>(sighting.sip->code);
  draft->event.reason = limited(sighting.sip->reason_phrase);
  if (draft->event.method == SIPSONDE_METHOD_register) register_answered(*draft, transaction, sighting);
  options_ended(*draft, transaction, true);
  if (draft->event.event != EventName::timeout) log_.state(draft->event);
  drafts_.give(*draft);
}

}  // namespace sipsonde
