// SPDX-License-Identifier: Apache-2.0
// A receiver on the loopback address that reads requests and answers 200 with nothing in it, on a thread of
// its own, one connection at a time. Its CPU time is not that of who sends.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace sipsonde {

class HttpDrain {
 public:
  HttpDrain();  // ok() tells whether it listens
  ~HttpDrain();
  HttpDrain(const HttpDrain&) = delete;
  HttpDrain& operator=(const HttpDrain&) = delete;

  bool ok() const { return listener_ >= 0; }
  std::string url() const;
  std::uint64_t bytes() const { return bytes_.load(); }  // of bodies

 private:
  void serve();
  bool answer_one(int connection, std::string& read);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<int> connection_{-1};
  std::thread thread_;
};

}  // namespace sipsonde
