// SPDX-License-Identifier: Apache-2.0
#include "store/compression.h"

namespace sipsonde {
namespace {

// More than any row of this store has: what asks for more is damaged.
constexpr std::size_t kLongestText = 64u << 20;

Bytef* bytes_of(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // zlib only reads its input
}

}  // namespace

Compressor::Compressor() {
  // The quickest: messages of one call repeat each other so much that harder work gains little.
  deflateInit(&stream_, Z_BEST_SPEED);
}

Compressor::~Compressor() {
  deflateEnd(&stream_);
}

std::string_view Compressor::compress(std::string_view text) {
  deflateReset(&stream_);
  made_.resize(deflateBound(&stream_, text.size()));
  stream_.next_in = bytes_of(text.data());
  stream_.avail_in = static_cast<uInt>(text.size());
  stream_.next_out = bytes_of(made_.data());
  stream_.avail_out = static_cast<uInt>(made_.size());
  deflate(&stream_, Z_FINISH);
  return {made_.data(), stream_.total_out};
}

Result<std::string> decompress(std::string_view compressed, std::size_t size) {
  if (size > kLongestText) return Error{"decompress: " + std::to_string(size) + " bytes are too many"};
  std::string text(size, '\0');
  uLongf length = size;
  const int outcome = ::uncompress(bytes_of(text.data()), &length, bytes_of(compressed.data()),
                                   static_cast<uLong>(compressed.size()));
  if (outcome != Z_OK || length != size) return Error{"decompress: the text is damaged"};
  return text;
}

}  // namespace sipsonde
