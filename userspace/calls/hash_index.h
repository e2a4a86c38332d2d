// SPDX-License-Identifier: Apache-2.0
// From a 64-bit hash to the index of an object: open addressing in one array. The hash is no proof; whoever
// asks compares the whole key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calls/pool.h"

namespace sipsonde {

class HashIndex {
 public:
  // Calls `visit(handle)` for each entry with this hash until it returns true.
  template <typename Visit>
  void visit(std::uint64_t hash, Visit&& visit) const {
    for (std::size_t i = hash & mask(); entries_[i].used(); i = (i + 1) & mask())
      if (entries_[i].hash == hash && visit(entries_[i].handle)) return;
  }

  void insert(std::uint64_t hash, Handle handle) {
    if ((count_ + 1) * 2 > entries_.size()) grow();
    place({hash, handle});
    ++count_;
  }

  void erase(std::uint64_t hash, Handle handle) {
    for (std::size_t i = hash & mask(); entries_[i].used(); i = (i + 1) & mask()) {
      if (entries_[i].hash != hash || entries_[i].handle.index != handle.index) continue;
      close_gap(i);
      --count_;
      return;
    }
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    Handle handle;
    bool used() const { return handle.index != kNone; }
  };

  std::size_t mask() const { return entries_.size() - 1; }

  void place(const Entry& entry) {
    std::size_t i = entry.hash & mask();
    while (entries_[i].used()) i = (i + 1) & mask();
    entries_[i] = entry;
  }

  // Entries behind the gap move up unless that would put them in front of where their search begins.
  void close_gap(std::size_t gap) {
    for (std::size_t i = (gap + 1) & mask(); entries_[i].used(); i = (i + 1) & mask()) {
      const std::size_t home = entries_[i].hash & mask();
      if (((i - home) & mask()) < ((i - gap) & mask())) continue;
      entries_[gap] = entries_[i];
      gap = i;
    }
    entries_[gap] = {};
  }

  void grow() {
    std::vector<Entry> before(entries_.size() * 2);
    before.swap(entries_);
    for (const Entry& entry : before)
      if (entry.used()) place(entry);
  }

  std::vector<Entry> entries_ = std::vector<Entry>(1024);
  std::size_t count_ = 0;
};

}  // namespace sipsonde
