// SPDX-License-Identifier: Apache-2.0
#include "base/input_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

TEST(InputFile, IsReadWholeWithItsPermissions) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a");
  const std::string bytes = std::string(700'000, 'x') + '\0' + "end";
  std::ofstream(path, std::ios::binary) << bytes;
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  const auto file = read_input_file(path, 1'000'000);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, bytes);
  EXPECT_EQ(file->permissions, 0640u);
}

TEST(InputFile, MayHaveAsManyBytesAsAreTakenAndNotOneMore) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a");
  std::ofstream(path) << "12345";
  EXPECT_TRUE(read_input_file(path, 5));
  const auto refused = read_input_file(path, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Larger than 4 bytes");
  EXPECT_EQ(refused.error().exit_code, 2);
}

TEST(InputFile, IsAFile) {
  const TemporaryDirectory directory;
  EXPECT_EQ(read_input_file(directory.file("none"), 10).error().message, "No such file or directory");
  EXPECT_EQ(read_input_file(directory.file(""), 10).error().message, "Is a directory");
  const std::string pipe = directory.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_input_file(pipe, 10).error().message, "Not a regular file");
}

}  // namespace
}  // namespace sipsonde
