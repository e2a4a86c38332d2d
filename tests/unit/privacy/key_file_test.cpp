// SPDX-License-Identifier: Apache-2.0
#include "privacy/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

class KeyFile : public testing::Test {
 protected:
  Result<std::string> read(const std::string& bytes, unsigned mode = 0600) {
    std::ofstream(path_, std::ios::binary) << bytes;
    EXPECT_EQ(chmod(path_.c_str(), mode), 0);
    return read_privacy_key(path_);
  }

  // What follows the path.
  std::string error_of(const std::string& bytes, unsigned mode = 0600) {
    const auto key = read(bytes, mode);
    if (key) return "no error";
    EXPECT_EQ(key.error().exit_code, 2);
    const std::string front = "read privacy.key_file \"" + path_ + "\": ";
    EXPECT_TRUE(key.error().message.starts_with(front)) << key.error().message;
    return key.error().message.substr(front.size());
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.file("key");
};

TEST_F(KeyFile, IsItsBytesAsTheyAre) {
  const std::string zeroes(32, '\0');
  EXPECT_EQ(*read(zeroes), zeroes);
  const std::string with_line_end = std::string(31, 'k') + "\n";
  EXPECT_EQ(*read(with_line_end), with_line_end);
  EXPECT_EQ(*read(std::string(64, 'g')), std::string(64, 'g'));
}

TEST_F(KeyFile, OfHexadecimalDigitsIsTheBytesThatTheySpell) {
  EXPECT_EQ(*read(std::string(64, '0')), std::string(32, '\0'));
  EXPECT_EQ(*read(std::string(64, '0') + "\n"), std::string(32, '\0'));
  EXPECT_EQ(*read(std::string(64, '0') + "\r\n"), std::string(32, '\0'));
  std::string mixed;
  for (int i = 0; i < 32; ++i) mixed += "aF";
  EXPECT_EQ(*read(mixed), std::string(32, '\xaf'));
}

TEST_F(KeyFile, OfTooFewDigitsForThatIsItsBytes) {
  EXPECT_EQ(*read(std::string(62, '0')), std::string(62, '0'));
  EXPECT_EQ(*read(std::string(65, '0')), std::string(65, '0'));
}

TEST_F(KeyFile, ThatIsTooShortIsRefused) {
  EXPECT_EQ(error_of(std::string(31, 'k')),
            "holds 31 bytes; it takes 32 or more, as from head -c 32 /dev/urandom");
  EXPECT_EQ(error_of(""), "holds 0 bytes; it takes 32 or more, as from head -c 32 /dev/urandom");
}

TEST_F(KeyFile, ThatIsTooLongIsRefused) {
  EXPECT_TRUE(read(std::string(4096, 'k')));
  EXPECT_TRUE(read(std::string(8192, 'a') + "\n"));
  EXPECT_EQ(error_of(std::string(4097, 'k')), "holds more than 4096 bytes; shorten it");
  EXPECT_EQ(error_of(std::string(100'000, 'k')), "Larger than 8194 bytes; name a file of 32 random bytes");
}

TEST_F(KeyFile, ThatEverybodyMayReadIsRefused) {
  const std::string key(32, 'k');
  EXPECT_EQ(error_of(key, 0644), "open to every user (mode 0644); run chmod 600 on it");
  EXPECT_EQ(error_of(key, 0604), "open to every user (mode 0604); run chmod 600 on it");
  EXPECT_EQ(error_of(key, 0602), "open to every user (mode 0602); run chmod 600 on it");
  EXPECT_TRUE(read(key, 0640));
  EXPECT_TRUE(read(key, 0400));
}

TEST_F(KeyFile, ThatIsNotThereIsRefused) {
  const auto missing = read_privacy_key(path_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "read privacy.key_file \"" + path_ +
                                         "\": No such file or directory; name a file of 32 random bytes");
}

}  // namespace
}  // namespace sipsonde
