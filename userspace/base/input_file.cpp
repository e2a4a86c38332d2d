// SPDX-License-Identifier: Apache-2.0
#include "base/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBlock = 256 << 10;

Error failed() {
  return Error{std::strerror(errno), 2};
}

}  // namespace

Result<InputFile> read_input_file(const std::string& path, std::size_t most) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return failed();
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed();
  if (S_ISDIR(status.st_mode)) return Error{std::strerror(EISDIR), 2};
  if (!S_ISREG(status.st_mode)) return Error{"Not a regular file", 2};

  InputFile read_so_far;
  read_so_far.permissions = status.st_mode & 0777;
  std::string& bytes = read_so_far.bytes;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kBlock);
    const ssize_t got = read(file.get(), bytes.data() + before, kBlock);
    bytes.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (bytes.size() > most) return Error{"Larger than " + std::to_string(most) + " bytes", 2};
    if (got == 0) return read_so_far;
  }
}

}  // namespace sipsonde
