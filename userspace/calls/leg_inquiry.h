// SPDX-License-Identifier: Apache-2.0
// The open legs of one worker, as somebody on another thread asks for them: the worker answers between two
// looks at its ring, a bounded number of legs at a time, and while nobody asks it spends one relaxed read.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "facts/fact.h"

namespace sipsonde {

struct LegsAsked {
  std::string call_id = {};   // all legs of this call; empty: of any
  std::uint32_t from = 0;     // of any call: where the answer before ended
  std::uint32_t most = 1000;  // legs
};

struct LegsSeen {
  FactList legs;                      // a CallRecord each, as far as the leg has come: without an end
  std::optional<std::uint32_t> next;  // nullopt: that was all
};

class LegInquiry {
 public:
  using Clock = std::chrono::steady_clock;

  // On any thread but the worker's; callers wait for each other. nullopt: no answer until then, or the worker
  // has ended.
  std::optional<LegsSeen> ask(const LegsAsked& asked, Clock::time_point until);

  // ---- on the worker's thread ----
  bool is_waiting() const { return waiting_.load(std::memory_order_relaxed); }
  // What is waiting to be answered; nullopt when whoever asked has given up.
  std::optional<LegsAsked> take();
  void answer(LegsSeen seen);
  // There is nobody to answer any more.
  void close();

 private:
  std::atomic<bool> waiting_{false};
  std::timed_mutex one_at_a_time_;
  std::mutex mutex_;  // of what follows
  std::condition_variable answered_;
  std::optional<LegsAsked> asked_;
  bool taken_ = false;  // and is being answered
  std::optional<LegsSeen> seen_;
  bool closed_ = false;
};

}  // namespace sipsonde
