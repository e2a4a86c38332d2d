// SPDX-License-Identifier: Apache-2.0
// WebSocket frames as a peer writes them, byte by byte (RFC 6455 section 5.2, RFC 7692 section 7.2.1).
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sipsonde {

inline constexpr std::uint8_t kFrameFin = 0x80, kFrameRsv1 = 0x40;
inline constexpr std::uint8_t kContinuationFrame = 0, kTextFrame = 1, kBinaryFrame = 2, kCloseFrame = 8,
                              kPingFrame = 9, kPongFrame = 10;

// `first` is the first byte: flags and opcode. The length is in its shortest form. `mask` has four bytes, or
// none.
inline std::string websocket_frame(unsigned first, std::string_view payload, std::string_view mask = {}) {
  std::string frame(1, static_cast<char>(first));
  const auto append = [&](std::uint64_t number, int bytes) {
    while (bytes-- > 0) frame += static_cast<char>(number >> 8 * bytes & 0xff);
  };
  const unsigned masked = mask.empty() ? 0 : 0x80;
  if (payload.size() < 126) {
    append(masked | payload.size(), 1);
  } else if (payload.size() < 65536) {
    append(masked | 126, 1);
    append(payload.size(), 2);
  } else {
    append(masked | 127, 1);
    append(payload.size(), 8);
  }
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    frame += static_cast<char>(payload[i] ^ (mask.empty() ? 0 : mask[i % 4]));
  return frame;
}

// The compressor of one direction; what it is given one after another shares a window unless it forgets.
class WebSocketDeflater {
 public:
  explicit WebSocketDeflater(int window_bits = 15) {
    deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY);
  }
  ~WebSocketDeflater() { deflateEnd(&stream_); }
  WebSocketDeflater(const WebSocketDeflater&) = delete;
  WebSocketDeflater& operator=(const WebSocketDeflater&) = delete;

  std::string payload(std::string_view message) {
    std::string out(deflateBound(&stream_, message.size()) + 16, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
    stream_.avail_in = static_cast<unsigned>(message.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<unsigned>(out.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    out.resize(out.size() - stream_.avail_out - 4);  // without the empty block at its end
    return out;
  }
  void forget() { deflateReset(&stream_); }

 private:
  z_stream stream_{};
};

}  // namespace sipsonde
