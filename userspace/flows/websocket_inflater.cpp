// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_inflater.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace sipsonde {
namespace {

constexpr int kLeastWindowBits = 8;  // RFC 7692 section 7.1.2
constexpr std::size_t kLargestWindow = 1 << 15;
// What the sender left out at the end of a message: RFC 7692 section 7.2.1.
constexpr std::string_view kEmptyBlock("\x00\x00\xff\xff", 4);
constexpr std::size_t kStepBytes = 4096;
// A message has one at most. Each costs two copies of the window, and two bytes of whoever sends it.
constexpr unsigned kMostFinalBlocks = 16;
// In front of what zlib asked for: its size. Aligned as malloc aligns.
constexpr std::size_t kSizeBytes = alignof(std::max_align_t);

}  // namespace

WebSocketInflater::WebSocketInflater(int window_bits)
    : window_bits_(std::clamp(window_bits, kLeastWindowBits, MAX_WBITS)) {}

WebSocketInflater::~WebSocketInflater() {
  if (is_open_) inflateEnd(&stream_);
}

void* WebSocketInflater::allocate(void* self, unsigned items, unsigned size) {
  const std::size_t bytes = static_cast<std::size_t>(items) * size + kSizeBytes;
  void* block = std::malloc(bytes);
  if (!block) return nullptr;
  *static_cast<std::size_t*>(block) = bytes;
  static_cast<WebSocketInflater*>(self)->allocated_ += bytes;
  return static_cast<char*>(block) + kSizeBytes;
}

void WebSocketInflater::release(void* self, void* address) {
  void* block = static_cast<char*>(address) - kSizeBytes;
  static_cast<WebSocketInflater*>(self)->allocated_ -= *static_cast<std::size_t*>(block);
  std::free(block);
}

bool WebSocketInflater::open() {
  stream_.zalloc = allocate;
  stream_.zfree = release;
  stream_.opaque = this;
  is_open_ = inflateInit2(&stream_, -window_bits_) == Z_OK;  // negative: no header, no checksum
  return is_open_;
}

void WebSocketInflater::forget() {
  final_blocks_ = 0;
  if (is_open_) inflateReset(&stream_);
}

// A block said that it is the last (RFC 7692 section 7.2.3.4). The window is the connection's, not the
// stream's.
bool WebSocketInflater::begin_next_stream() {
  if (++final_blocks_ > kMostFinalBlocks) return false;
  std::array<Bytef, kLargestWindow> window;
  unsigned length = 0;
  return inflateGetDictionary(&stream_, window.data(), &length) == Z_OK && inflateReset(&stream_) == Z_OK &&
         inflateSetDictionary(&stream_, window.data(), length) == Z_OK;
}

WebSocketInflater::Outcome WebSocketInflater::inflate(std::string_view bytes, WebSocketMessage& message) {
  if (!is_open_ && !open()) return Outcome::broken;
  std::array<Bytef, kStepBytes> step;
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads it only
  stream_.avail_in = static_cast<unsigned>(bytes.size());
  do {
    stream_.next_out = step.data();
    stream_.avail_out = static_cast<unsigned>(step.size());
    const int status = ::inflate(&stream_, Z_SYNC_FLUSH);
    const std::size_t gained = step.size() - stream_.avail_out;
    if (!message.append({reinterpret_cast<const char*>(step.data()), gained})) return Outcome::too_long;
    if (status == Z_STREAM_END) {
      if (!begin_next_stream()) return Outcome::broken;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return Outcome::broken;
    }
  } while (stream_.avail_in > 0 || stream_.avail_out == 0);
  return Outcome::ok;
}

WebSocketInflater::Outcome WebSocketInflater::finish_message(WebSocketMessage& message) {
  final_blocks_ = 0;
  return inflate(kEmptyBlock, message);
}

}  // namespace sipsonde
