// SPDX-License-Identifier: Apache-2.0
#include "capture/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

constexpr unsigned kBufferBytes = 128 * 1024;

Error damaged(gzFile file) {
  int code = Z_OK;
  const char* text = gzerror(file, &code);
  // With Z_ERRNO the text is the system's own.
  return Error{code == Z_ERRNO ? std::string(std::strerror(errno)) + "; is the disk readable?"
                               : std::string("damaged gzip data (") + text + "); fetch the file again"};
}

}  // namespace

Result<ByteStream> ByteStream::open(const std::string& path) {
  FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return Error{std::string(std::strerror(errno)) + "; is the path right?"};

  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return Error{std::strerror(errno)};
  if (S_ISDIR(status.st_mode)) return Error{"it is a directory; name a file in it"};

  // zlib closes the number it is given, so it gets one of its own.
  const int own = ::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return Error{std::strerror(errno)};
  const gzFile file = gzdopen(own, "rb");
  if (file == nullptr) {
    ::close(own);
    return Error{"no memory to read it; free some"};
  }
  gzbuffer(file, kBufferBytes);
  return ByteStream(file, S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0);
}

Result<std::size_t> ByteStream::read(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto want = static_cast<unsigned>(std::min<std::size_t>(out.size() - done, kBufferBytes));
    const int got = gzread(file_.get(), out.data() + done, want);
    if (got < 0) return damaged(file_.get());
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<std::uint64_t> ByteStream::skip(std::uint64_t count) {
  // Read instead of seek: a seek in a plain file goes beyond its end without a word.
  std::array<std::uint8_t, 16 * 1024> waste;
  std::uint64_t done = 0;
  while (done < count) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(count - done, waste.size()));
    const Result<std::size_t> got = read(std::span(waste).first(want));
    if (!got) return got.error();
    done += *got;
    if (*got < want) break;
  }
  return done;
}

bool ByteStream::ends_early() const {
  int code = Z_OK;
  gzerror(file_.get(), &code);
  return code == Z_BUF_ERROR;
}

std::uint64_t ByteStream::consumed_bytes() const {
  const z_off_t offset = gzoffset(file_.get());
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

}  // namespace sipsonde
