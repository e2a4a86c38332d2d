// SPDX-License-Identifier: Apache-2.0
// From a key to the calls that stand under it, each in a role of its own. A call holds its entries; an entry
// without a holder is gone. Grows to what is needed at a time and keeps that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "links/key.h"
#include "links/link_reason.h"

namespace sipsonde {

inline constexpr std::uint32_t kNoIndex = UINT32_MAX;

// A call in the table; stale once the call was forgotten.
struct LinkHandle {
  std::uint32_t index = kNoIndex;
  std::uint32_t generation = 0;
  friend bool operator==(const LinkHandle&, const LinkHandle&) = default;
};

struct LinkEntry {
  static constexpr std::size_t kRoles = 3;

  Hash128 key;
  std::array<LinkHandle, kRoles> holders{};
  std::uint64_t crowded_until_ns = 0;     // more calls stand here than there are places
  LinkReason mention = LinkReason::none;  // how the second holder came here
  std::uint32_t next = kNoIndex;          // with the same bucket
  std::uint32_t self = kNoIndex;

  bool empty() const {
    for (const LinkHandle& holder : holders)
      if (holder.index != kNoIndex) return false;
    return true;
  }
};

class LinkIndex {
 public:
  explicit LinkIndex(std::size_t buckets);

  LinkEntry* find(const Hash128& key);
  LinkEntry& find_or_add(const Hash128& key);
  LinkEntry& at(std::uint32_t index) { return entries_[index]; }

  // REQUIRES: the entry is in the table.
  void remove(LinkEntry& entry);

  std::size_t size() const { return entries_.size() - free_.size(); }

 private:
  std::uint32_t& bucket_of(const Hash128& key) { return buckets_[key.low & (buckets_.size() - 1)]; }

  std::vector<std::uint32_t> buckets_;
  std::deque<LinkEntry> entries_;
  std::vector<std::uint32_t> free_;
};

}  // namespace sipsonde
