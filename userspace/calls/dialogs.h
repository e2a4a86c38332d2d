// SPDX-License-Identifier: Apache-2.0
// The calls in memory and the question which leg a message belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "calls/hash_index.h"
#include "calls/leg.h"
#include "calls/pool.h"
#include "calls/sighting.h"
#include "calls/text_hash.h"

namespace sipsonde {

// Texts of a message are kept up to this size: a sender must not choose how much memory a leg takes.
inline constexpr std::size_t kTextLimit = 512;

// Whether the message passed between the two ends of the leg, either way.
bool on_the_hop_of(const Leg& leg, const Sighting& sighting);

class Dialogs {
 public:
  Dialogs(std::size_t limit, std::uint64_t seed) : limit_(limit), seed_(seed) {}

  std::uint64_t tag_of(std::string_view text) const;  // 0: no tag

  // A message with the tags of a dialog: legs of its Call-ID whose tags fit; among them ip:port decides,
  // then ip, then direction.
  Leg* join(const Sighting& sighting);

  // An INVITE without a To-tag: the leg that it is another attempt or another branch of.
  Leg* join_invite(const Sighting& sighting, sipsonde_direction direction);

  // A CANCEL whose INVITE was not seen.
  Leg* join_cancel(const Sighting& sighting, sipsonde_direction direction);

  // What must go before a leg can be added for this Call-ID, or nullptr: what is worth least.
  Leg* in_the_way(const Sighting& sighting);
  Leg& add(const Sighting& sighting);
  void file(Leg& leg);    // after whatever may have changed what it is worth
  void remove(Leg& leg);  // its timers must be disarmed

  Leg* find(Handle handle) { return legs_.find(handle); }
  Leg& at(std::uint32_t index) { return legs_.at(index); }
  std::vector<Leg*> in_order() const;  // all of them, as they began

  // Whoever asks for a few at a time goes from slot to slot: a leg stays in its own as long as it is held.
  std::uint32_t slots() const { return legs_.slots(); }
  template <typename Visit>
  void visit_slot(std::uint32_t slot, Visit&& visit) {
    if (const Leg& leg = legs_.at(slot); leg.in_use) visit(leg);
  }
  template <typename Visit>
  void visit_call(std::string_view call_id, Visit&& visit) {
    const Call* const call = find_call(call_id, hash_text(call_id, seed_));
    for (const Leg* leg = call ? call->first_leg : nullptr; leg; leg = leg->next_in_call) visit(*leg);
  }

 private:
  // A Call-ID with more legs than this is no call but an attack or a loop.
  static constexpr std::uint32_t kLegsPerCall = 32;

  Call* find_call(std::string_view call_id, std::uint64_t hash);
  Call& call_of(std::string_view call_id);

  Pool<Call> calls_;
  Pool<Leg> legs_;
  WorthLists<Leg> by_worth_;
  std::uint64_t begun_ = 0;
  HashIndex index_;
  std::size_t limit_;
  std::uint64_t seed_;
};

}  // namespace sipsonde
