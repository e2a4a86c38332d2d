// SPDX-License-Identifier: Apache-2.0
// Where facts go. A sink knows facts and nothing else: no packet, no map, no parser.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "base/result.h"
#include "facts/fact.h"

namespace sipsonde {

// Called from one thread, its own: SinkQueue stands between a sink and the workers and counts what it drops.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::string_view name() const = 0;  // value of the `sink` label
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
};

}  // namespace sipsonde
