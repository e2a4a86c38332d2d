// SPDX-License-Identifier: Apache-2.0
#include "stir/base64url.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sipsonde {
namespace {

std::optional<std::string> decoded(std::string_view text, std::size_t room_size = 64) {
  std::array<char, 64> room{};
  const auto bytes = decode_base64url(text, std::span(room).first(room_size));
  if (!bytes) return std::nullopt;
  return std::string(bytes->data(), bytes->size());
}

struct Case {
  const char* name;
  std::string_view text;
  std::optional<std::string> bytes;
};

class Base64url : public testing::TestWithParam<Case> {};

TEST_P(Base64url, IsDecoded) {
  EXPECT_EQ(decoded(GetParam().text), GetParam().bytes);
}

// RFC 4648 section 10, without padding; and what is none.
const Case kCases[] = {
    {"Empty", "", ""},
    {"One", "Zg", "f"},
    {"Two", "Zm8", "fo"},
    {"Three", "Zm9v", "foo"},
    {"Six", "Zm9vYmFy", "foobar"},
    {"LastOfTheAlphabet", "-_-_", "\xfb\xff\xbf"},
    {"Padding", "Zg==", std::nullopt},
    {"PlusAndSlash", "+/+/", std::nullopt},
    {"OneCharacterTooMany", "Zm9vY", std::nullopt},
    {"BitsLeftOver", "Zh", std::nullopt},
    {"Blank", "Zm 9", std::nullopt},
    {"Nul", std::string_view("Zm\0v", 4), std::nullopt},
    {"EighthBit", "Zm9\xf6", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(Texts, Base64url, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Base64urlRoom, IsNeverExceeded) {
  EXPECT_EQ(decoded("Zm9v", 2), std::nullopt);
  EXPECT_EQ(decoded("Zm9v", 3), "foo");
}

TEST(Base64urlEncoding, ReturnsWhatWasDecoded) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foobar", "\xff\xfe\xfd\x01"}) {
    std::array<char, 16> room{};
    std::size_t used = 0;
    ASSERT_TRUE(append_base64url(bytes, room, used));
    EXPECT_EQ(used, base64url_characters_of(bytes.size()));
    EXPECT_EQ(decoded({room.data(), used}), bytes);
  }
}

TEST(Base64urlEncoding, AppendsNothingThatDoesNotFit) {
  std::array<char, 5> room{};
  std::size_t used = 2;
  EXPECT_FALSE(append_base64url("foo", room, used));
  EXPECT_EQ(used, 2u);
  EXPECT_TRUE(append_base64url("fo", room, used));
  EXPECT_EQ(used, 5u);
}

}  // namespace
}  // namespace sipsonde
