// SPDX-License-Identifier: Apache-2.0
// A WebSocket message that grows by what arrives of it, never by what a header promises.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "sipsonde/event.h"

namespace sipsonde {

inline constexpr std::size_t kLongestWebSocketMessage = SIPSONDE_PAYLOAD_MAX;

class WebSocketMessage {
 public:
  // False, and nothing appended: it would be longer than any message may be.
  bool append(std::string_view bytes) {
    const std::size_t size = bytes_.size() + bytes.size();
    if (size > kLongestWebSocketMessage) return false;
    if (size > bytes_.capacity())
      bytes_.reserve(std::min(std::max(size, 2 * bytes_.capacity()), kLongestWebSocketMessage));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return true;
  }

  std::span<char> last(std::size_t count) { return std::span(bytes_).last(count); }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  bool empty() const { return bytes_.empty(); }

  // Keeps room for a message as they usually are.
  void clear() {
    if (bytes_.capacity() > kKeptBytes) return release();
    bytes_.clear();
  }
  void release() { std::vector<char>().swap(bytes_); }
  std::size_t memory() const { return bytes_.capacity(); }

 private:
  static constexpr std::size_t kKeptBytes = 4096;

  std::vector<char> bytes_;
};

}  // namespace sipsonde
