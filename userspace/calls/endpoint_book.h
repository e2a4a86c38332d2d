// SPDX-License-Identifier: Apache-2.0
// Which legs said in SDP that one of their sides receives media at an address. Legs of one Call-ID often say
// the same: a proxy's two, for one. At one address the sixteen that said it last are found: who names one
// address in thousands of calls shall not make each look a walk through them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/endpoint.h"
#include "calls/pool.h"
#include "sipsonde/state.h"

namespace sipsonde {

enum class MediaParty : std::uint8_t { caller, callee };

constexpr MediaParty other(MediaParty party) {
  return party == MediaParty::caller ? MediaParty::callee : MediaParty::caller;
}

// `refused`: the book is full.
enum class Booking : std::uint8_t { added, known, refused };

struct BookedEndpoint : Pooled {
  sipsonde_endpoint_key key{};
  Handle media;  // of a LegMedia
  MediaParty party = MediaParty::caller;
  std::uint32_t next_of_leg = kNone;
  std::uint32_t next_in_bucket = kNone;
  bool listed = false;  // in its bucket; else others named the address later
};

class EndpointBook {
 public:
  static constexpr std::size_t kFoundAtAnAddress = 16;

  // `limit` endpoints at most, by a seed that no sender knows.
  EndpointBook(std::size_t limit, std::uint64_t seed);

  // A new entry at the head of the leg's chain, unless it is there already.
  Booking add(const sipsonde_endpoint_key& key, Handle media, MediaParty party, std::uint32_t& chain);

  // Calls `visit(BookedEndpoint&)` for all of a chain and empties it.
  template <typename Visit>
  void remove_chain(std::uint32_t& chain, Visit&& visit) {
    while (chain != kNone) {
      BookedEndpoint& entry = entries_.at(chain);
      chain = entry.next_of_leg;
      if (entry.listed) unlink(entry);
      visit(entry);
      entries_.give(entry);
    }
  }

  // Calls `visit(BookedEndpoint&)` for each leg that receives there.
  template <typename Visit>
  void visit_at(const Endpoint& endpoint, Visit&& visit) {
    const sipsonde_endpoint_key key = key_of(endpoint);
    for (std::uint32_t i = buckets_[bucket_of(key)]; i != kNone;) {
      BookedEndpoint& entry = entries_.at(i);
      i = entry.next_in_bucket;
      if (same(entry.key, key)) visit(entry);
    }
  }

  std::size_t size() const { return entries_.size(); }

  static sipsonde_endpoint_key key_of(const Endpoint& endpoint);

 private:
  static bool same(const sipsonde_endpoint_key& left, const sipsonde_endpoint_key& right);
  std::size_t bucket_of(const sipsonde_endpoint_key& key) const;
  BookedEndpoint* find_in_chain(std::uint32_t chain, const sipsonde_endpoint_key& key, MediaParty party);
  void link(BookedEndpoint& entry);
  void unlink(BookedEndpoint& entry);

  std::uint64_t seed_;
  std::size_t limit_;
  std::vector<std::uint32_t> buckets_;
  Pool<BookedEndpoint> entries_;
};

}  // namespace sipsonde
