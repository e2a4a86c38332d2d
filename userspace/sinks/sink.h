// SPDX-License-Identifier: Apache-2.0
// Where facts go. A sink knows facts and nothing else: no packet, no map, no parser.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "facts/fact.h"

namespace sipsonde {

// What became of lines, rows or spans, where a receiver tells them apart.
struct Receipt {
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;  // for good
  std::uint64_t failed = 0;   // attempts that ended so
};

// Entries of a table that gave way to newer ones before their time.
struct Evictions {
  std::string_view table;  // a literal, value of the `table` label
  std::uint64_t count = 0;
};

// Facts that are stated for who asks for them alone.
struct FactWishes {
  bool messages = false;
  bool rtcp_reports = false;
};

// Called from one thread, its own: SinkQueue stands between a sink and the workers and counts what it drops.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::string_view name() const = 0;  // value of the `sink` label
  // What is to be stated beyond events and records. The same at any time.
  virtual FactWishes wishes() const { return {}; }
  // Whether write() makes something of this fact. What a sink does not take neither fills its queue nor
  // counts as dropped. Called by the workers, so from several threads.
  virtual bool takes(const Fact& /*fact*/) const { return true; }
  // Takes what it understands, ignores the rest. Returns how many lines, rows or spans that made; they are
  // confirmed when the next flush() succeeds. An error refuses the whole batch: it will be offered again.
  virtual Result<std::size_t> write(std::span<const Fact> batch) = 0;
  // What is buffered goes out, or stays buffered and is an error. Called when the queue ran empty, at the
  // end, and again after reopen() when it failed.
  virtual Result<Done> flush() = 0;
  // SIGHUP, or after an error: a file is opened anew, a connection made again.
  virtual Result<Done> reopen() { return Done{}; }

  // ---- for sinks that make batches of their own, or speak with a receiver that does ----

  // The last flush(): nothing is held back any more for a fuller batch.
  virtual Result<Done> flush_all() { return flush(); }
  // Since the last call. nullopt: all that was written is sent when flush() succeeds.
  virtual std::optional<Receipt> take_receipt() { return std::nullopt; }
  // After an error: how long the receiver asks to be left alone. nullopt: it does not say.
  virtual std::optional<std::chrono::milliseconds> pause_asked() const { return std::nullopt; }
  // From any thread: write() and flush() wait for nothing beyond this time.
  virtual void stop_by(std::chrono::steady_clock::time_point /*deadline*/) {}
  // Facts that may wait in its queue. nullopt: limits.queue.
  virtual std::optional<std::size_t> queue_limit() const { return std::nullopt; }
  // From any thread. nullopt: it has no table.
  virtual std::optional<Evictions> evictions() const { return std::nullopt; }
};

}  // namespace sipsonde
