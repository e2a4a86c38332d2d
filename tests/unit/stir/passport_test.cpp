// SPDX-License-Identifier: Apache-2.0
#include "stir/passport.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/stir/signing.h"

namespace sipsonde {
namespace {

const std::string kHeader =
    R"({"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://c.example/x.pem"})";
const std::string kPayload =
    R"({"attest":"A","dest":{"tn":["12155551213"]},"iat":1443208345,"orig":{"tn":"12155551212"},)"
    R"("origid":"123e4567-e89b-12d3-a456-426655440000"})";

// Keeps the text that the views of the PASSporT are into.
struct Decoded {
  explicit Decoded(std::string_view header, std::string_view payload) {
    const std::string encoded_header = base64url(header), encoded_payload = base64url(payload);
    Identity identity;
    identity.header = encoded_header;
    identity.payload = encoded_payload;
    identity.readable = true;
    readable = decode_passport(identity, text, passport);
  }
  PassportText text;
  Passport passport;
  bool readable = false;
};

TEST(Passport, HasTheClaimsOfShaken) {
  const Decoded decoded(kHeader, kPayload);
  ASSERT_TRUE(decoded.readable);
  const Passport& passport = decoded.passport;
  EXPECT_EQ(passport.algorithm, "ES256");
  EXPECT_EQ(passport.type, "passport");
  EXPECT_EQ(passport.extension, "shaken");
  EXPECT_EQ(passport.certificate_url, "https://c.example/x.pem");
  EXPECT_FALSE(passport.has_critical);
  EXPECT_EQ(passport.issued_at, 1'443'208'345);
  ASSERT_TRUE(passport.origin);
  EXPECT_EQ(passport.origin->text, "12155551212");
  EXPECT_TRUE(passport.origin->is_number);
  ASSERT_EQ(passport.destination_count, 1u);
  EXPECT_EQ(passport.destinations[0].text, "12155551213");
  EXPECT_TRUE(passport.destinations[0].is_number);
  EXPECT_EQ(passport.attestation, "A");
  EXPECT_EQ(passport.origination_id, "123e4567-e89b-12d3-a456-426655440000");
}

TEST(Passport, HasPartiesThatAreUris) {
  const Decoded decoded(kHeader, R"({"orig":{"uri":"sip:alice@a.example"},"iat":1,)"
                                 R"("dest":{"uri":["sip:bob@b.example","sip:c@c.example"],"tn":["1"]}})");
  ASSERT_TRUE(decoded.readable);
  EXPECT_FALSE(decoded.passport.origin->is_number);
  EXPECT_EQ(decoded.passport.origin->text, "sip:alice@a.example");
  ASSERT_EQ(decoded.passport.destination_count, 3u);
  EXPECT_EQ(decoded.passport.destinations[1].text, "sip:c@c.example");
  EXPECT_TRUE(decoded.passport.destinations[2].is_number);
}

TEST(Passport, KeepsTheFirstEightDestinations) {
  const Decoded decoded(kHeader, R"({"dest":{"tn":["1","2","3","4","5","6","7","8","9","10"]}})");
  ASSERT_TRUE(decoded.readable);
  EXPECT_EQ(decoded.passport.destination_count, 8u);
  EXPECT_EQ(decoded.passport.destinations[7].text, "8");
}

TEST(Passport, HasADateWithAFraction) {
  EXPECT_EQ(Decoded(kHeader, R"({"iat":1443208345.75})").passport.issued_at, 1'443'208'345);
}

TEST(Passport, UndoesEscapes) {
  EXPECT_EQ(Decoded(kHeader, R"({"origid":"a\/b\u0041"})").passport.origination_id, "a/bA");
}

TEST(Passport, SaysThatAnExtensionMustBeUnderstood) {
  EXPECT_TRUE(Decoded(R"({"alg":"ES256","crit":["x"]})", "{}").passport.has_critical);
}

TEST(Passport, TakesNoClaimFromWhereItIsNot) {
  const Decoded decoded(
      R"({"x":{"alg":"none"},"alg":"ES256"})",
      R"({"x":{"attest":"A","iat":7,"tn":"9"},"orig":[{"tn":"1"}],"dest":{"tn":{"tn":"2"}},)"
      R"("y":[["attest","A"]],"alg":"none"})");
  ASSERT_TRUE(decoded.readable);
  EXPECT_EQ(decoded.passport.algorithm, "ES256");
  EXPECT_EQ(decoded.passport.attestation, "");
  EXPECT_FALSE(decoded.passport.issued_at);
  EXPECT_FALSE(decoded.passport.origin);
  EXPECT_EQ(decoded.passport.destination_count, 0u);
}

struct Case {
  const char* name;
  std::string header;
  std::string payload;
  bool readable;
};

class PassportText_ : public testing::TestWithParam<Case> {};

TEST_P(PassportText_, IsReadableOrNot) {
  EXPECT_EQ(Decoded(GetParam().header, GetParam().payload).readable, GetParam().readable);
}

std::string nested(int depth) {
  return R"({"x":)" + std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']') + "}";
}

const Case kCases[] = {
    {"EmptyObjects", "{}", "{}", true},
    {"WhiteSpace", " { } ", "\n{\t}\r\n", true},
    {"Array", "{}", "[]", false},
    {"Text", "{}", "\"iat\"", false},
    {"Number", "{}", "1", false},
    {"Nothing", "{}", "", false},
    {"NoJson", "{}", "iat=1", false},
    {"Cut", "{}", R"({"iat":14)", false},
    {"MoreBehind", "{}", "{}{}", false},
    {"NulBehind", "{}", std::string("{}\0x", 4), false},
    {"AlgorithmTwice", R"({"alg":"ES256","alg":"none"})", "{}", false},
    {"DateTwice", "{}", R"({"iat":1,"iat":2})", false},
    {"OriginTwice", "{}", R"({"orig":{"tn":"1","uri":"sip:a@b"}})", false},
    {"DateAsText", "{}", R"({"iat":"1443208345"})", false},
    {"DateAsNull", "{}", R"({"iat":null})", false},
    {"NegativeDate", "{}", R"({"iat":-1})", false},
    {"DateOfTheYear9999", "{}", R"({"iat":253402300799})", true},
    {"LaterDate", "{}", R"({"iat":253402300800})", false},
    {"LargestDate", "{}", R"({"iat":18446744073709551615})", false},
    {"DateBeyondAllNumbers", "{}", R"({"iat":1e308})", false},
    {"DateNotANumber", "{}", R"({"iat":NaN})", false},
    {"DeepEnough", "{}", nested(7), true},
    {"TooDeep", "{}", nested(8), false},
    {"MuchTooDeep", "{}", nested(2000), false},
    {"BrokenUtf8", "{}", "{\"origid\":\"\xff\"}", false},
    {"LargestHeader", R"({"x":")" + std::string(2047 - 8, 'x') + "\"}", "{}", true},
    {"HeaderTooLarge", R"({"x":")" + std::string(2048 - 8, 'x') + "\"}", "{}", false},
    {"LargestPayload", "{}", R"({"x":")" + std::string(8191 - 8, 'x') + "\"}", true},
    {"PayloadTooLarge", "{}", R"({"x":")" + std::string(8192 - 8, 'x') + "\"}", false},
};
INSTANTIATE_TEST_SUITE_P(Texts, PassportText_, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Passport, IsNoneWhenItIsNoBase64url) {
  PassportText text;
  Passport passport;
  Identity identity;
  identity.header = "e30=";
  identity.payload = "e30";
  EXPECT_FALSE(decode_passport(identity, text, passport));
}

}  // namespace
}  // namespace sipsonde
