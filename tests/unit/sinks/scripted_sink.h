// SPDX-License-Identifier: Apache-2.0
// A sink that does what a test tells it: holds the queue's thread, fails, remembers. Takes events only.
#pragma once

#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "sinks/sink.h"

namespace sipsonde {

// Outlives the sink, which the queue owns.
struct Script {
  std::mutex mutex;
  std::vector<std::string> written;  // Call-IDs
  std::vector<std::string> calls;    // write, flush, reopen in their order
  int failing_writes = 0;
  int failing_flushes = 0;
  int failing_reopens = 0;

  std::promise<void> entered;     // set by the first write
  std::shared_future<void> gate;  // the first write waits for it, if valid
  std::promise<void> reopened;
  bool was_entered = false;
  bool was_reopened = false;
};

class ScriptedSink : public Sink {
 public:
  explicit ScriptedSink(Script& script) : script_(script) {}

  std::string_view name() const override { return "scripted"; }
  bool takes(const Fact& fact) const override { return std::holds_alternative<CallEvent>(fact); }

  Result<std::size_t> write(std::span<const Fact> batch) override {
    std::unique_lock lock(script_.mutex);
    if (!script_.was_entered) {
      script_.was_entered = true;
      script_.entered.set_value();
      lock.unlock();
      if (script_.gate.valid()) script_.gate.wait();
      lock.lock();
    }
    script_.calls.emplace_back("write");
    if (script_.failing_writes != 0) {
      --script_.failing_writes;
      return Error{"write refused"};
    }
    std::size_t events = 0;
    for (const Fact& fact : batch) {
      const auto* event = std::get_if<CallEvent>(&fact);
      if (!event) continue;
      script_.written.emplace_back(event->call_id);
      ++events;
    }
    return events;
  }

  Result<Done> flush() override {
    const std::lock_guard lock(script_.mutex);
    script_.calls.emplace_back("flush");
    if (script_.failing_flushes == 0) return Done{};
    --script_.failing_flushes;
    return Error{"flush refused"};
  }

  Result<Done> reopen() override {
    const std::lock_guard lock(script_.mutex);
    script_.calls.emplace_back("reopen");
    if (script_.failing_reopens != 0) {
      --script_.failing_reopens;
      return Error{"reopen refused"};
    }
    if (!script_.was_reopened) script_.reopened.set_value();
    script_.was_reopened = true;
    return Done{};
  }

 private:
  Script& script_;
};

}  // namespace sipsonde
