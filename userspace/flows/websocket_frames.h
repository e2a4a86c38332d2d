// SPDX-License-Identifier: Apache-2.0
// One direction of a WebSocket behind its handshake (RFC 6455 section 5): frames in, messages out. With
// permessage-deflate (RFC 7692) messages come out as they were before. Bounded: a message of more than
// kLongestWebSocketMessage bytes, before or after compression, is never held.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>

#include "flows/websocket_handshake.h"
#include "flows/websocket_header.h"
#include "flows/websocket_inflater.h"
#include "flows/websocket_message.h"

namespace sipsonde {

class WebSocketFrames {
 public:
  using OnMessage = std::function<void(std::string_view message)>;

  // Each message goes to `on_message` whole, as a view that ends with the call; the callback must not enter
  // this object. Line ends before the start line are taken off (RFC 3261 section 7.5), and a message of line
  // ends alone, a keep-alive, goes nowhere.
  WebSocketFrames(const WebSocketUpgrade& accepted, bool from_client, OnMessage on_message);
  ~WebSocketFrames();
  WebSocketFrames(const WebSocketFrames&) = delete;
  WebSocketFrames& operator=(const WebSocketFrames&) = delete;

  // `closed`: a close frame passed, after which nothing follows (section 5.5.1). `broken`: what both ends
  // would fail the connection for, or a compressed message that cannot be followed, and with it none that
  // comes after. Either way what is fed afterwards is ignored, and no memory is held.
  enum class State : std::uint8_t { open, closed, broken };

  State feed(std::string_view bytes);

  // Between two feeds bytes were lost; `missing` says how many when that is known. A hole within the payload
  // of one frame costs its message. Otherwise frames are found again at the next feed that consists of whole
  // frames, the first of them not a continuation: so one feed should be one segment. With context takeover
  // the window is lost too: `broken`.
  static constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();
  State resynchronise(std::uint64_t missing = kUnknown);

  State state() const { return state_; }
  // Messages known of that were not handed out: too long, or with a hole in them.
  std::uint64_t passed_over() const { return passed_over_; }
  // In bytes, this object included.
  std::size_t memory() const;

 private:
  void take_header(std::string_view& bytes);
  bool may_begin(const WebSocketHeader& header, bool in_message) const;
  void begin_frame(const WebSocketHeader& header);
  void take_payload(std::string_view& bytes);
  void take_plain(std::string_view chunk, std::uint64_t offset);
  void take_compressed(std::string_view chunk, std::uint64_t offset);
  void judge(WebSocketInflater::Outcome outcome);
  void finish_frame();
  void finish_message();
  void deliver(std::string_view message) const;
  void pass_over();
  void end(State state);
  void lose_payload(std::uint64_t missing);
  void seek();
  bool consists_of_frames(std::string_view bytes) const;

  OnMessage on_message_;
  bool from_client_, deflate_, context_takeover_;
  int window_bits_;
  State state_ = State::open;
  bool seeking_ = false;        // after a hole, for the beginning of a frame
  bool in_message_ = false;     // its last frame has not ended
  bool compressed_ = false;     // the message
  bool passing_over_ = false;   // the message
  std::uint8_t head_size_ = 0;  // bytes of a header that has not ended
  std::array<char, kLongestWebSocketHeader> head_{};
  WebSocketHeader frame_;
  std::uint64_t remaining_ = 0;  // of the payload of `frame_`
  std::uint64_t passed_over_ = 0;
  WebSocketMessage message_;
  std::unique_ptr<WebSocketInflater> inflater_;
};

}  // namespace sipsonde
