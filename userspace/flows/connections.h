// SPDX-License-Identifier: Apache-2.0
// The connections in memory: found by their key, in lists by what they are worth, and counted in bytes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "flows/connection.h"

namespace sipsonde {

class Connections {
 public:
  Connections();

  Connection* find(const ConnectionKey& key);
  // REQUIRES: there is none with this key.
  Connection& open(const ConnectionKey& key, std::uint64_t now_ns);
  void erase(Connection& connection);

  // To the end of the list of its standing. One that is closing stays where it is.
  void touch(Connection& connection, std::uint64_t now_ns);
  void move(Connection& connection, Standing standing, std::uint64_t now_ns);

  // The one that was touched longest ago, or moved there; nullptr when there is none.
  Connection* oldest(Standing standing);
  // What gives way first: what is over, then what was not proven to be SIP. nullptr when there is none.
  Connection* least();

  // Counts anew what the stream holds, and what one that goes held.
  void charge(Stream& stream);
  void discharge(Stream& stream);

  // Read by other threads, too.
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  std::uint64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }

 private:
  using List = std::list<Connection>;

  // Seeded, so that a sender cannot choose its bucket.
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const ConnectionKey& key) const { return hash_of(key, seed); }
  };

  // Of a connection: its entry in the list and in the index, with the allocator's share.
  static constexpr std::size_t kConnectionBytes = sizeof(Connection) + sizeof(ConnectionKey) + 96;

  List& list(Standing standing) { return lists_[static_cast<std::size_t>(standing)]; }
  void add_bytes(std::uint64_t more, std::uint64_t less);

  std::array<List, 3> lists_;  // by Standing, the oldest first
  std::unordered_map<ConnectionKey, Connection*, Hash> index_;
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> used_bytes_{0};
};

}  // namespace sipsonde
