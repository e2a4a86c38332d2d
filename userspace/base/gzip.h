// SPDX-License-Identifier: Apache-2.0
// Bodies of requests as gzip (RFC 1952).
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace sipsonde {

// A stream that is used again and again: its memory is taken once. Not thread-safe.
class Gzip {
 public:
  Gzip() = default;
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // The place of `out` is taken by `bytes`, compressed as fast as it goes. False when there is no memory.
  bool compress(std::string_view bytes, std::string& out);

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace sipsonde
