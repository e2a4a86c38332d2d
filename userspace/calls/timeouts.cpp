// SPDX-License-Identifier: Apache-2.0
// What follows when the time of a transaction is over: timers B, F and H as a bystander sees them (RFC 3261
// section 17).
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {

void CallTable::State::transaction_ran_out(Transaction& transaction, std::uint64_t due_ns) {
  Leg* const leg = dialogs_.find(transaction.leg);
  const sipsonde_method method = transaction.key.method;
  const bool answered =
      transaction.final_code != 0 || transaction.final_unseen || method == SIPSONDE_METHOD_ack;
  // A provisional response stops timer B, so that an INVITE waits as long as its leg; F it does not stop.
  const bool waits =
      method == SIPSONDE_METHOD_invite && (transaction.provisional || !transaction.request_seen);
  if (!answered && waits && leg && leg->phase != Phase::ended)
    return wheel_.schedule(transaction.timer, std::max(now_ns_, due_ns) + kTimeout_ns);

  if (!answered && !waits && transaction.request_seen) timed_out(transaction, leg, due_ns);
  if (leg && never_acknowledged(transaction)) tell(*leg, timeout_event(transaction, *leg, due_ns, "H"));
  watch_ran_out(transaction);
  if (leg && method == SIPSONDE_METHOD_bye) bye_never_answered(transaction, *leg);
  remove_transaction(transaction);
}

// Timer B or F; told as uncertain, and not counted, when there may have been an answer.
void CallTable::State::timed_out(Transaction& transaction, Leg* leg, std::uint64_t due_ns) {
  const std::string_view doubt = doubt_of(transaction, leg);
  const std::string_view timer = transaction.key.method == SIPSONDE_METHOD_invite ? "B" : "F";
  if (doubt.empty()) measures_.count_timeout(transaction.key.method);
  if (leg) {
    CallEvent event = timeout_event(transaction, *leg, due_ns, timer);
    add_attribute(event, scratch_, "uncertain", doubt);
    tell(*leg, event);
  }
  if (Draft* const draft = drafts_.find(transaction.draft)) {
    draft->event.time_ns = due_ns;
    draft->event.event = EventName::timeout;
    if (transaction.request_seen) draft->event.request_ns = transaction.request_ns;
    if (doubt.empty()) options_ended(*draft, transaction, false);
    add_timer(draft->event, transaction, timer);
    add_attribute(draft->event, scratch_, "uncertain", doubt);
    log_.state(draft->event);
  }
  if (leg && doubt.empty()) unanswered_in_session(transaction, *leg, due_ns);
  if (!leg || !transaction.pending) return;
  doubt.empty() ? invite_timed_out(transaction, *leg, due_ns) : out_of_sight(transaction, *leg, due_ns);
}

CallEvent CallTable::State::timeout_event(const Transaction& transaction, const Leg& leg,
                                          std::uint64_t due_ns, std::string_view timer) {
  CallEvent event =
      event_without_message(leg, EventName::timeout, due_ns, transaction.key.method, transaction.from_caller);
  add_timer(event, transaction, timer);
  return event;
}

void CallTable::State::add_timer(CallEvent& event, const Transaction& transaction, std::string_view timer) {
  add_attribute(event, scratch_, "timer", timer);
  add_attribute(event, scratch_, "copies",
                std::uint64_t{timer == "H" ? transaction.final_copies : transaction.request_copies});
  if (transaction.t1_ns != kT1_ns) add_attribute(event, scratch_, "t1_ms", transaction.t1_ns / 1'000'000);
}

// Why an answer may have been there all the same; empty when there was none. A sender who repeated his
// request to the end had none, wherever we stand.
std::string_view CallTable::State::doubt_of(const Transaction& transaction, const Leg* leg) {
  constexpr int kCopiesOfATimeout = 6;
  if (transaction.request_copies >= kCopiesOfATimeout) return {};
  if (transaction.losses_before != losses_) return "lossy";
  const Draft* const draft = drafts_.find(transaction.draft);
  if (!leg && !draft) return {};
  const Endpoint& requester = !leg                      ? draft->event.source
                              : transaction.from_caller ? leg->source
                                                        : leg->destination;
  const Endpoint& responder = !leg                      ? draft->event.destination
                              : transaction.from_caller ? leg->destination
                                                        : leg->source;
  return one_sided_.contains(requester.address, responder.address) ? "one-sided" : "";
}

// Timer H, RFC 3261 section 17.2.1 and, of a 2xx, 13.3.1.4. That the final response was repeated says that
// the ACK did not only pass elsewhere.
bool CallTable::State::never_acknowledged(const Transaction& transaction) const {
  return transaction.key.method == SIPSONDE_METHOD_invite && transaction.final_code != 0 &&
         !transaction.acknowledged && transaction.final_copies > 2;
}

}  // namespace sipsonde
