// SPDX-License-Identifier: Apache-2.0
// HEP over UDP: a packet a datagram, read many at a time.
#pragma once

#include <sys/socket.h>

#include <array>
#include <memory>

#include "base/file_descriptor.h"
#include "hep/hep_source.h"

namespace sipsonde {

class HepDatagrams : public HepSource {
 public:
  HepDatagrams(FileDescriptor socket, HepSurroundings surroundings);

  void add_to(std::vector<pollfd>& waiting) const override;
  void serve(std::span<const pollfd> ready) override;
  std::uint16_t port() const override;

 private:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kDatagramMax = 65536;

  struct Slot {
    sockaddr_storage sender;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> control;
    iovec bytes;
  };

  int read_batch();
  void note_dropped(const msghdr& header);

  const FileDescriptor socket_;
  const HepSurroundings surroundings_;
  std::unique_ptr<char[]> bytes_;
  std::array<Slot, kBatch> slots_{};
  std::array<mmsghdr, kBatch> headers_{};
  std::uint32_t dropped_seen_ = 0;
};

}  // namespace sipsonde
