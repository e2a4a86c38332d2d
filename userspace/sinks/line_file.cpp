// SPDX-License-Identifier: Apache-2.0
#include "sinks/line_file.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace sipsonde {
namespace {

constexpr std::size_t kLargeBuffer = 256 << 10;
constexpr mode_t kFileRights = 0640;  // who called whom is nobody else's business

}  // namespace

Result<LineFile> LineFile::open(std::string what, std::string path, FileMode mode, std::uint64_t rotate_bytes,
                                const std::string& remedy) {
  LineFile file(std::move(what), std::move(path), mode == FileMode::replace ? 0 : rotate_bytes);
  const auto directory = std::filesystem::path(file.path_).parent_path();
  std::error_code failed;
  if (!directory.empty()) std::filesystem::create_directories(directory, failed);
  if (failed)
    return Error{"make directory " + directory.string() + " for " + file.what_ + ": " + failed.message() +
                     "; " + remedy,
                 2};
  if (auto opened = file.open_file(mode == FileMode::replace ? O_TRUNC : 0); !opened)
    return Error{opened.error().message + "; " + remedy, 2};
  return file;
}

Result<Done> LineFile::open_file(int flags) {
  // O_NONBLOCK changes nothing for a regular file; a pipe without a reader becomes an error instead of a
  // wait.
  FileDescriptor opened(::open(
      path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, kFileRights));
  struct stat state {};
  if (!opened || ::fstat(opened.get(), &state) != 0) return failure("open");
  file_ = std::move(opened);
  regular_ = S_ISREG(state.st_mode);
  size_ = regular_ ? static_cast<std::uint64_t>(state.st_size) : 0;
  return Done{};
}

Result<Done> LineFile::reopen() {
  rotates_ = true;
  return open_file(0);
}

Result<Done> LineFile::flush_when_large() {
  if (buffer_.size() < kLargeBuffer) return Done{};
  return flush();
}

Result<Done> LineFile::flush() {
  while (!buffer_.empty()) {
    put_header_in_front();
    std::size_t length = lines_that_fit();
    if (length == 0) {
      if (auto rotated = rotate(); !rotated) stop_rotating(rotated.error());
      put_header_in_front();
      length = lines_that_fit();
    }
    if (auto written = write_lines(length); !written) return written;
  }
  return Done{};
}

// Stays where it is when a write failed: it is no line that anybody else could have meant.
void LineFile::put_header_in_front() {
  if (regular_ && size_ == 0 && !header_.empty() && !buffer_.starts_with(header_)) buffer_.insert(0, header_);
}

Result<Done> LineFile::sync() {
  if (regular_ && ::fdatasync(file_.get()) != 0) return failure("sync");
  return Done{};
}

// Whole lines up to the size at which the file is rotated; 0 when not one more fits. A file without a line
// but its header takes one of any length.
std::size_t LineFile::lines_that_fit() const {
  if (!rotates_ || rotate_bytes_ == 0 || !regular_ || size_ + buffer_.size() <= rotate_bytes_)
    return buffer_.size();
  const std::uint64_t room = size_ < rotate_bytes_ ? rotate_bytes_ - size_ : 0;
  if (room > 0) {
    const std::size_t last_end = buffer_.rfind('\n', static_cast<std::size_t>(room) - 1);
    if (last_end != std::string::npos) return last_end + 1;
  }
  if (size_ > header_.size()) return 0;
  return buffer_.find('\n', size_ == 0 ? header_.size() : 0) + 1;
}

Result<Done> LineFile::rotate() {
  for (int number = kRotatedKept; number > 0; --number) {
    const std::string from = number == 1 ? path_ : path_ + "." + std::to_string(number - 1);
    const std::string to = path_ + "." + std::to_string(number);
    if (std::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) return failure("rotate");
  }
  return open_file(0);
}

// A file that grows too long is better than lines that are lost.
void LineFile::stop_rotating(const Error& why) {
  spdlog::warn("{}; it grows on until it is reopened with SIGHUP", why.message);
  rotates_ = false;
}

// Of a line that was written in part (the disk filled up) the part is taken back, so that a reader never
// meets half a line and the line is written whole when there is room again.
Result<Done> LineFile::write_lines(std::size_t length) {
  const ssize_t count = ::write(file_.get(), buffer_.data(), length);
  if (count < 0 && errno == EINTR) return Done{};
  if (count <= 0) return failure("write");
  const auto written = static_cast<std::size_t>(count);
  if (written == length || !regular_) {
    buffer_.erase(0, written);
    size_ += written;
    return Done{};
  }
  const std::size_t last_end = buffer_.rfind('\n', written - 1);
  const std::size_t whole = last_end == std::string::npos || last_end >= written ? 0 : last_end + 1;
  const off_t end = ::lseek(file_.get(), 0, SEEK_END);
  const auto half_line = static_cast<off_t>(written - whole);
  if (end < half_line || ::ftruncate(file_.get(), end - half_line) != 0) return failure("shorten");
  buffer_.erase(0, whole);
  size_ = static_cast<std::uint64_t>(end - half_line);
  if (whole > 0) return Done{};  // the next write tells why there was no room
  errno = ENOSPC;
  return failure("write");
}

Error LineFile::failure(const char* verb) const {
  return Error{std::string(verb) + " " + what_ + " " + path_ + ": " + std::strerror(errno)};
}

}  // namespace sipsonde
