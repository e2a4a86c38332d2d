// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

namespace sipsonde {

Gzip::~Gzip() {
  if (ready_) deflateEnd(&stream_);
}

bool Gzip::compress(std::string_view bytes, std::string& out) {
  constexpr int kGzip = 15 + 16;  // zlib: the largest window, and a gzip header
  constexpr int kMemory = 8;
  if (!ready_)
    ready_ = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
  if (!ready_ || deflateReset(&stream_) != Z_OK) return false;
  out.resize(deflateBound(&stream_, bytes.size()));
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_.avail_in = static_cast<uInt>(bytes.size());
  stream_.next_out = reinterpret_cast<Bytef*>(out.data());
  stream_.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return false;
  out.resize(stream_.total_out);
  return true;
}

}  // namespace sipsonde
