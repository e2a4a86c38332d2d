// SPDX-License-Identifier: Apache-2.0
#include "calls/dialogs.h"

#include <algorithm>
#include <compare>

namespace sipsonde {
namespace {

// How well a message fits a leg; compared from the first member on.
struct Fit {
  int tags = 0;       // known ones: 2, 1; 0 is no fit
  int endpoints = 0;  // ip:port of both sides, of one, of none
  int addresses = 0;  // the same by ip alone
  int direction = 0;
  int open = 0;
  friend auto operator<=>(const Fit&, const Fit&) = default;
};

bool is_stream(sipsonde_transport transport) {
  return transport != SIPSONDE_TRANSPORT_udp;
}

// Which of the leg's ends this message comes from, going by the tags of the dialog (RFC 3261 section 12.2).
struct Sides {
  int known_tags = 0;
  bool request_from_caller = true;
};

Sides sides_of(const Leg& leg, std::uint64_t from_tag, std::uint64_t to_tag) {
  const Evidence& evidence = leg.evidence;
  if (from_tag != 0 && from_tag == evidence.caller_tag)
    return {to_tag != 0 && evidence.knows_tag(to_tag) ? 2 : 1, true};
  if (to_tag != 0 && to_tag == evidence.caller_tag)
    return {from_tag != 0 && evidence.knows_tag(from_tag) ? 2 : 1, false};
  return {};
}

Fit fit_of(const Leg& leg, const Sighting& sighting, std::uint64_t from_tag, std::uint64_t to_tag) {
  Fit fit;
  const Sides sides = sides_of(leg, from_tag, to_tag);
  fit.tags = sides.known_tags;
  const bool sent_by_caller = sides.request_from_caller == sighting.sip->is_request;
  const Endpoint& sender = sent_by_caller ? leg.source : leg.destination;
  const Endpoint& receiver = sent_by_caller ? leg.destination : leg.source;
  fit.endpoints = (sighting.source == sender) + (sighting.destination == receiver);
  fit.addresses =
      (sighting.source.address == sender.address) + (sighting.destination.address == receiver.address);
  const bool comes_in = sighting.flow == SIPSONDE_FLOW_ingress;
  fit.direction = comes_in == (sent_by_caller == (leg.direction == SIPSONDE_DIRECTION_inbound));
  fit.open = leg.phase != Phase::ended;
  return fit;
}

// On a stream transport a new connection has another port.
bool same_ends(const Leg& leg, const Sighting& sighting) {
  if (leg.destination != sighting.destination) return false;
  if (leg.source == sighting.source) return true;
  return is_stream(sighting.transport) && leg.source.address == sighting.source.address;
}

bool swapped_ends(const Leg& leg, const Sighting& sighting) {
  return leg.source == sighting.destination && leg.destination == sighting.source;
}

// Another attempt of a leg that was refused, another branch of one that waits, or what a message that
// overtook its INVITE had begun.
bool continues(const Leg& leg, const Sighting& sighting, std::uint64_t from_tag,
               sipsonde_direction direction) {
  if (!leg.invite_seen) {
    const bool knows_caller = leg.evidence.caller_tag == from_tag ||
                              (!leg.evidence.caller_known && leg.evidence.knows_tag(from_tag));
    return leg.phase != Phase::ended && from_tag != 0 && knows_caller && on_the_hop_of(leg, sighting);
  }
  if (leg.direction != direction || !same_ends(leg, sighting)) return false;
  switch (leg.phase) {
    case Phase::early:
    case Phase::retry:
      return true;
    case Phase::confirmed:
      return leg.evidence.caller_tag == from_tag && sighting.sip->cseq <= leg.cseq;
    default:
      return false;
  }
}

Worth worth_of(const Leg& leg) {
  switch (leg.phase) {
    case Phase::ended:
      return Worth::over;
    case Phase::ending:
      return Worth::ending;
    case Phase::retry:
      return Worth::refused;
    default:
      break;
  }
  // An INVITE and its ACK are made up as easily as a BYE: what counts is that the other side spoke.
  if (!leg.invite_seen || (leg.phase == Phase::confirmed && !leg.evidence.answer_seen()))
    return leg.heard_source && leg.heard_destination ? Worth::cut : Worth::one_sided;
  if (leg.phase == Phase::confirmed) return leg.acknowledged ? Worth::confirmed : Worth::answered;
  if (leg.evidence.rang || leg.evidence.fork_count > 0) return Worth::ringing;
  return leg.suspect ? Worth::suspect : Worth::trying;
}

Leg* least_of(const Call& call) {
  Leg* least = call.first_leg;
  for (Leg* leg = call.first_leg; leg; leg = leg->next_in_call)
    if (leg->worth < least->worth) least = leg;
  return least;
}

}  // namespace

bool on_the_hop_of(const Leg& leg, const Sighting& sighting) {
  return same_ends(leg, sighting) || swapped_ends(leg, sighting);
}

std::uint64_t Dialogs::tag_of(std::string_view text) const {
  return text.empty() ? 0 : hash_text(text, seed_) | 1;
}

Leg* Dialogs::join(const Sighting& sighting) {
  const SipMessage& sip = *sighting.sip;
  const Call* const call = find_call(sip.call_id, hash_text(sip.call_id, seed_));
  if (!call) return nullptr;
  const std::uint64_t from_tag = tag_of(sip.from.tag);
  const std::uint64_t to_tag = tag_of(sip.to.tag);
  Leg* best = nullptr;
  Fit best_fit;
  for (Leg* leg = call->first_leg; leg; leg = leg->next_in_call) {
    const Fit fit = fit_of(*leg, sighting, from_tag, to_tag);
    if (fit.tags == 0 || (best && fit <= best_fit)) continue;
    best = leg;
    best_fit = fit;
  }
  return best;
}

Leg* Dialogs::join_invite(const Sighting& sighting, sipsonde_direction direction) {
  const SipMessage& sip = *sighting.sip;
  const Call* const call = find_call(sip.call_id, hash_text(sip.call_id, seed_));
  if (!call) return nullptr;
  const std::uint64_t from_tag = tag_of(sip.from.tag);
  for (Leg* leg = call->first_leg; leg; leg = leg->next_in_call)
    if (continues(*leg, sighting, from_tag, direction)) return leg;
  return nullptr;
}

Leg* Dialogs::join_cancel(const Sighting& sighting, sipsonde_direction direction) {
  const SipMessage& sip = *sighting.sip;
  const Call* const call = find_call(sip.call_id, hash_text(sip.call_id, seed_));
  if (!call) return nullptr;
  const std::uint64_t from_tag = tag_of(sip.from.tag);
  for (Leg* leg = call->first_leg; leg; leg = leg->next_in_call)
    if (leg->direction == direction && leg->phase != Phase::ended && leg->evidence.caller_tag == from_tag &&
        same_ends(*leg, sighting))
      return leg;
  return nullptr;
}

Leg* Dialogs::in_the_way(const Sighting& sighting) {
  const std::string_view call_id = sighting.sip->call_id;
  const Call* const call = find_call(call_id, hash_text(call_id, seed_));
  if (call && call->legs_held >= kLegsPerCall) return least_of(*call);
  return legs_.size() < limit_ ? nullptr : by_worth_.least();
}

Leg& Dialogs::add(const Sighting& sighting) {
  Call& call = call_of(sighting.sip->call_id);
  Leg& leg = legs_.take();
  leg.call = &call;
  leg.number = call.legs_numbered++;
  ++call.legs_held;
  Leg** last = &call.first_leg;
  while (*last) last = &(*last)->next_in_call;
  *last = &leg;
  leg.order = begun_++;
  by_worth_.add(leg, worth_of(leg));
  return leg;
}

void Dialogs::file(Leg& leg) {
  by_worth_.move(leg, worth_of(leg));
}

std::vector<Leg*> Dialogs::in_order() const {
  std::vector<Leg*> legs;
  legs.reserve(legs_.size());
  by_worth_.for_each([&legs](Leg& leg) { legs.push_back(&leg); });
  std::ranges::sort(legs, {}, &Leg::order);
  return legs;
}

void Dialogs::remove(Leg& leg) {
  by_worth_.remove(leg);
  Call& call = *leg.call;
  Leg** at = &call.first_leg;
  while (*at != &leg) at = &(*at)->next_in_call;
  *at = leg.next_in_call;
  legs_.give(leg);
  if (--call.legs_held > 0) return;
  index_.erase(call.hash, call.self);
  calls_.give(call);
}

Call* Dialogs::find_call(std::string_view call_id, std::uint64_t hash) {
  Call* found = nullptr;
  index_.visit(hash, [&](Handle handle) {
    Call* const call = calls_.find(handle);
    if (call && call->full_size == call_id.size() && call->call_id == call_id.substr(0, kTextLimit))
      found = call;
    return found != nullptr;
  });
  return found;
}

Call& Dialogs::call_of(std::string_view call_id) {
  const std::uint64_t hash = hash_text(call_id, seed_);
  if (Call* const known = find_call(call_id, hash)) return *known;
  Call& call = calls_.take();
  call.hash = hash;
  call.call_id = call_id.substr(0, kTextLimit);
  call.full_size = call_id.size();
  index_.insert(hash, call.self);
  return call;
}

}  // namespace sipsonde
