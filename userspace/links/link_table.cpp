// SPDX-License-Identifier: Apache-2.0
#include "links/link_table.h"

#include <algorithm>
#include <array>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kKeptAfterEnd_ns = 32 * kSecond;  // 64 * T1, as an ended leg is
constexpr std::uint64_t kReferralLasts_ns = 32 * kSecond;
// A B2BUA that takes longer has asked somebody, and then what it sends is no mere second leg.
constexpr std::uint64_t kMatchWindow_ns = 5 * kSecond;

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

LinkReason reason_of(LinkRole role) {
  return role == LinkRole::replaces ? LinkReason::replaces
         : role == LinkRole::x_cid  ? LinkReason::x_cid
                                    : LinkReason::header;
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
  LinkKey call_id = kNoKey;
  LinkKey replaced = kNoKey;
  LinkKey other_leg = kNoKey;
  std::array<LinkKey, LinkClues::kHeadersMax> headers{};
  LinkKey session_local = kNoKey;
  LinkKey session_remote = kNoKey;
  LinkKey icid = kNoKey;
  LinkKey media = kNoKey;
  LinkKey formats = kNoKey;
  LinkKey numbers = kNoKey;
  LinkKey referral_by_address = kNoKey;
  LinkKey referral_by_number = kNoKey;
};

LinkKey LinkTable::key(LinkKeyKind kind, std::initializer_list<std::string_view> parts) const {
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
      keys.formats = key(LinkKeyKind::formats, {offer.formats});
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

LinkTable::LinkTable(const Linking& linking, std::size_t calls, const HashKey& key)
    : linking_(linking), hash_key_(key), calls_(calls), recent_(kMatchWindow_ns) {}

LinkHandle LinkTable::invited(const LinkingInvite& invite) {
  const LinkClues clues = clues_of(invite.sip, linking_.headers);
  const Keys keys = keys_of(clues, invite);
  for (const LinkKey soon : {keys.call_id, keys.session_local, keys.session_remote, keys.icid})
    if (soon != kNoKey) calls_.prefetch(soon);
  for (const LinkKey soon : {keys.media, keys.numbers})
    if (soon != kNoKey) recent_.prefetch(soon);

  const std::lock_guard lock(mutex_);
  if (invite.time_ns > kKeptAfterEnd_ns) calls_.forget_ended_before(invite.time_ns - kKeptAfterEnd_ns);
  LinkedCall& call = call_of(clues, keys.call_id, invite.time_ns);
  calls_.leg_begins(call);
  name(call, clues.replaced, keys.replaced, LinkRole::replaces);
  name(call, clues.other_leg, keys.other_leg, LinkRole::x_cid);
  for (const LinkKey header : keys.headers) mention(call, header);
  share(call, keys.session_local, LinkReason::session_id);
  share(call, keys.session_remote, LinkReason::session_id);
  call.has_session |= clues.session.local.has_value();
  share(call, keys.icid, LinkReason::icid);
  follow_referral(call, keys.referral_by_address, invite.time_ns);
  follow_referral(call, keys.referral_by_number, invite.time_ns);
  if (linking_.match) match(call, keys, invite.direction == SIPSONDE_DIRECTION_inbound, invite.time_ns);
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
  const LinkKey by_address =
      key(LinkKeyKind::referral, {referral.target_user, host.view(), "address", text_of(receiver)});
  const LinkKey by_number =
      key(LinkKeyKind::referral, {referral.target_user, host.view(), "number", referral.receiver});
  std::array<char, 512> room;
  const std::string_view replaced = call_id_in_replaces(unescaped(referral.replaces, room));

  const std::lock_guard lock(mutex_);
  LinkedCall* const call = calls_.find(handle);
  if (!call) return;
  call->referred_ns = time_ns;
  last_referral_ns_.store(std::max<std::uint64_t>(time_ns, 1), std::memory_order_relaxed);
  calls_.hold(*call, by_address);  // the newest REFER of several to one target
  if (!referral.receiver.empty()) calls_.hold(*call, by_number);
  if (replaced.empty() || replaced == call->call_id) return;
  set_later(*call, replaced, LinkReason::refer_to);
  if (LinkedCall* const other = calls_.find(key(LinkKeyKind::call_id, {replaced})))
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
  return calls_.evicted() + pushed_out_;
}

// ---- how calls find each other ----

LinkedCall& LinkTable::call_of(const LinkClues& clues, LinkKey key, std::uint64_t time_ns) {
  if (LinkedCall* const known = calls_.find(key)) {
    known->start_ns = std::min(known->start_ns, time_ns);
    return *known;
  }
  LinkedCall& call = calls_.add(clues.call_id, time_ns);
  calls_.hold(call, key);
  // Somebody named it before it was seen: on another worker, where the other leg was handled sooner.
  for (const LinkRole role : {LinkRole::replaces, LinkRole::x_cid, LinkRole::header})
    if (LinkedCall* const other = calls_.find(key, role)) {
      set_earlier(*other, call.call_id, reason_of(role));
      set_later(call, other->call_id, reason_of(role));
    }
  return call;
}

// The message itself says the other call's Call-ID: true whether that call is in sight or not.
void LinkTable::name(LinkedCall& call, std::string_view other_call_id, LinkKey key, LinkRole role) {
  if (key == kNoKey || other_call_id == call.call_id) return;
  set_earlier(call, other_call_id, reason_of(role));
  if (LinkedCall* const other = calls_.find(key)) return set_later(*other, call.call_id, reason_of(role));
  if (!calls_.find(key, role)) calls_.hold(call, key, role);
}

// A value of a configured header: the Call-ID of another call, or what another has too.
void LinkTable::mention(LinkedCall& call, LinkKey key) {
  if (key == kNoKey) return;
  LinkedCall* const named = calls_.find(key);
  if (named == &call) return;
  if (named) {
    set_earlier(call, named->call_id, LinkReason::header);
    set_later(*named, call.call_id, LinkReason::header);
  }
  LinkedCall* const other = calls_.find(key, LinkRole::header);
  if (other == &call) return;
  if (other && other->start_ns <= call.start_ns) return link(call, *other, LinkReason::header);
  if (other) link(*other, call, LinkReason::header);
  calls_.hold(call, key, LinkRole::header);
}

// The earliest that has the value stands for it: later ones all name that one, so that a value which a sender
// puts into every call makes no chain.
void LinkTable::share(LinkedCall& call, LinkKey key, LinkReason reason) {
  if (key == kNoKey) return;
  LinkedCall* const other = calls_.find(key);
  if (other == &call) return;
  if (other && other->start_ns <= call.start_ns) return link(call, *other, reason);
  if (other) link(*other, call, reason);
  calls_.hold(call, key);
}

void LinkTable::follow_referral(LinkedCall& call, LinkKey key, std::uint64_t time_ns) {
  if (key == kNoKey) return;
  LinkedCall* const other = calls_.find(key);
  if (!other || other == &call || other->referred_ns > time_ns) return;
  if (time_ns - other->referred_ns <= kReferralLasts_ns) link(call, *other, LinkReason::refer_to);
}

// ---- by numbers, media and time ----

void LinkTable::match(LinkedCall& call, const Keys& keys, bool inbound, std::uint64_t time_ns) {
  bool& passed = inbound ? call.came_in : call.went_out;
  if (passed) return;
  passed = true;
  (inbound ? call.in_ns : call.out_ns) = time_ns;
  call.formats = keys.formats;
  if (call.came_in && call.went_out) return;  // it passed: there is no other leg to look for

  if (inbound) {
    link_overtaking(call, keys.media);
    link_overtaking(call, keys.numbers);
  } else if (!call.names_earlier) {
    LinkedCall* other = same_media(call, keys.media);
    if (!other) other = unambiguous(call, keys.numbers);
    if (other) link(call, *other, LinkReason::match);
  }
  for (const LinkKey key : {keys.media, keys.numbers})
    if (key != kNoKey) pushed_out_ += recent_.add(key, time_ns, call.self);
}

// Nobody else receives media there.
LinkedCall* LinkTable::same_media(const LinkedCall& outbound, LinkKey media) {
  LinkedCall* found = nullptr;
  if (media == kNoKey) return found;
  recent_.visit(media, [&](LinkHandle handle) {
    LinkedCall* const inbound = calls_.find(handle);
    if (!found && inbound && may_be_one(*inbound, outbound)) found = inbound;
  });
  return found;
}

// The call that came in for the numbers of one that goes out: the one that has no link yet; of several, the
// one that offers the same formats; if all have their other leg, the only one there, which is called another
// way now.
LinkedCall* LinkTable::unambiguous(const LinkedCall& outbound, LinkKey numbers) {
  struct Choice {
    LinkedCall* call = nullptr;
    unsigned count = 0;
    void add(LinkedCall* candidate) {
      call = candidate;
      ++count;
    }
    LinkedCall* only() const { return count == 1 ? call : nullptr; }
  };
  Choice free, fitting, taken;
  if (numbers == kNoKey) return nullptr;
  recent_.visit(numbers, [&](LinkHandle handle) {
    LinkedCall* const inbound = calls_.find(handle);
    if (!inbound || !may_be_one(*inbound, outbound)) return;
    if (inbound->reason == LinkReason::match) taken.add(inbound);
    if (inbound->reason != LinkReason::none) return;
    free.add(inbound);
    if (inbound->formats == outbound.formats) fitting.add(inbound);
  });
  if (free.count > 1) return fitting.only();
  return free.count == 1 ? free.call : taken.only();
}

// The other leg went out on another worker, which came to it sooner.
void LinkTable::link_overtaking(LinkedCall& inbound, LinkKey key) {
  if (key == kNoKey || inbound.reason != LinkReason::none) return;
  LinkedCall* found = nullptr;
  recent_.visit(key, [&](LinkHandle handle) {
    LinkedCall* const outbound = calls_.find(handle);
    if (!found && outbound && outbound->reason == LinkReason::none && may_be_one(inbound, *outbound))
      found = outbound;
  });
  if (found) link(*found, inbound, LinkReason::match);
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
