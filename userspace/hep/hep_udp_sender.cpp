// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_udp_sender.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/connect.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBatch = 64;

// What sendmmsg() takes, for a part of the pieces.
class Datagrams {
 public:
  explicit Datagrams(std::span<const HepPiece> pieces) : count_(std::min(pieces.size(), kBatch)) {
    for (std::size_t at = 0; at < count_; ++at) {
      parts_[at] = {iovec{const_cast<char*>(pieces[at].head.data()), pieces[at].head.size()},
                    iovec{const_cast<char*>(pieces[at].payload.data()), pieces[at].payload.size()}};
      headers_[at].msg_hdr.msg_iov = parts_[at].data();
      headers_[at].msg_hdr.msg_iovlen = parts_[at].size();
    }
  }
  int send(int socket) {
    return sendmmsg(socket, headers_.data(), static_cast<unsigned>(count_), MSG_NOSIGNAL);
  }

 private:
  std::size_t count_;
  std::array<std::array<iovec, 2>, kBatch> parts_;
  std::array<mmsghdr, kBatch> headers_{};
};

}  // namespace

// ICMP says with the next datagram that nobody listens: then the one that it was about is lost, the others
// wait.
HepSent HepUdpSender::send(std::span<const HepPiece> pieces) {
  HepSent sent;
  if (!socket_) {
    const auto until = deadline();
    auto connected = connect_to(where_.host, where_.port, SOCK_DGRAM, until);
    if (!connected)
      return {0, in_context("send HEP to " + endpoint_text(where_.host, where_.port), connected.error())};
    wait_at_most(connected->get(), until);
    socket_ = *std::move(connected);
  }
  while (sent.packets < pieces.size()) {
    const int count = Datagrams(pieces.subspan(sent.packets)).send(socket_.get());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EMSGSIZE) {  // larger than a datagram can be: none of it can arrive
      ++sent.packets;
      continue;
    }
    if (count < 0) {
      sent.error =
          Error{"send HEP to " + endpoint_text(where_.host, where_.port) + ": " + std::strerror(errno)};
      disconnect();
      return sent;
    }
    sent.packets += static_cast<std::size_t>(count);
  }
  return sent;
}

}  // namespace sipsonde
