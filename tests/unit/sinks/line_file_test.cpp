// SPDX-License-Identifier: Apache-2.0
#include "sinks/line_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

namespace fs = std::filesystem;

Result<LineFile> open_at(const std::string& path, FileMode mode = FileMode::append,
                         std::uint64_t rotate_bytes = 0) {
  return LineFile::open("events-file", path, mode, rotate_bytes, "give another path");
}

void append(LineFile& file, std::string_view lines) {
  file.buffer() += lines;
}

// For as long as it lives no file of this process grows beyond `bytes`: a disk that is full, without a disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit{bytes, old_limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int);
};

TEST(LineFile, MakesTheDirectoryThatIsMissing) {
  TemporaryDirectory directory;
  const std::string path = directory.file("a/b/events.jsonl");
  auto file = open_at(path);
  ASSERT_TRUE(file) << file.error().message;
  append(*file, "{}\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "{}\n");
}

TEST(LineFile, IsNotReadableByEverybody) {
  TemporaryDirectory directory;
  const std::string path = directory.file("cdr.jsonl");
  ASSERT_TRUE(open_at(path));
  struct stat state {};
  ASSERT_EQ(stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 07, 0u);
}

TEST(LineFile, AppendsToWhatIsThereOrReplacesIt) {
  TemporaryDirectory directory;
  const std::string path = directory.file("cdr.jsonl");
  std::ofstream(path) << "old\n";
  {
    auto file = open_at(path, FileMode::append);
    ASSERT_TRUE(file);
    append(*file, "new\n");
    ASSERT_TRUE(file->flush());
    EXPECT_EQ(content_of(path), "old\nnew\n");
  }
  auto file = open_at(path, FileMode::replace);
  ASSERT_TRUE(file);
  append(*file, "newest\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "newest\n");
}

TEST(LineFile, SaysWhatWhereAndWhatToDoWhenItCannotBeOpened) {
  TemporaryDirectory directory;
  std::ofstream(directory.file("file")) << "x";
  const std::string below_a_file = directory.file("file/cdr.jsonl");
  const auto file = open_at(below_a_file);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().exit_code, 2);
  EXPECT_EQ(file.error().message, "make directory " + directory.file("file") +
                                      " for events-file: Not a directory; give another path");

  fs::create_directory(directory.file("taken"));
  const auto taken = open_at(directory.file("taken"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().exit_code, 2);
  EXPECT_EQ(taken.error().message,
            "open events-file " + directory.file("taken") + ": Is a directory; give another path");
}

TEST(LineFile, DoesNotWaitForTheReaderOfAPipe) {
  TemporaryDirectory directory;
  const std::string path = directory.file("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(open_at(path));
}

TEST(LineFile, WritesBySizeWithoutBeingToldTo) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  auto file = open_at(path);
  ASSERT_TRUE(file);
  append(*file, "small\n");
  ASSERT_TRUE(file->flush_when_large());
  EXPECT_EQ(content_of(path), "");
  append(*file, std::string(300 << 10, 'x') + "\n");
  ASSERT_TRUE(file->flush_when_large());
  EXPECT_EQ(fs::file_size(path), (300u << 10) + 7);
}

TEST(LineFile, RotatesBeforeALineThatNoLongerFits) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  auto file = open_at(path, FileMode::append, 10);
  ASSERT_TRUE(file);
  append(*file, "1234\n5678\nabcd\nthis line is longer than a whole file\nz\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path + ".3"), "1234\n5678\n");
  EXPECT_EQ(content_of(path + ".2"), "abcd\n");
  EXPECT_EQ(content_of(path + ".1"), "this line is longer than a whole file\n");
  EXPECT_EQ(content_of(path), "z\n");
}

TEST(LineFile, BeginsEachFileWithItsHeaderAndNoFileTwice) {
  TemporaryDirectory directory;
  const std::string path = directory.file("rows.csv");
  for (int round = 0; round < 2; ++round) {
    auto file = open_at(path, FileMode::append, 14);
    ASSERT_TRUE(file);
    file->begin_with("a,b\n");
    EXPECT_TRUE(file->flush());
    append(*file, round == 0 ? "1,2\n" : "3,4\n5,6\na line of any length\n7,8\n");
    EXPECT_TRUE(file->flush());
  }
  EXPECT_EQ(content_of(path + ".3"), "a,b\n1,2\n3,4\n");
  EXPECT_EQ(content_of(path + ".2"), "a,b\n5,6\n");
  EXPECT_EQ(content_of(path + ".1"), "a,b\na line of any length\n");
  EXPECT_EQ(content_of(path), "a,b\n7,8\n");
}

TEST(LineFile, CountsWhatWasThereBeforeTowardsItsSize) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  std::ofstream(path) << "12345678\n";
  auto file = open_at(path, FileMode::append, 10);
  ASSERT_TRUE(file);
  append(*file, "ab\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path + ".1"), "12345678\n");
  EXPECT_EQ(content_of(path), "ab\n");
}

TEST(LineFile, KeepsEightRotatedFilesAndNoMore) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  auto file = open_at(path, FileMode::append, 3);
  ASSERT_TRUE(file);
  for (int number = 0; number < 12; ++number)
    append(*file, std::string(1, static_cast<char>('a' + number)) + ".\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "l.\n");
  EXPECT_EQ(content_of(path + ".1"), "k.\n");
  EXPECT_EQ(content_of(path + ".8"), "d.\n");
  EXPECT_FALSE(fs::exists(path + ".9"));
}

TEST(LineFile, GrowsOnWhenItCannotBeRotatedUntilItIsReopened) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  std::ofstream(path + ".7") << "old\n";
  fs::create_directories(path + ".8/not-empty");
  auto file = open_at(path, FileMode::append, 4);
  ASSERT_TRUE(file);
  append(*file, "one\ntwo\n");
  ASSERT_TRUE(file->flush());
  append(*file, "six\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "one\ntwo\nsix\n");
  EXPECT_EQ(content_of(path + ".7"), "old\n");

  fs::remove_all(path + ".8");
  ASSERT_TRUE(file->reopen());
  append(*file, "ten\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "ten\n");
  EXPECT_EQ(content_of(path + ".1"), "one\ntwo\nsix\n");
}

TEST(LineFile, IsNeverRotatedInAReplay) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  auto file = open_at(path, FileMode::replace, 4);
  ASSERT_TRUE(file);
  append(*file, "one\ntwo\nthree\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "one\ntwo\nthree\n");
  EXPECT_FALSE(fs::exists(path + ".1"));
}

TEST(LineFile, GoesOnUnderItsNameWhenItWasMovedAwayAndReopened) {
  TemporaryDirectory directory;
  const std::string path = directory.file("cdr.jsonl");
  auto file = open_at(path, FileMode::replace);
  ASSERT_TRUE(file);
  append(*file, "first\n");
  ASSERT_TRUE(file->flush());
  fs::rename(path, path + ".moved");
  ASSERT_TRUE(file->reopen());
  append(*file, "second\n");
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path + ".moved"), "first\n");
  EXPECT_EQ(content_of(path), "second\n");
  ASSERT_TRUE(file->reopen());
  EXPECT_EQ(content_of(path), "second\n") << "reopened to append, whatever the mode was";
}

TEST(LineFile, KeepsWhatADiskThatIsFullRefused) {
  auto file = open_at("/dev/full");
  ASSERT_TRUE(file) << file.error().message;
  append(*file, "kept\n");
  const auto flushed = file->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "write events-file /dev/full: No space left on device");
  EXPECT_EQ(file->buffer(), "kept\n");
}

TEST(LineFile, LeavesNoHalfLineWhenTheDiskFillsUpAndWritesItWholeLater) {
  TemporaryDirectory directory;
  const std::string path = directory.file("events.jsonl");
  auto file = open_at(path);
  ASSERT_TRUE(file);
  append(*file, "aaaa\nbbbb\ncccc\n");
  {
    const FileSizeLimit limit(12);  // in the middle of the third line
    EXPECT_FALSE(file->flush());
    EXPECT_EQ(content_of(path), "aaaa\nbbbb\n");
    EXPECT_FALSE(file->flush());
    EXPECT_EQ(content_of(path), "aaaa\nbbbb\n");
  }
  ASSERT_TRUE(file->flush());
  EXPECT_EQ(content_of(path), "aaaa\nbbbb\ncccc\n");
}

}  // namespace
}  // namespace sipsonde
