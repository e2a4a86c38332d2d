// SPDX-License-Identifier: Apache-2.0
// How facts reach one sink: through a queue (live) or at once (replay). Either way it is counted what came of
// them: facts taken = sent + dropped + those still on the way.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "facts/fact.h"

namespace sipsonde {

// Written by the sink's thread and the workers, read on scrape.
struct SinkTally {
  std::atomic<std::uint64_t> sent{0};     // lines, rows or spans confirmed
  std::atomic<std::uint64_t> failed{0};   // attempts
  std::atomic<std::uint64_t> dropped{0};  // facts refused by the queue, or not delivered in the end
};

class Outlet {
 public:
  virtual ~Outlet() = default;
  // A worker hands over what it stated; facts the sink does not take are passed by.
  virtual void offer(const FactBatch& batch) = 0;
  // SIGHUP.
  virtual void request_reopen() = 0;
  // Nothing is taken any more; what is queued is to be delivered by `deadline`. Does not wait; once.
  virtual void close(std::chrono::steady_clock::time_point deadline) = 0;
  // Waits for what close() began. An error when something was not delivered.
  virtual Result<Done> join() = 0;

  virtual std::string_view name() const = 0;
  virtual std::uint64_t depth() const = 0;  // facts queued
  const SinkTally& tally() const { return tally_; }

 protected:
  SinkTally tally_;
};

}  // namespace sipsonde
