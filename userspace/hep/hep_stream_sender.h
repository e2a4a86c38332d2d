// SPDX-License-Identifier: Apache-2.0
// HEP over a connection: packets back to back, in the clear or in TLS.
#pragma once

#include <memory>
#include <string>

#include "hep/hep_sender.h"

namespace sipsonde {

// What bytes go into.
class HepChannel {
 public:
  virtual ~HepChannel() = default;
  virtual Result<Done> write(std::string_view bytes) = 0;  // all of them, or the channel is broken
  virtual bool ended_by_peer() = 0;
};

using OpenHepChannel = Result<std::unique_ptr<HepChannel>> (*)(const HepOut& where);
Result<std::unique_ptr<HepChannel>> open_tcp_channel(const HepOut& where);
// The certificate must be of the host that is named, and of an authority that this host trusts (or
// SSL_CERT_FILE names).
Result<std::unique_ptr<HepChannel>> open_tls_channel(const HepOut& where);

class HepStreamSender : public HepSender {
 public:
  HepStreamSender(const HepOut& where, OpenHepChannel open) : where_(where), open_(open) {}

  HepSent send(std::span<const HepPiece> pieces) override;
  void disconnect() override { channel_.reset(); }

 private:
  Result<Done> connect();

  const HepOut where_;
  const OpenHepChannel open_;
  std::unique_ptr<HepChannel> channel_;
  std::string bytes_;
};

}  // namespace sipsonde
