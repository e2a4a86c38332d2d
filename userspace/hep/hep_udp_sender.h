// SPDX-License-Identifier: Apache-2.0
// HEP over UDP: a packet a datagram, many a system call.
#pragma once

#include "base/file_descriptor.h"
#include "hep/hep_sender.h"

namespace sipsonde {

class HepUdpSender : public HepSender {
 public:
  explicit HepUdpSender(const HepOut& where) : where_(where) {}

  HepSent send(std::span<const HepPiece> pieces) override;
  void disconnect() override { socket_.reset(); }

 private:
  const HepOut where_;
  FileDescriptor socket_;
};

}  // namespace sipsonde
