// SPDX-License-Identifier: Apache-2.0
// RTCP packets as a test states them.
#pragma once

#include <cstdint>
#include <string>

namespace sipsonde {

inline std::string be16(std::uint32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

inline std::string be32(std::uint32_t value) {
  return be16(value >> 16) + be16(value & 0xffff);
}

// `body` in whole words.
inline std::string rtcp_packet(unsigned count, unsigned type, const std::string& body, bool padded = false) {
  return std::string{static_cast<char>(0x80 | (padded ? 0x20 : 0) | count), static_cast<char>(type)} +
         be16(static_cast<std::uint32_t>(body.size() / 4)) + body;
}

inline std::string report_block_of(std::uint32_t ssrc, std::uint32_t fraction_and_lost,
                                   std::uint32_t highest = 0x00010203, std::uint32_t jitter = 7,
                                   std::uint32_t last_report = 0, std::uint32_t delay = 0) {
  return be32(ssrc) + be32(fraction_and_lost) + be32(highest) + be32(jitter) + be32(last_report) +
         be32(delay);
}

inline std::string sender_info_of(std::uint32_t ssrc) {
  // The NTP time of RFC 3550's figure 2 (section 6.4.1).
  return be32(ssrc) + be32(0xb44db705) + be32(0x20000000) + be32(160000) + be32(1000) + be32(160000);
}

}  // namespace sipsonde
