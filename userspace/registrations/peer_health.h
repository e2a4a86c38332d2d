// SPDX-License-Identifier: Apache-2.0
// Whether the peers of a trunk answer OPTIONS (RFC 3261 section 11, as a heartbeat): the last one decides.
// Shared by all workers without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace sipsonde {

class PeerHealth {
 public:
  explicit PeerHealth(std::size_t trunks) : trunks_(trunks) {}

  // An OPTIONS sent to a peer of this trunk at `request_ns` was answered, or timer F has run out for it. One
  // that is told late, as a timeout is, does not undo what a later one has shown.
  void observe(std::size_t trunk, std::uint64_t request_ns, bool answered) {
    if (trunk >= trunks_.size()) return;
    const std::uint64_t told = request_ns << 1 | (answered ? 1 : 0);
    std::uint64_t known = trunks_[trunk].load(std::memory_order_relaxed);
    while (told >> 1 >= known >> 1 &&
           !trunks_[trunk].compare_exchange_weak(known, told, std::memory_order_relaxed)) {
    }
  }

  // Nullopt as long as no OPTIONS to it has come to an end.
  std::optional<bool> up(std::size_t trunk) const {
    const std::uint64_t known = trunks_[trunk].load(std::memory_order_relaxed);
    return known ? std::optional<bool>(known & 1) : std::nullopt;
  }

 private:
  std::vector<std::atomic<std::uint64_t>> trunks_;  // time of the request in 63 bits, then 1: answered
};

}  // namespace sipsonde
