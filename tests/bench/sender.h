// SPDX-License-Identifier: Apache-2.0
// Datagrams from any address to any other, many in a system call (IP_TRANSPARENT, needs root): the route must
// lead to whoever watches.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde::bench {

class Sender {
 public:
  // Addresses as 10.0.0.1:5060.
  static Result<Sender> open(const std::string& own, const std::string& other);

  // Where the next datagram is written to; end_datagram() follows.
  std::string& bytes() { return bytes_; }
  void end_datagram() { ends_.push_back(bytes_.size()); }

  // Sends what was added; returns how many datagrams the kernel took.
  std::uint64_t flush();

 private:
  explicit Sender(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<iovec> parts_;
  std::vector<mmsghdr> headers_;
};

// Of this process, user and system.
double cpu_seconds();

}  // namespace sipsonde::bench
