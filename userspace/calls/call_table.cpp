// SPDX-License-Identifier: Apache-2.0
#include "calls/call_table.h"

#include <algorithm>
#include <random>

#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

// An event that waits for the end of its transaction takes more room than the transaction; most transactions
// have a leg or are answered.
constexpr std::size_t kTransactionsADraft = 4;

std::size_t part_of(std::uint32_t limit, unsigned share) {
  return std::max<std::size_t>(1, limit / std::max(1u, share));
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

CallTable::State::State(const CallSurroundings& surroundings, unsigned share, std::uint64_t seed,
                        LegScript* script)
    : settings_(surroundings.settings),
      measures_(surroundings.measures),
      dispositions_(settings_.dispositions),
      timebase_(surroundings.timebase),
      trusted_(surroundings.trusted),
      registrations_(surroundings.registrations),
      trunks_(surroundings.trunks),
      links_(surroundings.links),
      scanners_(surroundings.scanners),
      kernel_media_(surroundings.media),
      media_reports_(surroundings.media_reports),
      states_rtcp_reports_(surroundings.states_rtcp_reports),
      script_(script),
      seed_(seed),
      silence_ns_(static_cast<std::uint64_t>(std::chrono::nanoseconds(settings_.silence).count())),
      gauges_(std::max<std::size_t>(1, settings_.trunks.size())),
      transactions_(std::max<std::size_t>(16, part_of(settings_.limits.transactions, share)), seed),
      one_sided_(seed),
      dialogs_(part_of(settings_.limits.calls, share), seed),
      streams_limit_(part_of(settings_.limits.streams, share)),
      endpoints_(kernel_media_ ? kEndpointsAStream * streams_limit_ : 1, seed),
      handshakes_(
          {}, [this](const Endpoint& endpoint, Fingerprints& given) { fingerprints_at(endpoint, given); },
          [this](const DtlsReport& report) { handshake_ended(report); }),
      handshake_board_(surroundings.handshakes),
      drafts_limit_(std::max<std::size_t>(16, transactions_.limit() / kTransactionsADraft)),
      log_(surroundings.timebase, share) {}

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
  const sipsonde_direction direction = direction_asked_by(sighting.flow);
  const TransactionKey key = transactions_.key_of(sip, sip.method);
  Transaction* known = transactions_.find_request(key, direction);
  if (known && known->request_seen) return request_repeated(*known, sighting);
  // Nothing that is made while it is handled takes its place.
  if (known) transactions_.file(*known, Worth::confirmed);

  Transaction& transaction = known ? *known : add_transaction(key, direction);
  transaction.direction = direction;
  transaction.request_seen = true;
  transaction.request_ns = sighting.time_ns;
  transaction.request_place = place_of(sighting);
  transaction.request_copies = 1;
  transaction.cseq = sip.cseq;
  transaction.losses_before = losses_;
  if (transaction.final_code == 0) wheel_.schedule(transaction.timer, sighting.time_ns + kTimeout_ns);

  switch (sip.method) {
    case SIPSONDE_METHOD_invite:
      sip.to.tag.empty() ? initial_invite(transaction, sighting) : reinvite(transaction, sighting);
      break;
    case SIPSONDE_METHOD_cancel:
      cancel(transaction, sighting);
      break;
    case SIPSONDE_METHOD_bye:
      bye(transaction, sighting);
      break;
    default:
      if (sip.to.tag.empty()) transaction.asked = watch(sighting);
      other_request(transaction, sighting);
      break;
  }
  file(transaction);
}

// The ACK of a refusal belongs to its INVITE; that of a 2xx stands alone and is never answered.
void CallTable::State::observe_ack(const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const sipsonde_direction direction = direction_asked_by(sighting.flow);
  Transaction* transaction = transactions_.find_invite(sip, direction);
  const TransactionKey key = transactions_.key_of(sip, SIPSONDE_METHOD_ack);
  if (!transaction) transaction = transactions_.find_request(key, direction);
  if (transaction && transaction->acknowledged) {
    if (place_of(sighting) == transaction->request_place) tell_repeat(*transaction, sighting);
    return;
  }

  Leg* const leg = transaction ? dialogs_.find(transaction->leg) : dialogs_.join(sighting);
  if (!leg) return;
  const bool of_refusal = transaction != nullptr;
  if (!transaction) {
    transaction = &add_transaction(key, direction);
    transaction->request_seen = true;
    transaction->request_place = place_of(sighting);
    wheel_.schedule(transaction->timer, sighting.time_ns + kTimeout_ns);
    bind(*transaction, *leg, sighting);
  }
  seen(*leg, sighting);
  of_refusal ? refusal_acknowledged(*transaction, *leg, sighting) : answer_acknowledged(*leg, sighting);
  transaction->acknowledged = true;
  tell(*leg, event_of(*leg, EventName::ack, sighting, scratch_));
  answered_in_ack(*transaction, *leg, sighting);
  reconsider(*leg);
  file(*transaction);
}

// An ACK of what nobody here saw: the refusal went another way.
void CallTable::State::refusal_acknowledged(Transaction& invite, Leg& leg, const Sighting& sighting) {
  if (invite.answered() || !invite.request_seen) return;
  one_sided_.prove(sighting.source.address, sighting.destination.address);
  invite.final_unseen = true;
  stop_waiting(invite, leg);
  leg.one_sided = true;
  if (!invite.initial || leg.evidence.final_code != 0) return;
  leg.evidence.final_unseen = true;
  leg.evidence.final_ns = sighting.time_ns;
}

void CallTable::State::answer_acknowledged(Leg& leg, const Sighting& sighting) {
  leg.acknowledged = true;
  leg.acknowledged_cseq = sighting.sip->cseq;
  Transaction* const invite = transactions_.find(leg.answered_invite);
  if (invite && invite->cseq == sighting.sip->cseq) invite->acknowledged = true;
  const bool of_the_attempt = leg.invite_seen && sighting.sip->cseq == leg.cseq &&
                              dialogs_.tag_of(sighting.sip->from.tag) == leg.evidence.caller_tag;
  if (leg.evidence.answered() || leg.phase == Phase::ended || !of_the_attempt) return;
  // The 2xx itself went another way, or comes in a moment: then it adds its time.
  one_sided_.prove(sighting.source.address, sighting.destination.address);
  leg.evidence.fork(dialogs_.tag_of(sighting.sip->to.tag)).answered = true;
  if (Transaction* const attempt = transactions_.find(leg.invite)) {
    attempt->final_unseen = true;
    stop_waiting(*attempt, leg);
  }
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
  if (transaction->repeats(sip, seed_)) return response_repeated(*transaction, sighting);
  transaction->response_place = place_of(sighting);

  one_sided_.disprove(sighting.destination.address, sighting.source.address);

  const bool final = sip.code >= 200;
  if (final) {
    transaction->final_copies = 1;
    // Kept as long as repeats may come.
    wheel_.schedule(transaction->timer, sighting.time_ns + kTimeout_ns);
    transaction->final_ns = sighting.time_ns;
    watch_response(*transaction, sighting);
  } else {
    transaction->provisional = true;
  }
  if (sip.method == SIPSONDE_METHOD_invite)
    invite_response(*transaction, sighting);
  else if (sip.method == SIPSONDE_METHOD_bye && transaction->leg.index != kNone)
    bye_response(*transaction, sighting);
  else
    outside_response(*transaction, sighting);
  if (Leg* const leg = dialogs_.find(transaction->leg)) {
    // PRACK and UPDATE are answered with a description, too (RFC 3262 section 5, RFC 3311 section 5.2).
    if (sip.method != SIPSONDE_METHOD_invite) media_said(*leg, sighting);
    answered_in_session(*transaction, *leg, sighting);
  }
  if (final) transaction->final_code = static_cast<std::uint16_t>(sip.code);
  file(*transaction);
}

// The same message at another place is a second sight of it and no repeat.
void CallTable::State::request_repeated(Transaction& transaction, const Sighting& sighting) {
  if (place_of(sighting) != transaction.request_place) return;
  if (transaction.request_copies == 1 && !transaction.answered()) {
    transaction.t1_ns =
        t1_of_first_gap(sighting.time_ns - std::min(sighting.time_ns, transaction.request_ns));
    wheel_.schedule(transaction.timer, transaction.request_ns + 64 * transaction.t1_ns);
  }
  if (transaction.request_copies < UINT8_MAX) ++transaction.request_copies;
  tell_repeat(transaction, sighting);
}

void CallTable::State::response_repeated(Transaction& transaction, const Sighting& sighting) {
  if (place_of(sighting) != transaction.response_place) return;
  if (sighting.sip->code >= 200 && transaction.final_copies < UINT8_MAX) ++transaction.final_copies;
  tell_repeat(transaction, sighting);
}

// Only repeats of what a call hangs on are told.
void CallTable::State::tell_repeat(const Transaction& transaction, const Sighting& sighting) {
  const sipsonde_method method = sighting.sip->method;
  if (method != SIPSONDE_METHOD_invite && method != SIPSONDE_METHOD_bye && method != SIPSONDE_METHOD_ack)
    return;
  if (Leg* const leg = dialogs_.find(transaction.leg)) {
    seen(*leg, sighting);
    tell(*leg, event_of(*leg, EventName::retransmission, sighting, scratch_));
  }
}

// ---- transactions come and go ----

Transaction& CallTable::State::add_transaction(const TransactionKey& key, sipsonde_direction direction) {
  while (transactions_.full()) evict(*transactions_.least());
  Transaction& transaction = transactions_.add(key, direction);
  transaction.timer.owner = transaction.self.index;
  transaction.timer.kind = transaction_timer;
  return transaction;
}

// After a message of it was handled: what it is worth hangs on its leg.
void CallTable::State::file(Transaction& transaction) {
  if (const Leg* const leg = dialogs_.find(transaction.leg))
    return transactions_.file(transaction, leg->worth);
  transactions_.file(transaction, drafts_.find(transaction.draft) ? Worth::asking : Worth::over);
}

void CallTable::State::evict(Transaction& transaction) {
  if (Leg* const leg = dialogs_.find(transaction.leg)) {
    const bool done = transaction.final_code != 0 || transaction.key.method == SIPSONDE_METHOD_ack;
    // Of a leg whose end is known only repeats can still come.
    if (!done || leg->phase != Phase::ending) leg->lossy = true;
    stop_waiting(transaction, *leg);
  }
  gauges_.evicted_transactions.fetch_add(1, std::memory_order_relaxed);
  remove_transaction(transaction);
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
      case media_timer:
        look_at_media(leg_media_.at(timer->owner));
        break;
      case stray_timer:
        look_at_stray(streams_.at(timer->owner));
        break;
      default:
        flush(dialogs_.at(timer->owner));
        break;
    }
  }
  now_ns_ = until_ns;
  handshakes_.advance(until_ns);
  look_at_board();
}

void CallTable::State::close(std::uint64_t time_ns) {
  advance(time_ns);
  sight_has_ended_ = true;
  for (Leg* const leg : dialogs_.in_order()) {
    if (leg->phase != Phase::ended) write_unfinished(*leg);
    dispose(*leg);
  }
  while (!strays_.empty()) {
    if (MediaStream* const stream = streams_.find(strays_.begin()->second)) close_stream(*stream);
    forget_stray(strays_.begin()->first);
  }
  while (Transaction* const transaction = transactions_.least()) remove_transaction(*transaction);
  sight_has_ended_ = false;
}

// ---- the class itself ----

CallTable::CallTable(const CallSurroundings& surroundings, unsigned share, LegScript* script)
    : state_(std::make_unique<State>(surroundings, share, random_seed(), script)) {}
CallTable::~CallTable() = default;

void CallTable::observe(const Sighting& sighting) {
  state_->observe(sighting);
}
void CallTable::advance(std::uint64_t now_ns) {
  state_->advance(now_ns);
  state_->expire_bindings(now_ns);
}
void CallTable::observe_stream(const MediaSighting& sighting, const sipsonde_stream_note& note) {
  state_->observe_stream(sighting, note);
}
void CallTable::observe_rtcp(const MediaSighting& sighting, const sipsonde_rtcp_note& note,
                             std::string_view packet, bool truncated) {
  state_->observe_rtcp(sighting, note, packet, truncated);
}
void CallTable::observe_dtls(const MediaSighting& sighting, std::string_view datagram) {
  state_->observe_dtls(sighting, datagram);
}
void CallTable::state(const Message& message) {
  state_->log_.state(message);
}
void CallTable::mark_lossy() {
  ++state_->losses_;
  state_->last_loss_ns_ = state_->now_ns_;
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
