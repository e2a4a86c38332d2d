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
  // Takes what it understands, ignores the rest. Returns how many lines, rows or spans were confirmed; an
  // error refuses the whole batch.
  virtual Result<std::size_t> write(std::span<const Fact> batch) = 0;
  // What is buffered goes out. Called when the queue ran empty, once a second, and at the end.
  virtual Result<Done> flush() = 0;
  // SIGHUP: a file is opened anew.
  virtual Result<Done> reopen() { return Done{}; }
};

}  // namespace sipsonde
