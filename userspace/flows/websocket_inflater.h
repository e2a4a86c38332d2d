// SPDX-License-Identifier: Apache-2.0
// The messages of one direction of permessage-deflate (RFC 7692 section 7.2), by zlib.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <string_view>

#include "flows/websocket_message.h"

namespace sipsonde {

class WebSocketInflater {
 public:
  // `window_bits` as negotiated, 8 to 15. Nothing is allocated before the first byte.
  explicit WebSocketInflater(int window_bits);
  ~WebSocketInflater();
  WebSocketInflater(const WebSocketInflater&) = delete;
  WebSocketInflater& operator=(const WebSocketInflater&) = delete;

  enum class Outcome : unsigned char { ok, too_long, broken };
  // Appends what these bytes of a message's payload inflate to. After anything but `ok` the window is lost:
  // only forget() leads on.
  Outcome inflate(std::string_view bytes, WebSocketMessage& message);
  // The message is at its end: its four bytes that the sender left out (section 7.2.2).
  Outcome finish_message(WebSocketMessage& message);
  // The next message begins with an empty window.
  void forget();

  std::size_t memory() const { return allocated_; }

 private:
  static void* allocate(void* self, unsigned items, unsigned size);
  static void release(void* self, void* address);
  bool open();
  bool begin_next_stream();

  z_stream stream_{};
  int window_bits_;
  bool is_open_ = false;
  unsigned final_blocks_ = 0;  // in this message
  std::size_t allocated_ = 0;
};

}  // namespace sipsonde
