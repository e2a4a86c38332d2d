// SPDX-License-Identifier: Apache-2.0
// HEP packets out of a TCP connection: back to back, each with its length (HEP3 rev. 37). Memory is one
// packet of the largest size, whatever comes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace sipsonde {

class HepStream {
 public:
  HepStream();

  // Where the next bytes of the connection are to be written: never empty.
  std::span<char> room() { return {buffer_.get() + filled_, kBytes - filled_}; }

  // `bytes` of the room were written. Calls `on_packet` for each packet that is whole by now; the view lives
  // until it returns. False when what comes is no HEPv3 or its length cannot be: nothing after it can be
  // found, and the connection is to be closed.
  bool take(std::size_t bytes, const std::function<void(std::string_view packet)>& on_packet);

 private:
  static constexpr std::size_t kBytes = 65536;  // one more than the largest packet

  std::unique_ptr<char[]> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace sipsonde
