// SPDX-License-Identifier: Apache-2.0
// A certificate as seen in a handshake, held against the a=fingerprint of the SDP (RFC 8122 section 5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

// Of RFC 8122 section 5 those that are still in use, the strongest last.
enum class HashFunction : std::uint8_t { sha1, sha224, sha256, sha384, sha512 };
inline constexpr std::size_t kHashFunctions = 5;

struct Digest {
  std::array<std::uint8_t, 64> bytes{};  // zeros behind its end
  friend bool operator==(const Digest&, const Digest&) = default;
};

// By HashFunction.
using CertificateDigests = std::array<Digest, kHashFunctions>;
CertificateDigests digests_of(std::string_view der);

// The values of a=fingerprint that one side has given, as far as they can be compared.
class Fingerprints {
 public:
  static constexpr std::size_t kMax = 8;

  // "sha-256 4A:AD:B9:…", as it stands behind "a=fingerprint:"; both parts in either case. False: not usable
  // (another hash function, another length) or one too many.
  bool add(std::string_view value);

  bool empty() const { return count_ == 0; }

  // Whether a fingerprint of the strongest function that was given is this certificate's; several of that
  // function are alternatives (RFC 8122 section 5). REQUIRES: not empty.
  bool match(const CertificateDigests& certificate) const;

 private:
  struct Fingerprint {
    HashFunction function{};
    Digest digest;
  };
  std::array<Fingerprint, kMax> given_;
  std::size_t count_ = 0;
};

enum class FingerprintCheck : std::uint8_t {
  no_certificate,  // none was shown: a session resumed, a server that did not ask, an early end
  not_given,       // no usable a=fingerprint is known of this side
  matched,
  mismatched,
  unknowable,  // DTLS 1.3 encrypts it, or its parts could not be put together
};
std::string_view label(FingerprintCheck check);

}  // namespace sipsonde
