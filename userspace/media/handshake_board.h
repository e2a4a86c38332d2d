// SPDX-License-Identifier: Apache-2.0
// Handshakes whose call is another worker's. The kernel sends all datagrams between two endpoints to one
// worker, since a handshake may begin before the SDP that names them was read; whoever has the leg takes the
// outcome from here. Handshakes are few: one lock is enough.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "media/dtls_watch.h"

namespace sipsonde {

class HandshakeBoard {
 public:
  // Returns its number; the oldest gives way when there are too many.
  std::uint64_t post(const DtlsReport& report) {
    const std::lock_guard lock(mutex_);
    if (posted_.size() == kMost) posted_.pop_front();
    const std::uint64_t number = newest_.load(std::memory_order_relaxed) + 1;
    posted_.push_back({number, report, false});
    newest_.store(number, std::memory_order_release);
    return number;
  }

  // Of the last that was posted; 0: none was.
  std::uint64_t newest() const { return newest_.load(std::memory_order_acquire); }

  // Offers those after `seen` that nobody has taken to `take(report)`, which says whether it is its own.
  template <typename Take>
  void offer(std::uint64_t seen, Take&& take) {
    const std::lock_guard lock(mutex_);
    for (Posted& posted : posted_)
      if (posted.number > seen && !posted.taken) posted.taken = take(posted.report);
  }

  // The poster asks once: whether somebody took it. It is not offered any more.
  bool withdraw(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    for (Posted& posted : posted_) {
      if (posted.number != number) continue;
      const bool was_taken = posted.taken;
      posted.taken = true;
      return was_taken;
    }
    return false;
  }

 private:
  static constexpr std::size_t kMost = 1024;
  struct Posted {
    std::uint64_t number;
    DtlsReport report;
    bool taken;
  };

  std::mutex mutex_;
  std::deque<Posted> posted_;
  std::atomic<std::uint64_t> newest_{0};
};

}  // namespace sipsonde
