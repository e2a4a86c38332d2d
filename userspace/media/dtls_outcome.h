// SPDX-License-Identifier: Apache-2.0
// What became of a DTLS-SRTP handshake (RFC 5763, RFC 5764), as somebody saw it who holds no key.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "facts/dtls_result.h"
#include "media/dtls_fingerprint.h"

namespace sipsonde {

struct DtlsOutcome {
  DtlsResult result = DtlsResult::ok;
  unsigned client = 0;                        // the side, 0 or 1, that sent the ClientHello
  std::uint16_t version = 0;                  // kDtls12 …; 0: no ServerHello was seen
  std::optional<std::uint16_t> srtp_profile;  // that the server chose; 1.3 encrypts it
  std::uint16_t offered_profile = 0;          // the client's first; 0: none
  std::optional<bool> resumed;                // nullopt: no ServerHello was seen
  std::optional<std::uint8_t> alert;          // of `fail`, when it could be read
  unsigned repeated = 0;                      // messages that came again
  std::uint64_t first_ns = 0;                 // the first ClientHello
  std::uint64_t ended_ns = 0;                 // the last flight; of a timeout the moment it was given up
  std::optional<std::uint64_t> handshake_ns;  // of a handshake that was completed

  // By side. Certificates are kept as digests, since an SDP may come to be known later.
  struct Shown {
    FingerprintCheck check = FingerprintCheck::no_certificate;
    std::optional<CertificateDigests> certificate;
  };
  Shown shown[2];
};

// Sets the check of each side that showed a certificate. A mismatch is the result, whatever else happened:
// the alert or the silence that follows it is its consequence (RFC 5763 section 5).
void hold_against(DtlsOutcome& outcome, unsigned side, const Fingerprints& given);

}  // namespace sipsonde
