// SPDX-License-Identifier: Apache-2.0
#include "links/link_index.h"

#include <bit>

namespace sipsonde {

LinkIndex::LinkIndex(std::size_t buckets) : buckets_(std::bit_ceil(buckets), kNoIndex) {}

LinkEntry* LinkIndex::find(const Hash128& key) {
  for (std::uint32_t at = bucket_of(key); at != kNoIndex; at = entries_[at].next)
    if (entries_[at].key == key) return &entries_[at];
  return nullptr;
}

LinkEntry& LinkIndex::find_or_add(const Hash128& key) {
  if (LinkEntry* const known = find(key)) return *known;
  if (free_.empty()) {
    const auto index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back().self = index;
    free_.push_back(index);
  }
  LinkEntry& entry = entries_[free_.back()];
  free_.pop_back();
  std::uint32_t& first = bucket_of(key);
  entry = LinkEntry{.key = key, .next = first, .self = entry.self};
  first = entry.self;
  return entry;
}

void LinkIndex::remove(LinkEntry& entry) {
  std::uint32_t* link = &bucket_of(entry.key);
  while (*link != entry.self) link = &entries_[*link].next;
  *link = entry.next;
  free_.push_back(entry.self);
}

}  // namespace sipsonde
