// SPDX-License-Identifier: Apache-2.0
// HEP over a connection: packets back to back, in the clear or in TLS.
#pragma once

#include <memory>
#include <string>

#include "base/outbound_stream.h"
#include "hep/hep_sender.h"

namespace sipsonde {

class HepStreamSender : public HepSender {
 public:
  explicit HepStreamSender(const HepOut& where) : where_(where) {}

  HepSent send(std::span<const HepPiece> pieces) override;
  void disconnect() override { stream_.reset(); }

 private:
  Result<Done> connect(OutboundStream::Clock::time_point until);

  const HepOut where_;
  std::unique_ptr<OutboundStream> stream_;
  std::string bytes_;
};

}  // namespace sipsonde
