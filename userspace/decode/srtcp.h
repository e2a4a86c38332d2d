// SPDX-License-Identifier: Apache-2.0
// What a stranger can read of SRTCP (RFC 3711 section 3.4): the type of the first packet and who sent it. The
// rest is encrypted as a rule; what the far end heard is then unknowable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipsonde {

struct SrtcpGlance {
  std::uint8_t first_type = 0;
  std::uint32_t sender_ssrc = 0;
  // Authenticated but not encrypted (E is 0): the packets without index and tag, for walk_rtcp. Empty:
  // unknowable.
  std::string_view readable;
};

// REQUIRES: the media line says SAVP or SAVPF. nullopt: no SRTCP either. Trailers are taken to have no MKI
// (RFC 3711 section 3.1: optional); with one, packets that are not encrypted count as unknowable too.
std::optional<SrtcpGlance> decode_srtcp(std::string_view datagram);

// Without an SDP: whether this is more likely SRTCP than RTCP that is broken. Its index counts reports from
// the start of the session (section 3.2.3), so for days its word begins with E and fifteen zeros; it stands
// before a tag of 80 bits (sections 3.4, 5.2), or at the very end (RFC 7714 section 17).
bool looks_like_srtcp(std::string_view datagram);

}  // namespace sipsonde
