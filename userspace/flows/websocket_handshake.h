// SPDX-License-Identifier: Apache-2.0
// The opening handshake of a WebSocket (RFC 6455 section 4) with subprotocol `sip` (RFC 7118 section 5) and
// permessage-deflate (RFC 7692 section 7.1), as a stranger reads both directions of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipsonde {

// What a request offers, or a response accepts. What holds is what was accepted.
struct WebSocketUpgrade {
  bool sip = false;      // among the subprotocols
  bool deflate = false;  // permessage-deflate; the rest are its parameters
  bool client_no_context_takeover = false;
  bool server_no_context_takeover = false;
  int client_max_window_bits = 15;
  int server_max_window_bits = 15;
};

// `incomplete`: it may become any of the others. `not_websocket`: HTTP that asks for something else, or whose
// answer is something else.
enum class HttpHead : std::uint8_t { incomplete, not_http, not_websocket, websocket };

// A head that has not ended within so many bytes is `not_http`.
inline constexpr std::size_t kLongestHttpHead = 8192;

// `bytes` is a direction of a flow from the first byte of a head on: "GET …" or "HTTP/1.1 101 …". For
// `websocket` and `not_websocket`, `length` is set to the head's, its empty line included, and for
// `websocket` the upgrade to what the head says; otherwise both stay as they are. Of repeated extensions the
// first counts, as the first choice.
HttpHead read_upgrade_request(std::string_view bytes, WebSocketUpgrade& offered, std::size_t& length);
HttpHead read_upgrade_response(std::string_view bytes, WebSocketUpgrade& accepted, std::size_t& length);

}  // namespace sipsonde
