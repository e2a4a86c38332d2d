// SPDX-License-Identifier: Apache-2.0
#include "store/cursor_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file_descriptor.h"
#include "base/input_file.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kUnsavedLongest{1};
constexpr std::size_t kFileBytesMax = 256;
constexpr mode_t kFileRights = 0640;

Error failure(const char* verb, const std::string& path) {
  return Error{std::string(verb) + " " + path + ": " + std::strerror(errno)};
}

// A new file takes the place of the old one at once: whoever is killed leaves one of the two.
Result<Done> replace_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const FileDescriptor file(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kFileRights));
  if (!file) return failure("make", fresh);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return failure("write", fresh);
  if (::fdatasync(file.get()) != 0) return failure("sync", fresh);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return failure("replace", path);
  return Done{};
}

}  // namespace

Result<CursorFile> CursorFile::open(const std::string& directory, std::string_view reader,
                                    const StoreCursor& first) {
  const std::string path = directory + "/" + std::string(reader) + ".cursor";
  if (::access(path.c_str(), F_OK) != 0) {
    if (errno != ENOENT) return failure("read", path);
    CursorFile file(path, first);
    if (auto saved = file.save(); !saved) return saved.error();
    return file;
  }
  auto text = read_input_file(path, kFileBytesMax);
  if (!text) return in_context("read " + path, text.error());
  while (text->bytes.ends_with('\n')) text->bytes.pop_back();
  const auto cursor = parse_cursor(text->bytes);
  if (!cursor)
    return Error{"read " + path + ": it holds no cursor; write one such as " + to_text(first) +
                     " or remove the file to begin with what is stored from now on",
                 2};
  return CursorFile(path, *cursor);
}

Result<Done> CursorFile::move(const StoreCursor& cursor, std::size_t rows) {
  cursor_ = cursor;
  rows_unsaved_ += rows;
  if (rows_unsaved_ < kRowsBehind && Clock::now() - saved_at_ < kUnsavedLongest) return Done{};
  return save();
}

Result<Done> CursorFile::save() {
  if (auto replaced = replace_file(path_, to_text(cursor_) + "\n"); !replaced) return replaced;
  rows_unsaved_ = 0;
  saved_at_ = Clock::now();
  return Done{};
}

}  // namespace sipsonde
