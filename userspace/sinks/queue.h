// SPDX-License-Identifier: Apache-2.0
// Stands between the workers and a sink: bounded, never waited for, with a thread of its own. What does not
// fit is dropped and counted; what a receiver refuses is kept and offered again.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "sinks/error_line.h"
#include "sinks/outlet.h"
#include "sinks/sink.h"

namespace sipsonde {

class SinkQueue : public Outlet {
 public:
  // `capacity` is a number of facts. A batch larger than that is taken when the queue is empty.
  SinkQueue(std::unique_ptr<Sink> sink, std::size_t capacity);
  ~SinkQueue() override;

  // From any thread; never waits, takes no lock. A batch is taken whole or dropped whole.
  void offer(const FactBatch& batch) override;
  void request_reopen() override;
  void close(std::chrono::steady_clock::time_point deadline) override;
  Result<Done> join() override;

  std::string_view name() const override { return sink_->name(); }
  std::uint64_t depth() const override { return depth_.load(std::memory_order_relaxed); }
  std::optional<Evictions> evictions() const override { return sink_->evictions(); }

 private:
  // A chain, newest first: a push is one compare-and-exchange, and the sink's thread takes the whole chain.
  struct Node {
    FactBatch batch;
    std::size_t facts;  // that the sink takes
    Node* older;
  };

  bool claim(std::size_t facts);

  // The sink's thread.
  void run();
  std::vector<std::unique_ptr<Node>> take_all();
  void deliver(const Node& node);
  void flush(bool last);
  bool insist(const std::function<Result<Done>()>& attempt);
  void rest();
  void pause(std::chrono::steady_clock::duration length);
  std::chrono::steady_clock::duration jittered(std::chrono::steady_clock::duration length);

  std::unique_ptr<Sink> sink_;
  const std::size_t capacity_;
  std::atomic<std::uint64_t> depth_{0};
  std::atomic<Node*> newest_{nullptr};
  std::atomic<bool> reopen_requested_{false};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> closing_{false};                // changed under mutex_
  std::chrono::steady_clock::time_point deadline_;  // written before closing_, read after it

  std::uint64_t unconfirmed_ = 0;  // written since the last flush
  std::uint64_t undelivered_ = 0;  // when the deadline had passed
  ErrorLine error_line_;
  std::minstd_rand random_{std::random_device{}()};
  std::thread thread_;  // last: runs on all of the above
};

}  // namespace sipsonde
