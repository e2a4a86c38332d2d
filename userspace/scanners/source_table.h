// SPDX-License-Identifier: Apache-2.0
// Those who ask, one entry for each address (IPv6: for each /64, which is what one host is given, RFC 7421),
// in memory of a fixed size. Four places for each value of the hash; when all four are taken the one that was
// silent longest gives way. Safe to use from all workers: a lock for every few places, held for a moment.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/endpoint.h"
#include "facts/scanner_kind.h"
#include "scanners/distinct.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// Whom a source has asked for, and what became of it. `fine` is of those who let it in or were reached; it is
// kept for one more window, since a challenge is given up half a minute after it was sent.
struct Targets {
  Distinct asked;
  Distinct turned_away;
  Distinct fine;
  Distinct fine_before;
};

// A text of limited size, kept where it is. What does not fit is cut off.
template <std::size_t kSize>
class ShortText {
 public:
  static constexpr std::size_t kCapacity = kSize;

  void keep(std::string_view text) {
    size_ = static_cast<std::uint8_t>(std::min(text.size(), kSize));
    if (size_ > 0) std::memcpy(bytes_, text.data(), size_);
  }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  static_assert(kSize < 256);
  std::uint8_t size_ = 0;
  char bytes_[kSize];
};

// The latest request of a source, as far as an event about it needs that.
struct LatestRequest {
  Endpoint source;
  Endpoint destination;
  sipsonde_method method = SIPSONDE_METHOD_other;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  ShortText<128> call_id;  // empty when it is longer: a part of it names another call
  ShortText<64> user_agent;
};

struct Source {
  std::uint64_t key = 0;  // 0: the place is free
  std::uint64_t window_start_ns = 0;
  std::uint64_t last_seen_ns = 0;
  std::uint64_t registrar_until_ns = 0;  // it accepts registrations
  std::uint32_t tool_requests = 0;       // with the name of a tool, since the last that was told
  std::uint8_t told = 0;                 // kinds of this window, a bit each
  bool is_scanner = false;               // found in this window or in the one before
  std::array<Targets, 3> targets;        // by ScannerKind, user_agent having none
  LatestRequest latest;

  Targets& of(ScannerKind kind) { return targets[static_cast<std::size_t>(kind) - 1]; }
};

class SourceTable {
 public:
  SourceTable(std::uint64_t window_ns, std::uint64_t seed);

  // Never 0.
  std::uint64_t key_of(const Address& address) const;

  // Calls `use(source)` with the entry of that key, its window being the one of `time_ns`; makes one if need
  // be.
  template <typename Use>
  void with(std::uint64_t key, std::uint64_t time_ns, Use&& use) {
    const std::lock_guard lock(lock_of(key));
    use(take(key, time_ns));
  }
  // The same of an entry that is there; without one nothing happens.
  template <typename Use>
  void with_known(std::uint64_t key, std::uint64_t time_ns, Use&& use) {
    const std::lock_guard lock(lock_of(key));
    if (Source* const source = find(key)) use(in_its_window(*source, time_ns));
  }

  // Entries that gave way before their window was over.
  std::uint64_t evicted() const { return evicted_.load(std::memory_order_relaxed); }

  static constexpr std::size_t kSources = 2048;

 private:
  static constexpr std::size_t kPlaces = 4;
  static constexpr std::size_t kSets = kSources / kPlaces;
  static constexpr std::size_t kLocks = 64;

  static std::size_t set_of(std::uint64_t key) { return key % kSets; }
  std::mutex& lock_of(std::uint64_t key) { return locks_[set_of(key) % kLocks]; }
  Source* find(std::uint64_t key);
  Source& take(std::uint64_t key, std::uint64_t time_ns);
  Source& in_its_window(Source& source, std::uint64_t time_ns) const;
  bool gives_way_before(const Source& one, const Source& other) const;

  const std::uint64_t window_ns_;
  const std::uint64_t seed_;
  std::unique_ptr<Source[]> sources_ = std::make_unique<Source[]>(kSources);
  std::array<std::mutex, kLocks> locks_;
  std::atomic<std::uint64_t> evicted_{0};
};

}  // namespace sipsonde
