// SPDX-License-Identifier: Apache-2.0
// The thread that brings the rows of the local store to one receiver: in order, at least once, whatever
// becomes of either.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "cdr/courier.h"
#include "cdr/receiver.h"
#include "sinks/outlet.h"

namespace sipsonde {

// An outlet that takes nothing of what it is offered: it reads what the store's sink has committed, with a
// cursor of its own beside the store, which moves when the receiver confirms. What cannot be delivered now
// waits in the store, over restarts too, for as long as its files are kept.
class CdrDelivery : public Outlet {
 public:
  // Before the store's writer commits for the first time: a receiver without a cursor gets what is written
  // from now on. Exit code 2 when the directory or the cursor cannot be used.
  static Result<std::unique_ptr<CdrDelivery>> open(const std::string& store,
                                                   std::unique_ptr<CdrReceiver> receiver);
  ~CdrDelivery() override;

  void offer(const FactBatch& /*batch*/) override {}
  void request_reopen() override;
  // When the store's sink has committed its last: that is delivered, too. A receiver that is away gets one
  // more try, and one that goes away now is tried until the deadline.
  void close(std::chrono::steady_clock::time_point deadline) override;
  // Never an error: what was not delivered is not lost.
  Result<Done> join() override;
  bool reads_store() const override { return true; }

  std::string_view name() const override { return receiver_->name(); }
  std::uint64_t depth() const override { return courier_.rows_waiting(); }
  std::optional<Evictions> evictions() const override { return std::nullopt; }

 private:
  CdrDelivery(const std::string& store, std::unique_ptr<CdrReceiver> receiver, CursorFile cursor);

  void run();
  bool is_last(const Courier::Step& step, bool was_away) const;
  void rest(std::chrono::milliseconds length);

  std::unique_ptr<CdrReceiver> receiver_;
  Courier courier_;  // the thread's, but for rows_waiting()
  std::atomic<bool> reopen_requested_{false};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> closing_{false};                // changed under mutex_
  std::chrono::steady_clock::time_point deadline_;  // written before closing_, read after it
  std::thread thread_;                              // last: runs on all of the above
};

}  // namespace sipsonde
