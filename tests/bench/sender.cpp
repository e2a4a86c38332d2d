// SPDX-License-Identifier: Apache-2.0
#include "sender.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sipsonde::bench {
namespace {

Result<sockaddr_in> address_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  int port = 0;
  if (colon != std::string::npos) port = std::atoi(text.c_str() + colon + 1);
  if (port < 1 || port > 65535 || inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
    return Error{"read address \"" + text + "\": give it as 10.0.0.1:5060", 2};
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

}  // namespace

Result<Sender> Sender::open(const std::string& own, const std::string& other) {
  const auto from = address_of(own), to = address_of(other);
  if (!from) return from.error();
  if (!to) return to.error();
  FileDescriptor file{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const int on = 1, buffer = 8 << 20;
  setsockopt(file.get(), SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
  setsockopt(file.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (setsockopt(file.get(), IPPROTO_IP, IP_TRANSPARENT, &on, sizeof on) ||
      bind(file.get(), reinterpret_cast<const sockaddr*>(&*from), sizeof *from) ||
      connect(file.get(), reinterpret_cast<const sockaddr*>(&*to), sizeof *to))
    return Error{"send from " + own + " to " + other + ": " + std::strerror(errno) + "; is there a route?"};
  return Sender(std::move(file));
}

std::uint64_t Sender::flush() {
  std::vector<iovec>& parts = parts_;
  parts.clear();
  for (std::size_t i = 0, begin = 0; i < ends_.size(); begin = ends_[i++])
    parts.push_back({bytes_.data() + begin, ends_[i] - begin});
  headers_.assign(parts.size(), mmsghdr{});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    headers_[i].msg_hdr.msg_iov = &parts[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
  std::uint64_t sent = 0;
  while (sent < headers_.size()) {
    const int taken =
        sendmmsg(file_.get(), &headers_[sent], static_cast<unsigned>(headers_.size() - sent), 0);
    if (taken > 0) {
      sent += static_cast<std::uint64_t>(taken);
    } else if (errno != EINTR && errno != ENOBUFS) {
      break;
    }
  }
  bytes_.clear();
  ends_.clear();
  return sent;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace sipsonde::bench
