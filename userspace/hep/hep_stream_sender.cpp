// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_stream_sender.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"
#include "hep/hep_connect.h"
#include "hep/hep_udp_sender.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBytesAtOnce = 64 << 10;

class TcpChannel : public HepChannel {
 public:
  TcpChannel(FileDescriptor socket, const HepOut& where)
      : socket_(std::move(socket)), to_(hep_endpoint_text(where.host, where.port)) {}

  Result<Done> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0)
        return Error{"send HEP to " + to_ + ": " +
                     (errno == EAGAIN ? "nothing was read for 5 s" : std::strerror(errno))};
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return Done{};
  }

  // A receiver says nothing: what can be read is the end.
  bool ended_by_peer() override {
    char byte;
    const ssize_t count = recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  }

 private:
  const FileDescriptor socket_;
  const std::string to_;
};

}  // namespace

Result<std::unique_ptr<HepChannel>> open_tcp_channel(const HepOut& where) {
  auto connected = connect_for_hep(where.host, where.port, SOCK_STREAM);
  if (!connected) return connected.error();
  return std::unique_ptr<HepChannel>(std::make_unique<TcpChannel>(*std::move(connected), where));
}

Result<Done> HepStreamSender::connect() {
  if (channel_ && channel_->ended_by_peer()) channel_.reset();
  if (channel_) return Done{};
  auto opened = open_(where_);
  if (!opened) return opened.error();
  channel_ = *std::move(opened);
  return Done{};
}

// Packets are counted as taken when a write of whole ones succeeded: after a break none is continued in its
// middle.
HepSent HepStreamSender::send(std::span<const HepPiece> pieces) {
  HepSent sent;
  if (auto connected = connect(); !connected) return {0, connected.error()};
  while (sent.packets < pieces.size()) {
    bytes_.clear();
    std::size_t next = sent.packets;
    while (next < pieces.size() && (bytes_.empty() || bytes_.size() + pieces[next].size() <= kBytesAtOnce)) {
      bytes_.append(pieces[next].head).append(pieces[next].payload);
      ++next;
    }
    if (auto written = channel_->write(bytes_); !written) {
      disconnect();
      sent.error = written.error();
      return sent;
    }
    sent.packets = next;
  }
  return sent;
}

std::unique_ptr<HepSender> make_hep_sender(const HepOut& where) {
  switch (where.transport) {
    case HepOut::Transport::udp:
      return std::make_unique<HepUdpSender>(where);
    case HepOut::Transport::tcp:
      return std::make_unique<HepStreamSender>(where, open_tcp_channel);
    case HepOut::Transport::tls:
      break;
  }
  return std::make_unique<HepStreamSender>(where, open_tls_channel);
}

}  // namespace sipsonde
