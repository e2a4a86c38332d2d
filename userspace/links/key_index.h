// SPDX-License-Identifier: Apache-2.0
// From a key to the call that stands under it. A key has its few places side by side, so that a look costs
// one cold line of memory or two; no place moves when others come and go. Where all places of a key are
// taken, one gives way.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "links/key.h"
#include "links/link_handle.h"

namespace sipsonde {

class KeyIndex {
 public:
  // Room for about `keys`.
  explicit KeyIndex(std::size_t keys) : sets_(std::bit_ceil(keys / kPlaces + 1)) {}

  void prefetch(LinkKey key) const {
    const Set& set = sets_[position(key)];
    __builtin_prefetch(&set);
    __builtin_prefetch(&set[kPlaces / 2]);
  }

  LinkHandle find(LinkKey key) const {
    for (const Place& place : sets_[position(key)])
      if (place.key == key) return place.call;
    return {};
  }

  // In place of who stands there. True when that cost another key its place.
  bool set(LinkKey key, LinkHandle call) {
    Set& set = sets_[position(key)];
    Place* free = nullptr;
    for (Place& place : set) {
      if (place.key == key) {
        place.call = call;
        return false;
      }
      if (place.key == kNoKey) free = &place;
    }
    const bool displaces = !free;
    if (displaces) free = &set[key >> 48 & (kPlaces - 1)];
    *free = {key, call};
    return displaces;
  }

  // Unless another stands there by now.
  void remove(LinkKey key, LinkHandle call) {
    for (Place& place : sets_[position(key)])
      if (place.key == key && place.call == call) place = {};
  }

 private:
  static constexpr std::size_t kPlaces = 8;
  struct Place {
    LinkKey key = kNoKey;
    LinkHandle call;
  };
  using Set = std::array<Place, kPlaces>;

  std::size_t position(LinkKey key) const { return key & (sets_.size() - 1); }

  std::vector<Set> sets_;
};

}  // namespace sipsonde
