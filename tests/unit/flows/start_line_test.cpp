// SPDX-License-Identifier: Apache-2.0
#include "flows/start_line.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct LineCase {
  std::string_view name;
  std::string_view line;
  bool certain;
  bool broken;  // where a message must begin it is taken for one all the same
};

constexpr LineCase kLines[] = {
    {"Request", "INVITE sip:bob@b.example SIP/2.0\r\n", true, true},
    {"RequestWithLineFeed", "INVITE sip:bob@b.example SIP/2.0\n", true, true},
    {"UnknownMethod", "HELLO sip:bob@b.example SIP/2.0\r\n", true, false},
    {"OtherVersion", "INVITE sip:bob@b.example SIP/7.0\r\n", true, true},
    {"TwoSpaces", "INVITE  sip:bob@b.example SIP/2.0\r\n", false, true},
    {"Response", "SIP/2.0 180 Ringing\r\n", true, true},
    {"ResponseWithoutReason", "SIP/2.0 200\r\n", true, true},
    {"ResponseInLowerCase", "sip/2.0 200 OK\r\n", true, true},
    {"ResponseOfFourDigits", "SIP/2.0 2000 OK\r\n", false, true},
    {"ResponseOfWords", "SIP/2.0 two OK\r\n", false, true},
    {"NoVersion", "INVITE sip:bob@b.example\r\n", false, true},
    {"MethodAlone", "INVITE\r\n", false, false},
    {"NoUri", "INVITE SIP/2.0\r\n", false, true},
    {"Http", "OPTIONS /path HTTP/1.1\r\n", false, false},
    {"Rtsp", "OPTIONS rtsp://camera RTSP/1.0\r\n", false, false},
    {"Ssdp", "NOTIFY * HTTP/1.1\r\n", false, false},
    {"Star", "NOTIFY * SIP/2.0\r\n", false, true},
    {"Header", "Via: SIP/2.0/TCP 192.0.2.1\r\n", false, false},
    {"HeaderThatEndsInAVersion", "User-Agent: some SIP/2.0\r\n", false, false},
    {"Empty", "\r\n", false, false},
    {"Binary", "\x16\x03\x01\x02\n", false, false},
};

class StartLines : public testing::TestWithParam<LineCase> {};

TEST_P(StartLines, AreTold) {
  EXPECT_EQ(is_sip_start_line(GetParam().line), GetParam().certain);
  EXPECT_EQ(is_broken_start_line(GetParam().line), GetParam().broken);
}

TEST_P(StartLines, AreNotRuledOutByAnyBeginningOfThem) {
  if (!GetParam().certain) return;
  for (std::size_t length = 1; length < GetParam().line.size(); ++length)
    EXPECT_TRUE(may_become_start_line(GetParam().line.substr(0, length))) << length;
}

INSTANTIATE_TEST_SUITE_P(Lines, StartLines, testing::ValuesIn(kLines),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(StartLine, OtherBytesAreRuledOutEarly) {
  for (const std::string_view text : {"\x16\x03\x01", "v: SIP", "Via: SIP", "SSH-2.0-OpenSSH_9.2\n", "{\"a\"",
                                      "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"})
    EXPECT_FALSE(may_become_start_line(text)) << text;
}

TEST(StartLine, AHeaderHasANameAndAColon) {
  for (const std::string_view line : {"Via: x\r\n", "v:x\r\n", "Via \t: x\r\n", "X-Y.Z:\r\n"})
    EXPECT_TRUE(is_header_line(line)) << line;
  for (const std::string_view line :
       {"\r\n", ": x\r\n", "INVITE sip:bob SIP/2.0\r\n", " folded: x\r\n", "Via\r\n"})
    EXPECT_FALSE(is_header_line(line)) << line;
}

}  // namespace
}  // namespace sipsonde
