// SPDX-License-Identifier: Apache-2.0
#include "calls/call_table.h"

#include <algorithm>
#include <random>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

std::size_t part_of(std::uint32_t limit, unsigned share) {
  return std::max<std::size_t>(1, limit / std::max(1u, share));
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

CallTable::State::State(const CallSurroundings& surroundings, unsigned share, std::uint64_t seed)
    : settings_(surroundings.settings),
      measures_(surroundings.measures),
      trunks_(surroundings.trunks),
      links_(surroundings.links),
      seed_(seed),
      silence_ns_(static_cast<std::uint64_t>(std::chrono::nanoseconds(settings_.silence).count())),
      gauges_(std::max<std::size_t>(1, settings_.trunks.size())),
      transactions_(std::max<std::size_t>(16, part_of(settings_.limits.transactions, share)), seed),
      dialogs_(part_of(settings_.limits.calls, share), seed),
      log_(surroundings.timebase) {}

// ---- a message comes ----

void CallTable::State::observe(const Sighting& sighting) {
  advance(sighting.time_ns);
  scratch_.clear();
  if (!sighting.sip->is_request)
    observe_response(sighting);
  else if (sighting.sip->method == SIPSONDE_METHOD_ack)
    observe_ack(sighting);
  else
    observe_request(sighting);
}

void CallTable::State::observe_request(const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const sipsonde_direction direction = direction_of(sighting.flow);
  const TransactionKey key = transactions_.key_of(sip, sip.method);
  Transaction* known = transactions_.find_request(key, direction);
  if (known && known->request_seen) return repeated(*known, sighting, known->request_place);

  Transaction& transaction = known ? *known : add_transaction(key, direction);
  transaction.direction = direction;
  transaction.request_seen = true;
  transaction.request_ns = sighting.time_ns;
  transaction.request_place = place_of(sighting);
  if (transaction.final_code == 0) wheel_.schedule(transaction.timer, sighting.time_ns + kTimeout_ns);

  switch (sip.method) {
    case SIPSONDE_METHOD_invite:
      return sip.to.tag.empty() ? initial_invite(transaction, sighting) : reinvite(transaction, sighting);
    case SIPSONDE_METHOD_cancel:
      return cancel(transaction, sighting);
    case SIPSONDE_METHOD_bye:
      return bye(transaction, sighting);
    default:
      return other_request(transaction, sighting);
  }
}

// The ACK of a refusal belongs to its INVITE; that of a 2xx stands alone and is never answered.
void CallTable::State::observe_ack(const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const sipsonde_direction direction = direction_of(sighting.flow);
  Transaction* transaction = transactions_.find_invite(sip, direction);
  const TransactionKey key = transactions_.key_of(sip, SIPSONDE_METHOD_ack);
  if (!transaction) transaction = transactions_.find_request(key, direction);
  if (transaction && transaction->acknowledged)
    return repeated(*transaction, sighting, transaction->request_place);

  Leg* const leg = transaction ? dialogs_.find(transaction->leg) : dialogs_.join(sighting);
  if (!leg) return;
  if (!transaction) {
    transaction = &add_transaction(key, direction);
    transaction->request_seen = true;
    transaction->request_place = place_of(sighting);
    wheel_.schedule(transaction->timer, sighting.time_ns + kTimeout_ns);
    bind(*transaction, *leg, sighting);
  }
  transaction->acknowledged = true;
  leg->acknowledged = true;
  leg->last_seen_ns = std::max(leg->last_seen_ns, sighting.time_ns);
  tell(*leg, event_of(*leg, EventName::ack, sighting));
}

void CallTable::State::observe_response(const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const sipsonde_direction likely_direction = direction_answered_by(sighting.flow);
  const TransactionKey key = transactions_.key_of(sip, sip.method);
  Transaction* transaction = transactions_.find_answered(key, sip, likely_direction);
  if (!transaction) {
    transaction = &add_transaction(key, likely_direction);
    wheel_.schedule(transaction->timer, sighting.time_ns + kTimeout_ns);
    const bool of_use = sip.method == SIPSONDE_METHOD_invite ? unasked_invite_response(*transaction, sighting)
                                                             : unasked_response(*transaction, sighting);
    if (!of_use) return remove_transaction(*transaction);
  }
  if (transaction->repeats(sip, seed_)) return repeated(*transaction, sighting, transaction->response_place);
  transaction->response_place = place_of(sighting);

  const bool final = sip.code >= 200;
  if (final) {
    // Kept as long as repeats may come.
    wheel_.schedule(transaction->timer, sighting.time_ns + kTimeout_ns);
    transaction->final_ns = sighting.time_ns;
  } else {
    transaction->provisional = true;
  }
  if (sip.method == SIPSONDE_METHOD_invite)
    invite_response(*transaction, sighting);
  else if (sip.method == SIPSONDE_METHOD_bye && transaction->leg.index != kNone)
    bye_response(*transaction, sighting);
  else
    outside_response(*transaction, sighting);
  if (final) transaction->final_code = static_cast<std::uint16_t>(sip.code);
}

// Only repeats of what a call hangs on are told; a second sight of the same message is none.
void CallTable::State::repeated(const Transaction& transaction, const Sighting& sighting,
                                const Place& first_place) {
  if (place_of(sighting) != first_place) return;
  const sipsonde_method method = sighting.sip->method;
  if (method != SIPSONDE_METHOD_invite && method != SIPSONDE_METHOD_bye && method != SIPSONDE_METHOD_ack)
    return;
  if (Leg* const leg = dialogs_.find(transaction.leg)) {
    leg->last_seen_ns = std::max(leg->last_seen_ns, sighting.time_ns);
    tell(*leg, event_of(*leg, EventName::retransmission, sighting));
  }
}

// ---- transactions come and go ----

Transaction& CallTable::State::add_transaction(const TransactionKey& key, sipsonde_direction direction) {
  while (transactions_.full()) {
    Transaction& oldest = *transactions_.oldest();
    if (Leg* const leg = dialogs_.find(oldest.leg)) {
      leg->lossy = true;
      stop_waiting(oldest, *leg);
    }
    gauges_.evicted_transactions.fetch_add(1, std::memory_order_relaxed);
    remove_transaction(oldest);
  }
  Transaction& transaction = transactions_.add(key, direction);
  transaction.timer.owner = transaction.self.index;
  transaction.timer.kind = transaction_timer;
  return transaction;
}

void CallTable::State::remove_transaction(Transaction& transaction) {
  wheel_.cancel(transaction.timer);
  if (Draft* const draft = drafts_.find(transaction.draft)) drafts_.give(*draft);
  transactions_.remove(transaction);
}

void CallTable::State::bind(Transaction& transaction, const Leg& leg, const Sighting& sighting) {
  transaction.leg = leg.self;
  transaction.from_caller = dialogs_.tag_of(sighting.sip->from.tag) == leg.evidence.caller_tag;
}

void CallTable::State::transaction_ran_out(Transaction& transaction, std::uint64_t due_ns) {
  Leg* const leg = dialogs_.find(transaction.leg);
  const sipsonde_method method = transaction.key.method;
  const bool answered = transaction.final_code != 0 || method == SIPSONDE_METHOD_ack;
  // A provisional response stops timer B, so that an INVITE waits as long as its leg; F it does not stop.
  const bool waits =
      method == SIPSONDE_METHOD_invite && (transaction.provisional || !transaction.request_seen);
  if (!answered && waits && leg && leg->phase != Phase::ended)
    return wheel_.schedule(transaction.timer, std::max(now_ns_, due_ns) + kTimeout_ns);

  if (!answered && !waits && transaction.request_seen) {
    if (leg)
      tell(*leg, event_without_message(*leg, EventName::timeout, due_ns, method, transaction.from_caller));
    if (Draft* const draft = drafts_.find(transaction.draft)) {
      draft->event.time_ns = due_ns;
      draft->event.event = EventName::timeout;
      log_.state(draft->event);
    }
    measures_.count_timeout(method);
    if (leg && transaction.pending) invite_timed_out(transaction, *leg, due_ns);
  }
  if (leg && method == SIPSONDE_METHOD_bye) bye_never_answered(transaction, *leg);
  remove_transaction(transaction);
}

// ---- time goes by ----

void CallTable::State::advance(std::uint64_t time_ns) {
  const std::uint64_t until_ns = std::max(now_ns_, time_ns);
  while (Timer* const timer = wheel_.take_due(until_ns)) {
    // Step by step, so that after a gap everything happens as it would have happened in time.
    now_ns_ = std::max(now_ns_, timer->due_ns);
    scratch_.clear();
    switch (timer->kind) {
      case transaction_timer:
        transaction_ran_out(transactions_.at(timer->owner), timer->due_ns);
        break;
      case life_timer:
        life_ran_out(dialogs_.at(timer->owner));
        break;
      default:
        flush(dialogs_.at(timer->owner));
        break;
    }
  }
  now_ns_ = until_ns;
}

void CallTable::State::close(std::uint64_t time_ns) {
  advance(time_ns);
  while (Leg* const leg = dialogs_.oldest_open()) {
    write_unfinished(*leg);
    dispose(*leg);
  }
  while (Leg* const leg = dialogs_.oldest_ended()) dispose(*leg);
  while (Transaction* const transaction = transactions_.oldest()) remove_transaction(*transaction);
}

// ---- the class itself ----

CallTable::CallTable(const CallSurroundings& surroundings, unsigned share)
    : state_(std::make_unique<State>(surroundings, share, random_seed())) {}
CallTable::~CallTable() = default;

void CallTable::observe(const Sighting& sighting) {
  state_->observe(sighting);
}
void CallTable::advance(std::uint64_t now_ns) {
  state_->advance(now_ns);
}
void CallTable::mark_lossy() {
  ++state_->losses_;
}
void CallTable::close(std::uint64_t now_ns) {
  state_->close(now_ns);
}
std::shared_ptr<FactList> CallTable::take_facts() {
  return state_->log_.take();
}
bool CallTable::has_facts() const {
  return !state_->log_.empty();
}
const CallGauges& CallTable::gauges() const {
  return state_->gauges_;
}

}  // namespace sipsonde
