// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sipsonde {
namespace {

std::string formatted(std::string_view message) {
  spdlog::memory_buf_t out;
  json_log_formatter()->format({"sipsonde", spdlog::level::warn, {message.data(), message.size()}}, out);
  return {out.data(), out.size()};
}

struct MessageCase {
  std::string name;
  std::string message;
  std::string read_back;

  friend void PrintTo(const MessageCase& its, std::ostream* out) { *out << its.name; }
};

class JsonLog : public testing::TestWithParam<MessageCase> {};

TEST_P(JsonLog, LineIsValidWhateverTheMessageHolds) {
  const std::string line = formatted(GetParam().message);
  ASSERT_TRUE(line.ends_with('\n'));
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one message, one line";
  const auto parsed = nlohmann::json::parse(line, nullptr, false);
  ASSERT_FALSE(parsed.is_discarded()) << line;
  EXPECT_EQ(parsed.at("level"), "warning");
  EXPECT_EQ(parsed.at("message"), GetParam().read_back);
  EXPECT_EQ(parsed.at("ts").get<std::string>().size(),
            std::string_view("2024-01-01T00:00:00.000+00:00").size());
}

const MessageCase kMessages[] = {
    {"Plain", "attached tcx to eth0", "attached tcx to eth0"},
    {"Empty", "", ""},
    {"Quotes", R"(unknown key "prots" in C:\x)", R"(unknown key "prots" in C:\x)"},
    {"LineEnds", "a\r\nb\tc", "a\r\nb\tc"},
    {"Controls", std::string("\0\x01\x1b[31m\x7f", 8), std::string("\0\x01\x1b[31m\x7f", 8)},
    {"Utf8", "Zürich € 😀", "Zürich € 😀"},
    {"NotUtf8", "a\xff\xc0\xaf", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"CutCharacter", "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
    {"Surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"PercentSigns", "%v %* {}", "%v %* {}"},
};
INSTANTIATE_TEST_SUITE_P(Messages, JsonLog, testing::ValuesIn(kMessages),
                         [](const auto& test) { return test.param.name; });

TEST(Log, UnknownLevelOrFormatIsRefused) {
  EXPECT_EQ(configure_log("loud", "text").error().exit_code, 2);
  EXPECT_EQ(configure_log("info", "xml").error().exit_code, 2);
  EXPECT_TRUE(configure_log("off", "json"));
}

TEST(Printable, BytesOfAPacketAreShownEscapedAndShort) {
  EXPECT_EQ(printable("INVITE sip:a"), "INVITE sip:a");
  EXPECT_EQ(printable("a\"\\\r\n\xff"), "a\\x22\\x5c\\x0d\\x0a\\xff");
  EXPECT_EQ(printable(std::string(300, 'x')), std::string(200, 'x') + "...");
}

}  // namespace
}  // namespace sipsonde
