// SPDX-License-Identifier: Apache-2.0
// How long registrars took to accept (RFC 6076 section 4.1, registration request delay). Shared by all
// workers without a lock.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "sipsonde/state.h"

namespace sipsonde {

class RegistrationDelay {
 public:
  static constexpr std::array<std::uint64_t, SIPSONDE_LATENCY_EDGE_COUNT> kEdgesNs = {
#define X(milliseconds) milliseconds *std::uint64_t{1'000'000},
      SIPSONDE_LATENCY_EDGES_MS(X)
#undef X
  };
  using Counter = std::atomic<std::uint64_t>;

  // The time between a REGISTER, its first copy, and the 200 to it.
  void observe(std::uint64_t delay_ns) {
    const auto edge = std::ranges::lower_bound(kEdgesNs, delay_ns);
    buckets_[static_cast<std::size_t>(edge - kEdgesNs.begin())].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(delay_ns, std::memory_order_relaxed);
  }

  // Not cumulative; the last is above all edges.
  const std::array<Counter, kEdgesNs.size() + 1>& buckets() const {
    return buckets_;
  }
  std::uint64_t sum_ns() const {
    return sum_ns_.load(std::memory_order_relaxed);
  }

 private:
  std::array<Counter, kEdgesNs.size() + 1> buckets_{};
  Counter sum_ns_{0};
};

}  // namespace sipsonde
