// SPDX-License-Identifier: Apache-2.0
#include "decode/privacy.h"

#include <gtest/gtest.h>

#include "unit/decode/message_text.h"

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view line;
  bool withheld;
};

class Withheld : public testing::TestWithParam<Case> {};

TEST_P(Withheld, ByThePrivacyHeader) {
  const std::string text = MessageText::request().add(GetParam().line).text();
  SipMessage message;
  ASSERT_EQ(decode_sip(text, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(message.withholds_sender(), GetParam().withheld);
}

constexpr Case kCases[] = {
    {"Id", "Privacy: id", true},
    {"User", "Privacy: user", true},
    {"Header", "Privacy: header", true},
    {"Capitals", "PRIVACY: ID", true},
    {"Several", "Privacy: session;id;critical", true},
    {"SeveralWithBlanks", "Privacy :  session ; user ", true},
    {"Commas", "Privacy: critical,id", true},
    {"Folded", "Privacy: critical;\r\n id", true},
    {"NoneBesideId", "Privacy: none;id", true},
    {"None", "Privacy: none", false},
    {"SessionAlone", "Privacy: session;critical", false},
    {"History", "Privacy: history", false},
    {"LongerWord", "Privacy: identity;users", false},
    {"ShorterWord", "Privacy: i;use;head", false},
    {"Empty", "Privacy:", false},
    {"SeparatorsAlone", "Privacy: ;,;", false},
    {"AnotherHeader", "X-Privacy: id", false},
    {"NoHeader", "X-Other: 1", false},
};
INSTANTIATE_TEST_SUITE_P(Headers, Withheld, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Withheld, InTheSecondPrivacyHeaderToo) {
  const std::string text = MessageText::request().add("Privacy: critical").add("Privacy: id").text();
  SipMessage message;
  ASSERT_EQ(decode_sip(text, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_TRUE(message.withholds_sender());
}

TEST(Withheld, ByAFromThatLeadsNowhere) {
  const std::string text = MessageText::request()
                               .replace("From:", "From: <sip:+15551230001@Anonymous.Invalid:5060>;tag=f1")
                               .text();
  SipMessage message;
  ASSERT_EQ(decode_sip(text, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_TRUE(message.withholds_sender());
}

}  // namespace
}  // namespace sipsonde
