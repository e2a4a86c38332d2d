// SPDX-License-Identifier: Apache-2.0
// The calls that others may find, with the keys under which they stand and the one link that each has.
// Objects are used again with the room that their texts have taken, so that calls come and go without an
// allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "links/key.h"
#include "links/link_index.h"
#include "links/link_reason.h"

namespace sipsonde {

struct LinkedCall {
  // A sender must not choose how many keys his call takes.
  static constexpr std::size_t kEntriesMax = 12;

  LinkHandle self;
  bool in_use = false;
  std::string call_id;
  std::uint64_t start_ns = 0;
  std::uint64_t ended_ns = 0;
  std::uint64_t referred_ns = 0;  // of its last REFER
  std::uint32_t open_legs = 0;
  bool has_session = false;  // its INVITE brought a Session-ID

  // Of its legs that passed this host, for the match by numbers and media.
  bool came_in = false;
  bool went_out = false;
  std::uint64_t in_ns = 0;
  std::uint64_t out_ns = 0;
  Hash128 formats;  // of the offer

  LinkReason reason = LinkReason::none;
  bool names_earlier = false;  // this call named another; else another named it
  std::string linked_call_id;

  std::array<std::uint32_t, kEntriesMax> entries{};
  std::size_t entry_count = 0;

  LinkedCall* older = nullptr;
  LinkedCall* newer = nullptr;
};

// Calls in the order in which they came to stand here.
class CallLine {
 public:
  LinkedCall* oldest() const { return oldest_; }
  void add(LinkedCall& call);
  void remove(LinkedCall& call);

 private:
  LinkedCall* oldest_ = nullptr;
  LinkedCall* newest_ = nullptr;
};

class LinkedCalls {
 public:
  explicit LinkedCalls(std::size_t limit);

  // nullptr when the call the handle was made for is forgotten.
  LinkedCall* find(LinkHandle handle);
  // Who stands under the key in this role.
  LinkedCall* holder(const LinkEntry* entry, std::size_t role) {
    return entry ? find(entry->holders[role]) : nullptr;
  }

  LinkIndex& index() { return index_; }

  // The oldest gives way when there is no room: of those that ended, then of those without a link, then of
  // all.
  LinkedCall& add(std::string_view call_id, std::uint64_t time_ns);

  // `call` takes this role under the key, from whoever had it. nullptr: it stands under as many as it may.
  LinkEntry* hold(LinkedCall& call, const Hash128& key, std::size_t role);

  void leg_begins(LinkedCall& call);
  // True when it was the last.
  bool leg_ends(LinkedCall& call, std::uint64_t time_ns);
  void set_link(LinkedCall& call, std::string_view other_call_id, LinkReason reason, bool names_earlier);

  // Calls whose last leg ended that long ago.
  void forget_ended_before(std::uint64_t time_ns);

  std::size_t size() const { return calls_.size() - free_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  CallLine& line_of(const LinkedCall& call);
  void forget(LinkedCall& call);
  void leave(LinkedCall& call, LinkEntry& entry);

  LinkIndex index_;
  std::deque<LinkedCall> calls_;
  std::vector<std::uint32_t> free_;
  CallLine ended_;
  CallLine unlinked_;
  CallLine linked_;
  std::size_t limit_;
  std::uint64_t evicted_ = 0;
};

}  // namespace sipsonde
