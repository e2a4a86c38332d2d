// SPDX-License-Identifier: Apache-2.0
#include "stir/identity.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/decode/message_text.h"

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view value;
  bool readable;
  std::string_view header, payload, signature;
  std::string_view info, algorithm, extension;
};

class IdentityValue : public testing::TestWithParam<Case> {};

TEST_P(IdentityValue, IsTakenApart) {
  const Case& given = GetParam();
  const Identity identity = decode_identity(given.value);
  EXPECT_EQ(identity.readable, given.readable);
  EXPECT_EQ(identity.header, given.header);
  EXPECT_EQ(identity.payload, given.payload);
  EXPECT_EQ(identity.signature, given.signature);
  EXPECT_EQ(identity.info, given.info);
  EXPECT_EQ(identity.algorithm, given.algorithm);
  EXPECT_EQ(identity.extension, given.extension);
}

const Case kCases[] = {
    {"Full", "aa.bb.cc;info=<https://c.example/x.pem>;alg=ES256;ppt=shaken", true, "aa", "bb", "cc",
     "https://c.example/x.pem", "ES256", "shaken"},
    {"Quoted", "aa.bb.cc; info = <https://c.example/x.pem> ; alg = \"ES256\";ppt=\"shaken\"", true, "aa",
     "bb", "cc", "https://c.example/x.pem", "ES256", "shaken"},
    {"Folded", "aa.bb.cc\r\n ;info=<https://c.example/x.pem>\r\n\t;ppt=div", true, "aa", "bb", "cc",
     "https://c.example/x.pem", "", "div"},
    {"NamesInUpperCase", "aa.bb.cc;INFO=<x:y>;ALG=ES256;PPT=shaken", true, "aa", "bb", "cc", "x:y", "ES256",
     "shaken"},
    {"SeparatorsInTheUri", "aa.bb.cc;info=<https://c.example/a;b,c=d>;alg=ES256", true, "aa", "bb", "cc",
     "https://c.example/a;b,c=d", "ES256", ""},
    {"Compact", "..cc;info=<https://c.example/x.pem>;alg=ES256", true, "", "", "cc",
     "https://c.example/x.pem", "ES256", ""},
    {"NoParameters", "aa.bb.cc", true, "aa", "bb", "cc", "", "", ""},
    {"UnknownParameters", "aa.bb.cc;x;y=1;;alg=ES256", true, "aa", "bb", "cc", "", "ES256", ""},
    {"UriWithoutEnd", "aa.bb.cc;info=<https://c.example", true, "aa", "bb", "cc", "https://c.example", "",
     ""},
    {"QuoteWithoutEnd", "aa.bb.cc;alg=\"ES256", true, "aa", "bb", "cc", "", "ES256", ""},
    {"HalfCompact", ".bb.cc;ppt=shaken", false, "", "bb", "cc", "", "", "shaken"},
    {"NoSignature", "aa.bb.;ppt=shaken", false, "aa", "bb", "", "", "", "shaken"},
    {"OneDot", "aa.bb", false, "", "", "", "", "", ""},
    {"OldForm", "\"dGVzdA==\";info=<https://c.example>;alg=rsa-sha1", false, "", "", "", "https://c.example",
     "rsa-sha1", ""},
    {"FourParts", "aa.bb.cc.dd", true, "aa", "bb", "cc.dd", "", "", ""},
    {"DotsAlone", "..", false, "", "", "", "", "", ""},
    {"Empty", "", false, "", "", "", "", "", ""},
    {"ParametersAlone", ";info=<x:y>", false, "", "", "", "x:y", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Values, IdentityValue, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

std::string signatures_of(const std::string& text) {
  SipMessage sip;
  EXPECT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  std::string signatures;
  for (const Identity& identity : identities_of(sip)) signatures.append(identity.signature).append(" ");
  return signatures;
}

TEST(Identities, OfAMessageWithoutAreNone) {
  EXPECT_EQ(signatures_of(MessageText::request().text()), "");
}

TEST(Identities, AreThoseOfAllHeadersInTheirOrder) {
  EXPECT_EQ(signatures_of(MessageText::request().add("Identity: a.a.1").add("y: a.a.2;x=1").text()), "1 2 ");
}

TEST(Identities, AreThoseOfAListToo) {
  EXPECT_EQ(signatures_of(
                MessageText::request().add("Identity: a.a.1;info=<u:a,b>, a.a.2;ppt=\"x,y\",a.a.3").text()),
            "1 2 3 ");
}

TEST(Identities, EndWithTheFourth) {
  MessageText message = MessageText::request();
  for (const char* line :
       {"Identity: a.a.1,a.a.2", "Identity: a.a.3", "Identity: a.a.4,a.a.5", "Identity: a.a.6"})
    message.add(line);
  EXPECT_EQ(signatures_of(message.text()), "1 2 3 4 ");
}

TEST(Identities, OfAnEmptyHeaderAreUnreadable) {
  SipMessage sip;
  const std::string text = MessageText::request().add("Identity:").text();
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  const Identities identities = identities_of(sip);
  ASSERT_EQ(identities.count, 1u);
  EXPECT_FALSE(identities.values[0].readable);
}

}  // namespace
}  // namespace sipsonde
