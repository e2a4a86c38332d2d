// SPDX-License-Identifier: Apache-2.0
// Requests whose answers take a while, and the few threads that find them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sipsonde {

class WaitingRoom {
 public:
  // Threads are there from the first request on. At most `limit` requests wait besides those being answered.
  WaitingRoom(unsigned threads, std::size_t limit) : threads_wanted_(threads), limit_(limit) {}
  ~WaitingRoom() { close(); }
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  // From one thread. False: it is full, or closed.
  bool enter(std::function<void()> job);

  // Those being answered are waited for; the others are let go of, on the thread that calls this.
  void close();

 private:
  void serve();

  const unsigned threads_wanted_;
  const std::size_t limit_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool closed_ = false;
};

}  // namespace sipsonde
