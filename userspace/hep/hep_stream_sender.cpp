// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_stream_sender.h"

#include "base/connect.h"
#include "hep/hep_udp_sender.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBytesAtOnce = 64 << 10;

Error not_sent(const HepOut& where, const Error& why) {
  return in_context("send HEP to " + endpoint_text(where.host, where.port), why);
}

}  // namespace

Result<Done> HepStreamSender::connect(OutboundStream::Clock::time_point until) {
  if (stream_ && stream_->ended_by_peer()) stream_.reset();
  if (stream_) return Done{};
  auto opened = where_.transport == HepOut::Transport::tls
                    ? open_tls_stream(where_.host, where_.port, "",
                                      "; name its authority's file in SSL_CERT_FILE", until)
                    : open_tcp_stream(where_.host, where_.port, until);
  if (!opened) return not_sent(where_, opened.error());
  stream_ = *std::move(opened);
  return Done{};
}

// Packets are counted as taken when a write of whole ones succeeded: after a break none is continued in its
// middle.
HepSent HepStreamSender::send(std::span<const HepPiece> pieces) {
  HepSent sent;
  if (auto connected = connect(deadline()); !connected) return {0, connected.error()};
  while (sent.packets < pieces.size()) {
    bytes_.clear();
    std::size_t next = sent.packets;
    while (next < pieces.size() && (bytes_.empty() || bytes_.size() + pieces[next].size() <= kBytesAtOnce)) {
      bytes_.append(pieces[next].head).append(pieces[next].payload);
      ++next;
    }
    if (auto written = stream_->write(bytes_, deadline()); !written) {
      disconnect();
      sent.error = not_sent(where_, written.error());
      return sent;
    }
    sent.packets = next;
  }
  return sent;
}

std::unique_ptr<HepSender> make_hep_sender(const HepOut& where) {
  if (where.transport == HepOut::Transport::udp) return std::make_unique<HepUdpSender>(where);
  return std::make_unique<HepStreamSender>(where);
}

}  // namespace sipsonde
