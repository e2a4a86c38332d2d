// SPDX-License-Identifier: Apache-2.0
// How a handshake for SRTP keys ended (RFC 5764): label values of sip_dtls_handshake_total.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

enum class DtlsResult : std::uint8_t { ok, fail, timeout, fingerprint_mismatch };
inline constexpr std::string_view kDtlsResults[] = {"ok", "fail", "timeout", "fingerprint-mismatch"};

inline std::string_view label(DtlsResult result) {
  return kDtlsResults[static_cast<std::size_t>(result)];
}

}  // namespace sipsonde
