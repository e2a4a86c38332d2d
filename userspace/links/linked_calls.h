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
#include "links/key_index.h"
#include "links/link_handle.h"
#include "links/link_reason.h"

namespace sipsonde {

// In which way a call stands under a key: it has the Call-ID or the value itself, or it names that Call-ID.
enum class LinkRole : std::uint8_t { owner, header, x_cid, replaces };

struct LinkedCall {
  // A sender must not choose how many keys his call takes.
  static constexpr std::size_t kKeysMax = 12;

  LinkHandle self;
  bool in_use = false;
  bool has_session = false;    // its INVITE brought a Session-ID
  bool names_earlier = false;  // the link: this call named another; else another named it
  LinkReason reason = LinkReason::none;
  std::uint32_t open_legs = 0;
  std::uint64_t start_ns = 0;
  std::uint64_t ended_ns = 0;
  std::uint64_t referred_ns = 0;  // of its last REFER

  // Of its legs that passed this host, for the match by numbers and media.
  bool came_in = false;
  bool went_out = false;
  std::uint64_t in_ns = 0;
  std::uint64_t out_ns = 0;
  LinkKey formats = kNoKey;  // of the offer

  LinkedCall* older = nullptr;
  LinkedCall* newer = nullptr;
  std::string call_id;
  std::string linked_call_id;
  std::array<LinkKey, kKeysMax> keys{};
  std::size_t key_count = 0;
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
  LinkedCall* find(LinkKey key, LinkRole role = LinkRole::owner);

  // What is asked soon. Needs no lock.
  void prefetch(LinkKey key) const { index_.prefetch(key); }

  // The oldest gives way when there is no room: of those that ended, then of those without a link, then of
  // all.
  LinkedCall& add(std::string_view call_id, std::uint64_t time_ns);

  // `call` stands under the key from now on, in place of who did in this role; but not under more than it
  // may.
  void hold(LinkedCall& call, LinkKey key, LinkRole role = LinkRole::owner);

  void leg_begins(LinkedCall& call);
  void leg_ends(LinkedCall& call, std::uint64_t time_ns);
  void set_link(LinkedCall& call, std::string_view other_call_id, LinkReason reason, bool names_earlier);

  // Calls whose last leg ended before that.
  void forget_ended_before(std::uint64_t time_ns);

  std::size_t size() const { return calls_.size() - free_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  CallLine& line_of(const LinkedCall& call);
  void forget(LinkedCall& call);

  KeyIndex index_;
  std::deque<LinkedCall> calls_;
  std::vector<std::uint32_t> free_;
  CallLine ended_;
  CallLine unlinked_;
  CallLine linked_;
  std::size_t limit_;
  std::uint64_t evicted_ = 0;
};

}  // namespace sipsonde
