// SPDX-License-Identifier: Apache-2.0
// All DTLS associations that a worker sees, by the pair of endpoints between which they run. Bounded; time is
// the datagrams' own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/endpoint.h"
#include "media/dtls_outcome.h"

namespace sipsonde {

struct DtlsReport {
  Endpoint client;
  Endpoint server;
  DtlsOutcome outcome;  // shown[0] is the client's, shown[1] the server's; client is 0
};

struct DtlsLimits {
  std::size_t associations = 4096;
  std::size_t reassembly_bytes = 4 << 20;
};

class DtlsWatch {
 public:
  // What the SDP says of who receives at that endpoint; asked once for each side that showed a certificate.
  using FingerprintsOf = std::function<void(const Endpoint&, Fingerprints&)>;
  // Once for each association. Must not enter the watch.
  using OnReport = std::function<void(const DtlsReport&)>;

  DtlsWatch(const DtlsLimits& limits, FingerprintsOf fingerprints_of, OnReport on_report);
  ~DtlsWatch();

  // Calls advance(time_ns). Where nothing runs yet only a datagram with a ClientHello makes an entry.
  void observe(const Endpoint& source, const Endpoint& destination, std::uint64_t time_ns,
               std::string_view datagram);

  // States timeouts (DtlsHandshake::kLimitNs) and forgets what ended long ago. A handshake that is over is
  // remembered for 240 s, so that a late repetition is no new association: RFC 6347 section 4.2.4 keeps the
  // last flight for twice the lifetime of a segment.
  void advance(std::uint64_t now_ns);

  std::size_t size() const;
  // Running associations that gave way to newer ones, without an outcome. Those that are over go first.
  std::uint64_t evicted() const;
  // Handshake messages that could not be put together.
  std::uint64_t given_up() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sipsonde
