// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_datagrams.h"

#include <cstring>

#include "hep/hep_socket.h"

namespace sipsonde {
namespace {

constexpr int kBatchesAtOnce = 16;  // then whoever asks us to stop is heard

}  // namespace

HepDatagrams::HepDatagrams(FileDescriptor socket, HepSurroundings surroundings)
    : socket_(std::move(socket)),
      surroundings_(std::move(surroundings)),
      bytes_(new char[kBatch * kDatagramMax]) {}

void HepDatagrams::add_to(std::vector<pollfd>& waiting) const {
  waiting.push_back({socket_.get(), POLLIN, 0});
}

std::uint16_t HepDatagrams::port() const {
  return port_of(socket_.get());
}

void HepDatagrams::serve(std::span<const pollfd> ready) {
  if (ready[0].revents == 0) return;
  for (int batch = 0; batch < kBatchesAtOnce; ++batch)
    if (read_batch() < static_cast<int>(kBatch)) return;
}

int HepDatagrams::read_batch() {
  for (std::size_t at = 0; at < kBatch; ++at) {
    Slot& slot = slots_[at];
    slot.bytes = {bytes_.get() + at * kDatagramMax, kDatagramMax};
    headers_[at] = {};
    headers_[at].msg_hdr = {.msg_name = &slot.sender,
                            .msg_namelen = sizeof slot.sender,
                            .msg_iov = &slot.bytes,
                            .msg_iovlen = 1,
                            .msg_control = slot.control.data(),
                            .msg_controllen = slot.control.size(),
                            .msg_flags = 0};
  }
  const int count = recvmmsg(socket_.get(), headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (int at = 0; at < count; ++at) {
    const auto index = static_cast<std::size_t>(at);
    note_dropped(headers_[index].msg_hdr);
    surroundings_.receive({bytes_.get() + index * kDatagramMax, headers_[index].msg_len},
                          address_of(slots_[index].sender));
  }
  return count;
}

// The kernel says with a datagram how many it had to drop since the socket was opened (socket(7),
// SO_RXQ_OVFL).
void HepDatagrams::note_dropped(const msghdr& header) {
  const cmsghdr* control = CMSG_FIRSTHDR(&header);
  if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_RXQ_OVFL) return;
  std::uint32_t dropped = 0;
  std::memcpy(&dropped, CMSG_DATA(control), sizeof dropped);
  if (dropped == dropped_seen_) return;
  surroundings_.counts.count(HepResult::dropped, dropped - dropped_seen_);
  dropped_seen_ = dropped;
  surroundings_.on_loss();
}

}  // namespace sipsonde
