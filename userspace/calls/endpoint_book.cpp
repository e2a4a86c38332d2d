// SPDX-License-Identifier: Apache-2.0
#include "calls/endpoint_book.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/hash.h"

namespace sipsonde {

EndpointBook::EndpointBook(std::size_t limit, std::uint64_t seed)
    : seed_(seed), limit_(limit), buckets_(std::bit_ceil(std::max<std::size_t>(limit, 16)), kNone) {}

sipsonde_endpoint_key EndpointBook::key_of(const Endpoint& endpoint) {
  sipsonde_endpoint_key key{};
  static_assert(sizeof key.address == sizeof endpoint.address);
  std::memcpy(key.address, endpoint.address.data(), sizeof key.address);
  key.port = endpoint.port;
  return key;
}

bool EndpointBook::same(const sipsonde_endpoint_key& left, const sipsonde_endpoint_key& right) {
  return left.port == right.port && std::memcmp(left.address, right.address, sizeof left.address) == 0;
}

std::size_t EndpointBook::bucket_of(const sipsonde_endpoint_key& key) const {
  std::uint64_t words[2];
  std::memcpy(words, key.address, sizeof words);
  const std::uint64_t hash =
      multiply_and_fold(words[1] ^ seed_, multiply_and_fold(words[0] ^ seed_, seed_ | 1) ^ key.port);
  return hash & (buckets_.size() - 1);
}

Booking EndpointBook::add(const sipsonde_endpoint_key& key, Handle media, MediaParty party,
                          std::uint32_t& chain) {
  std::size_t found = 0;
  BookedEndpoint* earliest = nullptr;
  for (std::uint32_t i = buckets_[bucket_of(key)]; i != kNone; i = entries_.at(i).next_in_bucket) {
    BookedEndpoint& entry = entries_.at(i);
    if (!same(entry.key, key)) continue;
    if (entry.media.index == media.index && entry.party == party) return Booking::known;
    earliest = &entry;
    ++found;
  }
  BookedEndpoint* entry = find_in_chain(chain, key, party);
  if (!entry && entries_.size() >= limit_) return Booking::refused;
  if (found >= kFoundAtAnAddress) unlink(*earliest);
  if (!entry) {
    entry = &entries_.take();
    entry->key = key;
    entry->media = media;
    entry->party = party;
    entry->next_of_leg = std::exchange(chain, entry->self.index);
  }
  link(*entry);
  return Booking::added;
}

BookedEndpoint* EndpointBook::find_in_chain(std::uint32_t chain, const sipsonde_endpoint_key& key,
                                            MediaParty party) {
  for (std::uint32_t i = chain; i != kNone; i = entries_.at(i).next_of_leg)
    if (BookedEndpoint& entry = entries_.at(i); same(entry.key, key) && entry.party == party) return &entry;
  return nullptr;
}

void EndpointBook::link(BookedEndpoint& entry) {
  std::uint32_t& bucket = buckets_[bucket_of(entry.key)];
  entry.next_in_bucket = std::exchange(bucket, entry.self.index);
  entry.listed = true;
}

void EndpointBook::unlink(BookedEndpoint& entry) {
  std::uint32_t* link = &buckets_[bucket_of(entry.key)];
  while (*link != entry.self.index) link = &entries_.at(*link).next_in_bucket;
  *link = entry.next_in_bucket;
  entry.listed = false;
}

}  // namespace sipsonde
