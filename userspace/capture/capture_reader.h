// SPDX-License-Identifier: Apache-2.0
// Reads a capture file from front to end: pcap (microseconds or nanoseconds) or pcapng, in either byte order,
// plain or gzipped. The file is not trusted: every length is checked and memory is bounded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "capture/byte_stream.h"
#include "capture/frame.h"
#include "capture/frame_source.h"

namespace sipsonde {

class CaptureReader {
 public:
  // A file that is missing or no capture is an error with exit code 1.
  static Result<CaptureReader> open(const std::string& path);

  // The next frame, or nullopt at the end. Its bytes are valid until the next call. After an error the reader
  // is at its end.
  Result<std::optional<Frame>> next();

  // The file ends within its last record (or its gzip stream does): worth a warning, what came before is
  // good.
  bool truncated_file() const { return cut_ || stream_.ends_early(); }

  const std::string& path() const { return path_; }
  std::uint64_t frames() const { return frames_; }

  // Progress, in bytes of the file as it lies on the disk; file_bytes is 0 for a pipe.
  std::uint64_t consumed_bytes() const { return stream_.consumed_bytes(); }
  std::uint64_t file_bytes() const { return stream_.file_bytes(); }

 private:
  CaptureReader(std::string path, ByteStream stream, std::unique_ptr<FrameSource> source)
      : path_(std::move(path)), stream_(std::move(stream)), source_(std::move(source)) {}

  std::string path_;
  ByteStream stream_;
  std::unique_ptr<FrameSource> source_;
  std::uint64_t frames_ = 0;
  bool cut_ = false;
  bool at_end_ = false;
};

}  // namespace sipsonde
