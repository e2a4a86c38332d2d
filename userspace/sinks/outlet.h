// SPDX-License-Identifier: Apache-2.0
// How facts reach one sink: through a queue (live) or at once (replay). Either way it is counted what came of
// them: facts taken = sent + dropped + those still on the way.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "facts/fact.h"
#include "sinks/sink.h"

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
  // Waits for what close() began. An error when something was not delivered. Again says the same.
  virtual Result<Done> join() = 0;
  // Whether it delivers what the store's sink has committed: then it is closed when that sink has ended.
  virtual bool reads_store() const { return false; }

  virtual std::string_view name() const = 0;
  virtual std::uint64_t depth() const = 0;                 // facts queued
  virtual std::optional<Evictions> evictions() const = 0;  // of the sink
  const SinkTally& tally() const { return tally_; }

 protected:
  // What the sink knows better than that all is sent which flush() let go. False when it does not; else taken
  // off `unconfirmed`.
  bool settle(Sink& sink, std::uint64_t& unconfirmed) {
    const auto receipt = sink.take_receipt();
    if (!receipt) return false;
    tally_.sent.fetch_add(receipt->sent, std::memory_order_relaxed);
    tally_.dropped.fetch_add(receipt->refused, std::memory_order_relaxed);
    tally_.failed.fetch_add(receipt->failed, std::memory_order_relaxed);
    unconfirmed -= std::min(unconfirmed, receipt->sent + receipt->refused);
    return true;
  }

  SinkTally tally_;
};

}  // namespace sipsonde
