// SPDX-License-Identifier: Apache-2.0
// Texts made small for the disk: zlib's form (RFC 1950), which any zlib reads.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace sipsonde {

// Keeps the room that compressing takes from one text to the next. Not thread-safe.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Until the next call.
  std::string_view compress(std::string_view text);

 private:
  z_stream stream_{};
  std::string made_;
};

// Of a text that is `size` long; anything else is an error.
Result<std::string> decompress(std::string_view compressed, std::size_t size);

}  // namespace sipsonde
