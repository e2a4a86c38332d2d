// SPDX-License-Identifier: Apache-2.0
// Who answers what, and what has been seen before. A transaction is known by the branch and sent-by of the
// top Via and by its method, the ACK of a refusal being part of its INVITE (RFC 3261 section 17); without
// the z9hG4bK cookie by what RFC 2543 compared. It is bounded: what is worth least gives way.
#pragma once

#include <array>
#include <cstdint>

#include "calls/hash_index.h"
#include "calls/hold.h"
#include "calls/pool.h"
#include "calls/sighting.h"
#include "calls/text_hash.h"
#include "calls/timer_wheel.h"
#include "calls/worth.h"
#include "scanners/asked_target.h"

namespace sipsonde {

inline constexpr std::uint64_t kSecond = 1'000'000'000;
// T1, RFC 3261 section 17.1.1.1, of a sender that has not shown another.
inline constexpr std::uint64_t kT1_ns = kSecond / 2;
// 64 * T1, RFC 3261 sections 17.1.1.2 (timer B), 17.1.2.2 (timer F) and, for how long repeats are to be
// expected, 13.3.1.4, 17.2.1 and 17.2.2 (timers L, H, J).
inline constexpr std::uint64_t kTimeout_ns = 64 * kT1_ns;

// The T1 of a sender whose first repeat came `gap_ns` after its request (timers A and E, RFC 3261 sections
// 17.1.1.2 and 17.1.2.2).
std::uint64_t t1_of_first_gap(std::uint64_t gap_ns);

struct TransactionKey {
  KeyText text;
  sipsonde_method method = SIPSONDE_METHOD_other;
  std::uint64_t hash = 0;
};

// Where a message was seen. The same message seen elsewhere is a second sight of it and no repeat.
struct Place {
  std::uint32_t interface = 0;
  std::uint16_t vlan_id = 0;
  friend bool operator==(const Place&, const Place&) = default;
};
inline Place place_of(const Sighting& sighting) {
  return {sighting.interface, sighting.vlan_id};
}

struct Transaction : Pooled {
  TransactionKey key;
  Worth worth = Worth::over;
  Timer timer;
  std::uint64_t request_ns = 0;  // of the first copy
  std::uint64_t t1_ns = kT1_ns;  // the sender's
  std::uint64_t final_ns = 0;
  Handle leg;
  Handle draft;                // of a transaction outside of a dialog: the event that its end will be
  std::uint64_t fork_tag = 0;  // of a request in a dialog: of which, by the callee's tag
  Place request_place;
  Place response_place;
  AskedTarget asked;                         // of a request outside of a dialog that came in
  std::array<std::uint32_t, 8> responses{};  // hashes of (code, To-tag, RSeq)
  std::uint8_t response_count = 0;
  std::uint8_t request_copies = 0;  // beyond 255 no longer counted
  std::uint8_t final_copies = 0;
  std::uint32_t cseq = 0;
  std::uint32_t losses_before = 0;  // how often samples had been lost when the request came
  std::uint16_t final_code = 0;     // 0: none yet
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  bool request_seen = false;
  bool from_caller = false;  // of a transaction in a dialog
  bool initial = false;      // an INVITE that asks for a dialog
  bool pending = false;      // initial, and its leg waits for its final response
  bool provisional = false;
  bool acknowledged = false;
  bool final_unseen = false;             // something proves a final response that did not pass here
  bool refreshes = false;                // an INVITE or UPDATE that refreshes the session (RFC 4028)
  MediaFlow offer = MediaFlow::unknown;  // what it offers

  // True when this response was seen before: same code, To-tag and RSeq. Else remembers it.
  bool repeats(const SipMessage& response, std::uint64_t seed);
  // Any response, provisional or final.
  bool answered() const { return provisional || final_code != 0; }
};

class TransactionTable {
 public:
  TransactionTable(std::size_t limit, std::uint64_t seed) : limit_(limit), seed_(seed) {}

  // Of a request or response itself. Made once for each message.
  TransactionKey key_of(const SipMessage& sip, sipsonde_method method) const;

  // Of a request; one whose request was never seen is found in either direction.
  Transaction* find_request(const TransactionKey& key, sipsonde_direction direction);
  // Of a response: the request went the other way, unless only one way is in sight (a mirror port).
  Transaction* find_answered(const TransactionKey& key, const SipMessage& response,
                             sipsonde_direction likely_direction);
  // The INVITE that this ACK completes, if it refused; or the INVITE that this CANCEL is for.
  Transaction* find_invite(const SipMessage& request, sipsonde_direction direction);

  bool full() const { return pool_.size() >= limit_; }
  std::size_t limit() const { return limit_; }
  // What gives way first; nullptr when there is none.
  Transaction* least() const { return by_worth_.least(); }
  Transaction* oldest(Worth worth) const { return by_worth_.oldest(worth); }
  void file(Transaction& transaction, Worth worth) { by_worth_.move(transaction, worth); }
  // Must not be full. It is worth most until it is filed: it does not give way to what its own message makes.
  Transaction& add(const TransactionKey& key, sipsonde_direction direction);
  void remove(Transaction& transaction);  // its timer must be disarmed
  Transaction& at(std::uint32_t index) { return pool_.at(index); }
  Transaction* find(Handle handle) { return pool_.find(handle); }

 private:
  // `to_tag`: of an old-style request in a dialog; a response and an ACK have one that their INVITE had not.
  TransactionKey old_style_key(const SipMessage& sip, sipsonde_method method, bool to_tag) const;
  Transaction* find(const TransactionKey& key, sipsonde_direction direction, bool any_direction);
  Transaction* find_without_to_tag(const SipMessage& sip, sipsonde_method method,
                                   sipsonde_direction direction);

  Pool<Transaction> pool_;
  WorthLists<Transaction> by_worth_;
  HashIndex index_;
  std::size_t limit_;
  std::uint64_t seed_;
};

}  // namespace sipsonde
