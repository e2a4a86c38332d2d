// SPDX-License-Identifier: Apache-2.0
#include "base/connect.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

// 0, or the error number.
int connect_patiently(int socket, const addrinfo& address, Clock::time_point until) {
  if (connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{socket, POLLOUT, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  if (poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) <= 0) return ETIMEDOUT;
  int failure = 0;
  socklen_t length = sizeof failure;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length);
  return failure;
}

}  // namespace

Result<FileDescriptor> connect_to(const std::string& host, std::uint16_t port, int kind,
                                  Clock::time_point until) {
  addrinfo wanted{};
  wanted.ai_socktype = kind;
  addrinfo* found = nullptr;
  if (const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
      failure != 0)
    return Error{gai_strerror(failure)};
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int failure = 0;
  for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
    FileDescriptor opened{socket(address->ai_family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    failure = opened ? connect_patiently(opened.get(), *address, until) : errno;
    if (failure != 0) continue;
    const int flags = fcntl(opened.get(), F_GETFL);
    fcntl(opened.get(), F_SETFL, flags & ~O_NONBLOCK);
    return opened;
  }
  return Error{std::strerror(failure)};
}

bool wait_at_most(int socket, Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - Clock::now()).count();
  if (left <= 0) return false;  // to the kernel zero would be for ever
  const timeval patience{left / 1'000'000, left % 1'000'000};
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return true;
}

bool stop_blocking(int socket) {
  const int flags = fcntl(socket, F_GETFL);
  return flags >= 0 && fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool wait_for(int socket, short events, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{socket, events, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::string endpoint_text(const std::string& host, std::uint16_t port) {
  const bool bracketed = host.find(':') != host.npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace sipsonde
