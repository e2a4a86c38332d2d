// SPDX-License-Identifier: Apache-2.0
// The calls of the last seconds by a key that many may have: numbers, or an address of media. Nothing is
// taken out; what is new pushes out what is oldest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "links/key.h"
#include "links/link_handle.h"

namespace sipsonde {

class RecentCalls {
 public:
  struct Place {
    LinkKey key = kNoKey;
    std::uint64_t time_ns = 0;
    LinkHandle call;
  };

  // `lasts_ns`: how long a call is recent.
  explicit RecentCalls(std::uint64_t lasts_ns) : lasts_ns_(lasts_ns), sets_(kSets) {}

  void prefetch(LinkKey key) const { __builtin_prefetch(&sets_[position(key)]); }

  // True when that pushed out a recent call of another key. A key has at most half of the places, so that one
  // which every call has (a load generator's numbers) leaves room for its neighbours; more of one key are
  // more than can be told apart.
  bool add(LinkKey key, std::uint64_t time_ns, LinkHandle call) {
    Set& set = sets_[position(key)];
    const std::size_t gives_way = place_for(key, set);
    const Place& last = set[gives_way];
    const bool is_other = last.key != kNoKey && last.key != key;
    const bool pushed_out = is_other && last.time_ns + lasts_ns_ >= time_ns;
    for (std::size_t i = gives_way; i > 0; --i) set[i] = set[i - 1];
    set.front() = {key, time_ns, call};
    return pushed_out;
  }

  // Calls `visit(handle)` for each call under the key, the newest first. Some may be forgotten or long ago.
  template <typename Visit>
  void visit(LinkKey key, Visit&& visit) const {
    for (const Place& place : sets_[position(key)])
      if (place.key == key) visit(place.call);
  }

 private:
  static constexpr std::size_t kSets = 4096;
  static constexpr std::size_t kPlaces = 8;
  static constexpr std::size_t kPlacesOfAKey = kPlaces / 2;
  using Set = std::array<Place, kPlaces>;

  // The key's own oldest when it has its share, else the last of all.
  static std::size_t place_for(LinkKey key, const Set& set) {
    std::size_t held = 0;
    for (std::size_t i = 0; i < set.size(); ++i)
      if (set[i].key == key && ++held == kPlacesOfAKey) return i;
    return set.size() - 1;
  }

  static std::size_t position(LinkKey key) { return key & (kSets - 1); }

  std::uint64_t lasts_ns_;
  std::vector<Set> sets_;
};

}  // namespace sipsonde
