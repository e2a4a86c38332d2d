// SPDX-License-Identifier: Apache-2.0
// Which calls belong together though their Call-IDs differ (docs/linking.md). One table for all workers, as
// the two legs of a B2BUA live on different ones. It is asked once for each leg that an INVITE begins, once
// when the leg is answered, at a REFER, and at the leg's end; never for another message of a call.
//
// One lock for the whole: it is held for the few look-ups of one leg, after all reading and hashing is done,
// and two calls that find each other are changed in one step.
//
// Time is that of the messages. What is known of a call is forgotten 32 s (64 * T1) after its last leg.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "base/arena.h"
#include "base/endpoint.h"
#include "config/settings.h"
#include "decode/sip_message.h"
#include "links/clues.h"
#include "links/key.h"
#include "links/linked_calls.h"
#include "links/recent_calls.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

struct CallLink {
  std::string_view call_id;  // empty: linked to none
  std::string_view reason;
};

// An initial INVITE as it passed.
struct LinkingInvite {
  const SipMessage& sip;
  std::uint64_t time_ns = 0;
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  const Address& source;
};

class LinkTable {
 public:
  // `linking` outlives the table. `calls`: how many are held at most.
  // The same `key` gives the same result for the same messages even when the table is full.
  LinkTable(const Linking& linking, std::size_t calls, const HashKey& key = HashKey::random());

  // A leg begins. Legs of one Call-ID share what is found.
  LinkHandle invited(const LinkingInvite& invite);

  // The first 2xx of a leg: it may bring the Session-ID that the INVITE lacked.
  void answered(LinkHandle handle, const SipMessage& response);

  // A REFER in a dialog of the call, and the address of who is to follow it.
  void referred(LinkHandle handle, const SipMessage& refer, std::uint64_t time_ns, const Address& receiver);

  // A leg ends, once for each invited(); the Call-ID of the result is in `text`.
  CallLink ended(LinkHandle handle, std::uint64_t time_ns, Arena& text);

  std::size_t size() const;
  std::uint64_t evicted() const;

 private:
  struct Keys;
  Keys keys_of(const LinkClues& clues, const LinkingInvite& invite) const;
  LinkKey key(LinkKeyKind kind, std::initializer_list<std::string_view> parts) const;

  LinkedCall& call_of(const LinkClues& clues, LinkKey key, std::uint64_t time_ns);
  void name(LinkedCall& call, std::string_view other_call_id, LinkKey key, LinkRole role);
  void mention(LinkedCall& call, LinkKey key);
  void share(LinkedCall& call, LinkKey key, LinkReason reason);
  void follow_referral(LinkedCall& call, LinkKey key, std::uint64_t time_ns);
  void match(LinkedCall& call, const Keys& keys, bool inbound, std::uint64_t time_ns);
  LinkedCall* same_media(const LinkedCall& outbound, LinkKey media);
  LinkedCall* unambiguous(const LinkedCall& outbound, LinkKey numbers);
  void link_overtaking(LinkedCall& inbound, LinkKey key);
  void link(LinkedCall& later, LinkedCall& earlier, LinkReason reason);
  void set_earlier(LinkedCall& call, std::string_view other_call_id, LinkReason reason);
  void set_later(LinkedCall& call, std::string_view other_call_id, LinkReason reason);

  const Linking& linking_;
  const HashKey hash_key_;
  std::atomic<std::uint64_t> last_referral_ns_{0};

  mutable std::mutex mutex_;
  LinkedCalls calls_;
  RecentCalls recent_;
  std::uint64_t pushed_out_ = 0;
};

}  // namespace sipsonde
