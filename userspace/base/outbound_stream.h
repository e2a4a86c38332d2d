// SPDX-License-Identifier: Apache-2.0
// A connection to a receiver that takes bytes and says nothing back, in the clear or in TLS.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

// Errors say what went wrong and not with whom.
class OutboundStream {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~OutboundStream() = default;
  // All of them by then, or the connection is broken.
  virtual Result<Done> write(std::string_view bytes, Clock::time_point until) = 0;
  // What the receiver says is thrown away; its end is seen. Of one that says more and more only so much is
  // read at a time.
  virtual bool ended_by_peer() = 0;
  // Waits until the receiver's kernel has acknowledged all that was written, and the connection still stands.
  Result<Done> wait_until_acknowledged(Clock::time_point until);

 protected:
  static constexpr int kLooks = 16;
  static constexpr std::size_t kBytesAtALook = 4096;

  virtual int socket() const = 0;
};

Result<std::unique_ptr<OutboundStream>> open_tcp_stream(const std::string& host, std::uint16_t port,
                                                        OutboundStream::Clock::time_point until);

// The certificate must be of the host that is named, and of an authority in `ca_file`, or, where that is
// empty, one that this host trusts (or SSL_CERT_FILE names). `remedy` is added when it is not.
Result<std::unique_ptr<OutboundStream>> open_tls_stream(const std::string& host, std::uint16_t port,
                                                        const std::string& ca_file, const std::string& remedy,
                                                        OutboundStream::Clock::time_point until);

}  // namespace sipsonde
