// SPDX-License-Identifier: Apache-2.0
// What would be lost with an entry of a full table: the least gives way first, and of those worth the same
// the one that has been so longest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "calls/pool.h"

namespace sipsonde {

// Of a leg, and of a transaction through its leg.
enum class Worth : std::uint8_t {
  over,       // all is said; repeats would be taken for something new
  asking,     // a transaction outside of a dialog that waits for its answer; no leg
  ending,     // how it ended is known, and its row says so
  refused,    // in a way that asks for another INVITE, which may still come
  suspect,    // an INVITE of a source that was told as a scanner
  one_sided,  // in a dialog that nobody saw confirmed, one side alone heard: anybody can send that
  trying,     // an INVITE that nobody answered, or with 100 alone
  cut,        // the same, both sides heard
  ringing,    // an early dialog
  answered,   // without an ACK so far
  confirmed,
};
inline constexpr std::size_t kWorthCount = 11;

// T derives from Pooled and has a `Worth worth`.
template <typename T>
class WorthLists {
 public:
  void add(T& object, Worth worth) {
    object.worth = worth;
    list_of(worth).add(object);
  }
  void remove(T& object) { list_of(object.worth).remove(object); }
  void move(T& object, Worth worth) {
    if (object.worth == worth) return;
    remove(object);
    add(object, worth);
  }

  // What gives way first; nullptr when there is nothing.
  T* least() const {
    for (const AgeList<T>& list : lists_)
      if (T* const oldest = list.oldest()) return oldest;
    return nullptr;
  }
  T* oldest(Worth worth) const { return lists_[static_cast<std::size_t>(worth)].oldest(); }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const AgeList<T>& list : lists_) list.for_each(visit);
  }

 private:
  AgeList<T>& list_of(Worth worth) { return lists_[static_cast<std::size_t>(worth)]; }

  std::array<AgeList<T>, kWorthCount> lists_;
};

}  // namespace sipsonde
