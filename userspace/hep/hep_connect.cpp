// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_connect.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace sipsonde {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

// 0, or the error number. A connection is waited for kHepPatience.
int connect_patiently(int socket, const addrinfo& address) {
  if (connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{socket, POLLOUT, 0};
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kHepPatience);
  if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return ETIMEDOUT;
  int failure = 0;
  socklen_t length = sizeof failure;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length);
  return failure;
}

void wait_no_longer_than_patience(int socket) {
  const timeval patience{kHepPatience.count(), 0};
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

}  // namespace

Result<FileDescriptor> connect_for_hep(const std::string& host, std::uint16_t port, int kind) {
  const std::string what = "send HEP to " + hep_endpoint_text(host, port) + ": ";
  addrinfo wanted{};
  wanted.ai_socktype = kind;
  addrinfo* found = nullptr;
  if (const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
      failure != 0)
    return Error{what + gai_strerror(failure) + "; check hep.endpoint"};
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int failure = 0;
  for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
    FileDescriptor opened{socket(address->ai_family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    failure = opened ? connect_patiently(opened.get(), *address) : errno;
    if (failure != 0) continue;
    const int flags = fcntl(opened.get(), F_GETFL);
    fcntl(opened.get(), F_SETFL, flags & ~O_NONBLOCK);
    wait_no_longer_than_patience(opened.get());
    return opened;
  }
  return Error{what + std::strerror(failure)};
}

std::string hep_endpoint_text(const std::string& host, std::uint16_t port) {
  const bool bracketed = host.find(':') != host.npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace sipsonde
