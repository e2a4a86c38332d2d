// SPDX-License-Identifier: Apache-2.0
#include "api/waiting_room.h"

#include <utility>

namespace sipsonde {

bool WaitingRoom::enter(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || waiting_.size() >= limit_) return false;
    waiting_.push_back(std::move(job));
  }
  while (threads_.size() < threads_wanted_) threads_.emplace_back([this] { serve(); });
  changed_.notify_one();
  return true;
}

void WaitingRoom::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    const std::function<void()> job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

void WaitingRoom::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  waiting_.clear();
}

}  // namespace sipsonde
