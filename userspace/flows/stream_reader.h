// SPDX-License-Identifier: Apache-2.0
// What one direction of a connection carries, and the SIP messages in it: a stream of them, or a WebSocket
// behind its handshake (RFC 7118 section 4), else nothing of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "flows/message_framer.h"
#include "flows/segment_result.h"
#include "flows/websocket_frames.h"
#include "flows/websocket_handshake.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// What both directions of a connection know of its WebSocket.
struct AcceptedUpgrade {
  std::optional<WebSocketUpgrade> accepted;  // with subprotocol `sip`
  unsigned server_way = 0;                   // the direction that accepted it
};

class StreamReader {
 public:
  // `wire_bytes` above bytes.size(): the end of the message is missing.
  using OnMessage =
      std::function<void(std::string_view bytes, std::size_t wire_bytes, sipsonde_transport transport)>;

  // `way`: the direction, as in AcceptedUpgrade. With `joined` the stream may begin in the midst of
  // something. All references outlive this. The callback must not enter this object.
  StreamReader(FlowCounts& counts, const OnMessage& on_message, AcceptedUpgrade& upgrade, unsigned way,
               bool joined);

  // The next bytes, of one segment.
  void feed(std::string_view bytes);
  // Bytes that do not come.
  void skip(Missing missing, std::uint32_t bytes);
  // The upgrade that this direction requested was accepted: what came behind its request is read.
  void read_requested();

  // `sip`: a start line was seen, or an upgrade to it. `other`: something else, or no start line for long.
  enum class Finding : std::uint8_t { undecided, sip, other };
  Finding finding() const;
  // Since the last start line, and no part of a message.
  std::uint64_t passed_over_bytes() const { return framer_.passed_over_bytes(); }

  std::size_t memory_bytes() const;

 private:
  enum class Carries : std::uint8_t { undecided, messages, request, response, requested, frames, other };

  bool is_open() const;
  void begin(std::string_view bytes);
  void read_messages(std::string_view bytes);
  void read_request();
  void read_response();
  void read_as_messages();
  void begin_frames();
  void read_frames(std::string_view bytes);
  void note(WebSocketFrames::State state);
  void turn_to_other();

  FlowCounts& counts_;
  const OnMessage& on_message_;
  AcceptedUpgrade& upgrade_;
  unsigned way_;
  bool joined_;
  Carries carries_ = Carries::undecided;
  MessageFramer framer_;
  std::string kept_;  // a head of HTTP that has not ended, or what is behind a request not yet accepted
  std::unique_ptr<WebSocketFrames> frames_;
};

}  // namespace sipsonde
