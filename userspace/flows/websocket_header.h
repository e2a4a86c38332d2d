// SPDX-License-Identifier: Apache-2.0
// The header of a WebSocket frame, and its mask (RFC 6455 sections 5.2 and 5.3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sipsonde {

// RFC 6455 section 11.8; the values between are reserved.
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

struct WebSocketHeader {
  bool fin = false;
  bool compressed = false;  // RSV1 (RFC 7692 section 6)
  bool reserved = false;    // RSV2 or RSV3: an extension that nobody here knows
  bool masked = false;
  bool minimal = true;  // the length is in its shortest form, as the sender must write it
  WebSocketOpcode opcode = WebSocketOpcode::continuation;  // as on the wire, so others than those named too
  std::array<char, 4> mask{};
  std::uint64_t length = 0;  // of the payload, below 2^63

  bool is_control() const { return static_cast<std::uint8_t>(opcode) >= 8; }
};

inline constexpr std::size_t kLongestWebSocketHeader = 14;

// How long a header is that begins with these two bytes. REQUIRES: they are there.
std::size_t websocket_header_length(std::string_view bytes);
// REQUIRES: the whole header is there. nullopt for what section 5.2 forbids whatever was negotiated: a
// reserved opcode, a length with its highest bit set, a control frame in parts or with more than 125 bytes.
std::optional<WebSocketHeader> decode_websocket_header(std::string_view bytes);

// Takes the mask off bytes that begin `offset` bytes behind the first one of their frame.
void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::uint64_t offset);

}  // namespace sipsonde
