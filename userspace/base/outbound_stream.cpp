// SPDX-License-Identifier: Apache-2.0
#include "base/outbound_stream.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/connect.h"
#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

using Clock = OutboundStream::Clock;
using namespace std::chrono_literals;

class TcpStream : public OutboundStream {
 public:
  explicit TcpStream(FileDescriptor socket) : socket_(std::move(socket)) {}

  Result<Done> write(std::string_view bytes, Clock::time_point until) override {
    while (!bytes.empty()) {
      if (!wait_at_most(socket_.get(), until)) return Error{"what is sent is not read"};
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count < 0) return Error{std::strerror(errno)};
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return Done{};
  }

  bool ended_by_peer() override {
    char bytes[kBytesAtALook];
    for (int look = 0; look < kLooks; ++look) {
      const ssize_t count = recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (count == 0 || (count < 0 && errno != EINTR)) return count == 0 || errno != EAGAIN;
    }
    return false;
  }

 protected:
  int socket() const override { return socket_.get(); }

 private:
  const FileDescriptor socket_;
};

}  // namespace

Result<Done> OutboundStream::wait_until_acknowledged(Clock::time_point until) {
  auto rest = 50us;  // the round trip is anybody's guess
  for (int unacknowledged = 1;;) {
    if (ioctl(socket(), SIOCOUTQ, &unacknowledged) != 0) return Error{std::strerror(errno)};
    if (ended_by_peer()) return Error{"the connection ended"};
    if (unacknowledged == 0) return Done{};
    if (Clock::now() >= until) return Error{"what was sent is not acknowledged"};
    std::this_thread::sleep_for(rest);
    rest = std::min(rest * 2, std::chrono::microseconds(20ms));
  }
}

Result<std::unique_ptr<OutboundStream>> open_tcp_stream(const std::string& host, std::uint16_t port,
                                                        Clock::time_point until) {
  auto connected = connect_to(host, port, SOCK_STREAM, until);
  if (!connected) return connected.error();
  return std::unique_ptr<OutboundStream>(std::make_unique<TcpStream>(*std::move(connected)));
}

}  // namespace sipsonde
