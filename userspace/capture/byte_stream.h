// SPDX-License-Identifier: Apache-2.0
// A file read from front to end, gzipped or not: zlib tells by the first two bytes.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace sipsonde {

class ByteStream {
 public:
  static Result<ByteStream> open(const std::string& path);

  // Fills `out`. Fewer bytes than asked for: the file has ended there.
  Result<std::size_t> read(std::span<std::uint8_t> out);

  // Steps over `count` bytes; returns how many there were.
  Result<std::uint64_t> skip(std::uint64_t count);

  // The gzip stream has no end: whoever wrote it was stopped, or the copy is not complete.
  bool ends_early() const;

  // Of the file as it lies on the disk, for progress; consumed runs ahead by what zlib has buffered.
  std::uint64_t file_bytes() const { return file_bytes_; }
  std::uint64_t consumed_bytes() const;

 private:
  struct CloseStream {
    void operator()(gzFile_s* file) const noexcept { gzclose_r(file); }
  };
  ByteStream(gzFile file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes) {}

  std::unique_ptr<gzFile_s, CloseStream> file_;
  std::uint64_t file_bytes_;  // 0 for a pipe
};

}  // namespace sipsonde
