// SPDX-License-Identifier: Apache-2.0
// A file that only ever receives whole lines, for the sinks that write JSON Lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde {

enum class FileMode : std::uint8_t {
  append,   // live: what is there stays; rotated by size
  replace,  // a replay: the same capture gives the same bytes; never rotated, nothing may be lost
};

// Not thread-safe. Nothing here waits for a disk that is full or a pipe that nobody reads: that is an error,
// and what was not written stays buffered until flush() succeeds.
class LineFile {
 public:
  static constexpr int kRotatedKept = 8;  // path.1, the youngest, to path.8

  // Makes the directory when it is missing. `what` names the file in errors, `remedy` says what to do: an
  // error here is a wrong setting (exit code 2). `rotate_bytes` 0: never.
  static Result<LineFile> open(std::string what, std::string path, FileMode mode, std::uint64_t rotate_bytes,
                               const std::string& remedy);

  // Each file, rotated ones too, begins with this line; it has its line feed.
  void begin_with(std::string header) { header_ = std::move(header); }

  // Where the next lines are appended, each with its line feed.
  std::string& buffer() { return buffer_; }
  // Writes out once enough is buffered to be worth it. An error leaves the buffer as it is.
  Result<Done> flush_when_large();
  Result<Done> flush();
  // What was flushed survives power loss.
  Result<Done> sync();

  // Opens the path anew, to append: it may have been moved away or deleted.
  Result<Done> reopen();

 private:
  LineFile(std::string what, std::string path, std::uint64_t rotate_bytes)
      : what_(std::move(what)), path_(std::move(path)), rotate_bytes_(rotate_bytes) {}

  Result<Done> open_file(int flags);
  void put_header_in_front();
  Result<Done> rotate();
  void stop_rotating(const Error& why);
  std::size_t lines_that_fit() const;
  Result<Done> write_lines(std::size_t length);
  Error failure(const char* verb) const;

  std::string what_;
  std::string path_;
  std::string header_;
  std::uint64_t rotate_bytes_;
  FileDescriptor file_;
  bool regular_ = false;
  bool rotates_ = true;
  std::uint64_t size_ = 0;
  std::string buffer_;
};

}  // namespace sipsonde
