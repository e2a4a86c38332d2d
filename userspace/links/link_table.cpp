// SPDX-License-Identifier: Apache-2.0
#include "links/link_table.h"

#include <algorithm>
#include <array>
#include <random>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kKeptAfterEnd_ns = 32 * kSecond;  // 64 * T1, as an ended leg is
constexpr std::uint64_t kReferralLasts_ns = 32 * kSecond;
// A B2BUA that takes longer has asked somebody, and then what it sends is no mere second leg.
constexpr std::uint64_t kMatchWindow_ns = 5 * kSecond;

// Roles under a key; which of them there are is a matter of the kind.
constexpr std::size_t kOwner = 0;    // the call itself, or the first that has the value
constexpr std::size_t kMention = 1;  // who names this Call-ID, or has this value in a configured header
constexpr std::size_t kInbound = 0;
constexpr std::size_t kInboundBefore = 1;
constexpr std::size_t kOutbound = 2;

constexpr Hash128 kNoKey{};

HashKey random_key() {
  std::random_device device;
  const auto word = [&device] { return static_cast<std::uint64_t>(device()) << 32 | device(); };
  return {word(), word()};
}

std::string_view text_of(const SessionUuid& uuid) {
  return {uuid.data(), uuid.size()};
}

std::string_view text_of(const Address& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

// Hosts of URIs compare without regard to case.
struct LowerHost {
  explicit LowerHost(std::string_view host) : size(std::min(host.size(), text.size())) {
    std::transform(host.begin(), host.begin() + static_cast<std::ptrdiff_t>(size), text.begin(), to_lower);
  }
  std::string_view view() const { return {text.data(), size}; }

  std::array<char, 255> text;
  std::size_t size;
};

// One leg came in and the other went out, of two calls that each passed this host but once, and in that
// order.
bool may_be_one(const LinkedCall& inbound, const LinkedCall& outbound) {
  return &inbound != &outbound && inbound.came_in && !inbound.went_out && outbound.went_out &&
         !outbound.came_in && inbound.open_legs > 0 && outbound.open_legs > 0 &&
         inbound.in_ns <= outbound.out_ns && outbound.out_ns - inbound.in_ns <= kMatchWindow_ns;
}

}  // namespace

std::string_view label(LinkReason reason) {
  switch (reason) {
    case LinkReason::none:
      return {};
    case LinkReason::match:
      return "match";
    case LinkReason::refer_to:
      return "refer-to";
    case LinkReason::icid:
      return "icid";
    case LinkReason::session_id:
      return "session-id";
    case LinkReason::header:
      return "header";
    case LinkReason::x_cid:
      return "x-cid";
    case LinkReason::replaces:
      return "replaces";
  }
  return {};
}

// ---- under what a call is found ----

struct LinkTable::Keys {
  Hash128 call_id;
  Hash128 replaced;
  Hash128 other_leg;
  std::array<Hash128, LinkClues::kHeadersMax> headers{};
  Hash128 session_local;
  Hash128 session_remote;
  Hash128 icid;
  Hash128 media;
  Hash128 numbers;
  Hash128 formats;
  Hash128 referral_by_address;
  Hash128 referral_by_number;
};

Hash128 LinkTable::key(LinkKeyKind kind, std::initializer_list<std::string_view> parts) const {
  return link_key(hash_key_, kind, parts);
}

LinkTable::Keys LinkTable::keys_of(const LinkClues& clues, const LinkingInvite& invite) const {
  const auto call_key = [this](std::string_view text) {
    return text.empty() ? kNoKey : key(LinkKeyKind::call_id, {text});
  };
  const auto session_key = [this](const std::optional<SessionUuid>& uuid) {
    return uuid ? key(LinkKeyKind::session, {text_of(*uuid)}) : kNoKey;
  };
  Keys keys;
  keys.call_id = call_key(clues.call_id);
  keys.replaced = call_key(clues.replaced);
  keys.other_leg = call_key(clues.other_leg);
  for (std::size_t i = 0; i < linking_.headers.size() && i < keys.headers.size(); ++i)
    keys.headers[i] = call_key(clues.headers[i]);
  keys.session_local = session_key(clues.session.local);
  keys.session_remote = session_key(clues.session.remote);
  if (!clues.icid.empty()) keys.icid = key(LinkKeyKind::icid, {clues.icid});
  if (linking_.match) {
    const MediaOffer& offer = clues.offer;
    if (!offer.port.empty()) {
      keys.media = key(LinkKeyKind::media, {offer.address, offer.port});
      keys.formats = key(LinkKeyKind::media, {offer.formats});
    }
    if (!clues.from_number.empty() && !clues.to_number.empty())
      keys.numbers = key(LinkKeyKind::numbers, {clues.from_number, clues.to_number});
  }
  // Most of the time nobody is being transferred.
  const std::uint64_t referral_ns = last_referral_ns_.load(std::memory_order_relaxed);
  if (referral_ns != 0 && invite.time_ns <= referral_ns + kReferralLasts_ns) {
    const LowerHost host(clues.target_host);
    keys.referral_by_address =
        key(LinkKeyKind::referral, {clues.target_user, host.view(), "address", text_of(invite.source)});
    if (!clues.from_number.empty())
      keys.referral_by_number =
          key(LinkKeyKind::referral, {clues.target_user, host.view(), "number", clues.from_number});
  }
  return keys;
}

// ---- what happens ----

LinkTable::LinkTable(const Linking& linking, std::size_t calls)
    : linking_(linking), hash_key_(random_key()), calls_(calls) {}

LinkHandle LinkTable::invited(const LinkingInvite& invite) {
  const LinkClues clues = clues_of(invite.sip, linking_.headers);
  const Keys keys = keys_of(clues, invite);
  const std::lock_guard lock(mutex_);
  if (invite.time_ns > kKeptAfterEnd_ns) calls_.forget_ended_before(invite.time_ns - kKeptAfterEnd_ns);

  LinkedCall& call = call_of(clues, keys.call_id, invite.time_ns);
  calls_.leg_begins(call);
  name(call, clues.replaced, keys.replaced, LinkReason::replaces);
  name(call, clues.other_leg, keys.other_leg, LinkReason::x_cid);
  for (const Hash128& header : keys.headers) mention(call, header);
  share(call, keys.session_local, LinkReason::session_id);
  share(call, keys.session_remote, LinkReason::session_id);
  call.has_session |= clues.session.local.has_value();
  share(call, keys.icid, LinkReason::icid);
  follow_referral(call, keys.referral_by_address, invite.time_ns);
  follow_referral(call, keys.referral_by_number, invite.time_ns);

  const bool inbound = invite.direction == SIPSONDE_DIRECTION_inbound;
  bool& passed = inbound ? call.came_in : call.went_out;
  if (linking_.match && !passed) {
    passed = true;
    (inbound ? call.in_ns : call.out_ns) = invite.time_ns;
    call.formats = keys.formats;
    inbound ? match_inbound(call, keys) : match_outbound(call, keys);
  }
  return call.self;
}

void LinkTable::answered(LinkHandle handle, const SipMessage& response) {
  const SessionId session = session_id_of(response.session_id);
  if (!session.local && !session.remote) return;
  Keys keys;
  if (session.local) keys.session_local = key(LinkKeyKind::session, {text_of(*session.local)});
  if (session.remote) keys.session_remote = key(LinkKeyKind::session, {text_of(*session.remote)});
  const std::lock_guard lock(mutex_);
  LinkedCall* const call = calls_.find(handle);
  if (!call || call->has_session) return;
  call->has_session = true;
  share(*call, keys.session_local, LinkReason::session_id);
  share(*call, keys.session_remote, LinkReason::session_id);
}

void LinkTable::referred(LinkHandle handle, const SipMessage& refer, std::uint64_t time_ns,
                         const Address& receiver) {
  const Referral referral = referral_of(refer);
  if (referral.target_user.empty() && referral.target_host.empty()) return;
  const LowerHost host(referral.target_host);
  const Hash128 by_address =
      key(LinkKeyKind::referral, {referral.target_user, host.view(), "address", text_of(receiver)});
  const Hash128 by_number =
      key(LinkKeyKind::referral, {referral.target_user, host.view(), "number", referral.receiver});
  std::array<char, 512> room;
  const std::string_view replaced = call_id_in_replaces(unescaped(referral.replaces, room));

  const std::lock_guard lock(mutex_);
  LinkedCall* const call = calls_.find(handle);
  if (!call) return;
  call->referred_ns = time_ns;
  last_referral_ns_.store(std::max<std::uint64_t>(time_ns, 1), std::memory_order_relaxed);
  calls_.hold(*call, by_address, kOwner);  // the newest REFER of several to one target
  if (!referral.receiver.empty()) calls_.hold(*call, by_number, kOwner);
  if (replaced.empty() || replaced == call->call_id) return;
  set_later(*call, replaced, LinkReason::refer_to);
  const LinkEntry* const entry = calls_.index().find(key(LinkKeyKind::call_id, {replaced}));
  if (LinkedCall* const other = calls_.holder(entry, kOwner))
    set_later(*other, call->call_id, LinkReason::refer_to);
}

CallLink LinkTable::ended(LinkHandle handle, std::uint64_t time_ns, Arena& text) {
  const std::lock_guard lock(mutex_);
  LinkedCall* const call = calls_.find(handle);
  if (!call) return {};
  calls_.leg_ends(*call, time_ns);
  if (call->reason == LinkReason::none) return {};
  return {text.keep(call->linked_call_id), label(call->reason)};
}

std::size_t LinkTable::size() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

std::uint64_t LinkTable::evicted() const {
  const std::lock_guard lock(mutex_);
  return calls_.evicted();
}

// ---- how calls find each other ----

LinkedCall& LinkTable::call_of(const LinkClues& clues, const Hash128& key, std::uint64_t time_ns) {
  LinkEntry* const entry = calls_.index().find(key);
  if (LinkedCall* const known = calls_.holder(entry, kOwner)) {
    known->start_ns = std::min(known->start_ns, time_ns);
    return *known;
  }
  LinkedCall& call = calls_.add(clues.call_id, time_ns);
  const LinkEntry* const held = calls_.hold(call, key, kOwner);
  // Somebody named it before it was seen: on another worker, where the other leg was handled sooner.
  if (LinkedCall* const other = calls_.holder(held, kMention)) {
    set_earlier(*other, call.call_id, held->mention);
    set_later(call, other->call_id, held->mention);
  }
  return call;
}

// The message itself says the other call's Call-ID: true whether that call is in sight or not.
void LinkTable::name(LinkedCall& call, std::string_view other_call_id, const Hash128& key,
                     LinkReason reason) {
  if (key == kNoKey || other_call_id == call.call_id) return;
  set_earlier(call, other_call_id, reason);
  LinkEntry* const entry = calls_.index().find(key);
  if (LinkedCall* const other = calls_.holder(entry, kOwner)) return set_later(*other, call.call_id, reason);
  if (calls_.holder(entry, kMention)) return;
  if (LinkEntry* const held = calls_.hold(call, key, kMention)) held->mention = reason;
}

// A value of a configured header: the Call-ID of another call, or what another has too.
void LinkTable::mention(LinkedCall& call, const Hash128& key) {
  if (key == kNoKey) return;
  LinkEntry* const entry = calls_.index().find(key);
  LinkedCall* const named = calls_.holder(entry, kOwner);
  if (named == &call) return;
  if (named) {
    set_earlier(call, named->call_id, LinkReason::header);
    set_later(*named, call.call_id, LinkReason::header);
  }
  LinkedCall* const other = calls_.holder(entry, kMention);
  if (other == &call) return;
  if (other && other->start_ns <= call.start_ns) return link(call, *other, LinkReason::header);
  if (other) link(*other, call, LinkReason::header);
  if (LinkEntry* const held = calls_.hold(call, key, kMention)) held->mention = LinkReason::header;
}

// The earliest that has the value stands for it: later ones all name that one, so that a value which a sender
// puts into every call makes no chain.
void LinkTable::share(LinkedCall& call, const Hash128& key, LinkReason reason) {
  if (key == kNoKey) return;
  LinkedCall* const other = calls_.holder(calls_.index().find(key), kOwner);
  if (other == &call) return;
  if (other && other->start_ns <= call.start_ns) return link(call, *other, reason);
  if (other) link(*other, call, reason);
  calls_.hold(call, key, kOwner);
}

void LinkTable::follow_referral(LinkedCall& call, const Hash128& key, std::uint64_t time_ns) {
  if (key == kNoKey) return;
  LinkedCall* const other = calls_.holder(calls_.index().find(key), kOwner);
  if (!other || other == &call || other->referred_ns > time_ns) return;
  if (time_ns - other->referred_ns <= kReferralLasts_ns) link(call, *other, LinkReason::refer_to);
}

void LinkTable::match_inbound(LinkedCall& call, const Keys& keys) {
  if (call.went_out) return;
  LinkedCall* overtook = nullptr;
  if (keys.media != kNoKey)
    if (LinkEntry* const held = calls_.hold(call, keys.media, kInbound))
      overtook = calls_.holder(held, kOutbound);
  if (overtook && may_be_one(call, *overtook)) link(*overtook, call, LinkReason::match);
  if (keys.numbers == kNoKey) return;

  const LinkEntry* const entry = calls_.index().find(keys.numbers);
  LinkedCall* const before = calls_.holder(entry, kInbound);
  const LinkedCall* const displaced = calls_.holder(entry, kInboundBefore);
  LinkEntry* const held = calls_.hold(call, keys.numbers, kInbound);
  if (!held) return;
  if (before && before != &call) {
    if (displaced && displaced->reason == LinkReason::none)
      held->crowded_until_ns = displaced->in_ns + kMatchWindow_ns;
    held->holders[kInboundBefore] = before->self;
  }
  overtook = calls_.holder(held, kOutbound);
  if (overtook && overtook->reason == LinkReason::none && may_be_one(call, *overtook))
    link(*overtook, call, LinkReason::match);
}

void LinkTable::match_outbound(LinkedCall& call, const Keys& keys) {
  if (call.came_in || call.names_earlier) return;
  if (keys.media != kNoKey) {
    // Nobody else receives there.
    LinkedCall* const inbound = calls_.holder(calls_.index().find(keys.media), kInbound);
    if (inbound && may_be_one(*inbound, call)) return link(call, *inbound, LinkReason::match);
    calls_.hold(call, keys.media, kOutbound);
  }
  if (keys.numbers == kNoKey) return;
  if (const LinkEntry* const entry = calls_.index().find(keys.numbers))
    if (LinkedCall* const inbound = unambiguous(*entry, call)) return link(call, *inbound, LinkReason::match);
  calls_.hold(call, keys.numbers, kOutbound);
}

// The call that came in for the numbers of one that goes out: one that has no link yet; of two, the one that
// offers the same formats; if none is free, the only one there, which is called another way now.
LinkedCall* LinkTable::unambiguous(const LinkEntry& numbers, const LinkedCall& outbound) {
  if (outbound.out_ns <= numbers.crowded_until_ns) return nullptr;
  std::array<LinkedCall*, 2> free{};
  std::array<LinkedCall*, 2> taken{};
  std::size_t free_count = 0;
  std::size_t taken_count = 0;
  for (const std::size_t role : {kInbound, kInboundBefore}) {
    LinkedCall* const inbound = calls_.find(numbers.holders[role]);
    if (!inbound || !may_be_one(*inbound, outbound)) continue;
    if (inbound->reason == LinkReason::none) free[free_count++] = inbound;
    if (inbound->reason == LinkReason::match) taken[taken_count++] = inbound;
  }
  if (free_count == 0) return taken_count == 1 ? taken[0] : nullptr;
  if (free_count == 1) return free[0];
  const bool first_fits = free[0]->formats == outbound.formats;
  const bool second_fits = free[1]->formats == outbound.formats;
  if (first_fits == second_fits) return nullptr;
  return first_fits ? free[0] : free[1];
}

// ---- the one link that a call has ----

void LinkTable::link(LinkedCall& later, LinkedCall& earlier, LinkReason reason) {
  set_earlier(later, earlier.call_id, reason);
  set_later(earlier, later.call_id, reason);
}

// By the better reason; of the same, the first that was found.
void LinkTable::set_earlier(LinkedCall& call, std::string_view other_call_id, LinkReason reason) {
  if (!call.names_earlier || reason > call.reason) calls_.set_link(call, other_call_id, reason, true);
}

// What a call says of itself stands. Else by the better reason; of the same, the newest.
void LinkTable::set_later(LinkedCall& call, std::string_view other_call_id, LinkReason reason) {
  if (!call.names_earlier && reason >= call.reason) calls_.set_link(call, other_call_id, reason, false);
}

}  // namespace sipsonde
