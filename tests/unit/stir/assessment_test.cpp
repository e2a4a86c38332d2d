// SPDX-License-Identifier: Apache-2.0
#include "stir/assessment.h"

#include <gtest/gtest.h>

#include "unit/stir/signed_call.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kNow_ns = kSignedAt * std::uint64_t{1'000'000'000} + 2'500'000'000;

const Carrier& carrier() {
  static const Carrier one;
  return one;
}

// "name=value " for each attribute.
std::string attributes_of(const Assessment& assessment) {
  std::string text;
  state_attributes(assessment, [&text](std::string_view name, std::string_view value) {
    text.append(name).append("=").append(value).append(" ");
  });
  return text;
}

std::string attributes_of(const MessageText& message, const TrustStore* trusted) {
  const HeldMessage held(message.text());
  EXPECT_EQ(held.fault, SIPSONDE_MALFORMED_none);
  return attributes_of(assess(held.sip, kNow_ns, trusted));
}

StirStatus status_of(const MessageText& message, const TrustStore* trusted = nullptr) {
  const HeldMessage held(message.text());
  EXPECT_EQ(held.fault, SIPSONDE_MALFORMED_none);
  return status_of_invite(assess(held.sip, kNow_ns, trusted));
}

const std::string kClaims =
    "stir_attest=A stir_origid=123e4567-e89b-12d3-a456-426655440000 stir_iat_skew_seconds=2 ";

TEST(Assessment, OfAMessageWithoutIdentityHasNoAttributes) {
  EXPECT_EQ(attributes_of(MessageText::request(), nullptr), "");
  EXPECT_EQ(attributes_of(MessageText::request(), &carrier().store), "");
  EXPECT_EQ(status_of(MessageText::request(), &carrier().store), StirStatus::no_identity);
}

TEST(Assessment, WithoutCertificatesTellsTheClaims) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite(call.token(carrier().key)), nullptr),
            "stir_result=signed-unchecked " + kClaims);
}

TEST(Assessment, WithCertificatesTellsItsOwnCheck) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite(call.token(carrier().key)), &carrier().store),
            "stir_result=verified " + kClaims + "stir_check=verified ");
}

TEST(Assessment, TellsWhatDoesNotFit) {
  SignedCall call;
  call.from = "+1215555999";
  call.to = "+1215555888";
  EXPECT_EQ(
      attributes_of(call.invite(call.token(carrier().key)), &carrier().store),
      "stir_result=soft-fail " + kClaims +
          "stir_orig_mismatch=true stir_dest_mismatch=true stir_check=soft-fail stir_reason=orig-mismatch ");
}

TEST(Assessment, OfADateInTheFutureIsNegative) {
  SignedCall call;
  call.issued_at += 100;
  const HeldMessage held(call.invite(call.token(carrier().key)).text());
  EXPECT_EQ(assess(held.sip, kNow_ns, nullptr).iat_skew_seconds, -98);
}

TEST(Assessment, OfAForgedSignatureIsFailed) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite(call.token(make_key())), &carrier().store),
            "stir_result=failed " + kClaims + "stir_check=failed stir_reason=signature-invalid ");
}

TEST(Assessment, ByAnUnknownCertificateIsUnchecked) {
  SignedCall call;
  call.certificate_url = "https://c.example/other.pem";
  EXPECT_EQ(
      attributes_of(call.invite(call.token(carrier().key)), &carrier().store),
      "stir_result=signed-unchecked " + kClaims + "stir_check=unknown stir_reason=certificate-unknown ");
}

TEST(Assessment, OfWhatCannotBeReadSaysSo) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite("no.identity.!"), nullptr),
            "stir_result=signed-unchecked stir_reason=unreadable ");
  EXPECT_EQ(attributes_of(call.invite("no.identity.!"), &carrier().store),
            "stir_result=failed stir_check=failed stir_reason=unreadable ");
}

// ---- the verdict on the wire ----

struct Case {
  const char* name;
  std::string_view verstat;
  StirStatus unsigned_call;
  StirStatus valid_call;
};

class Verdict : public testing::TestWithParam<Case> {};

TEST_P(Verdict, OutranksOurOwn) {
  const SignedCall call;
  const std::string asserted =
      "P-Asserted-Identity: <tel:+12155551212;verstat=" + std::string(GetParam().verstat) + ">";
  EXPECT_EQ(status_of(call.invite("").add(asserted)), GetParam().unsigned_call);
  EXPECT_EQ(status_of(call.invite(call.token(carrier().key)).add(asserted), &carrier().store),
            GetParam().valid_call);
}

const Case kCases[] = {
    {"Passed", "TN-Validation-Passed", StirStatus::verified, StirStatus::verified},
    {"Failed", "TN-Validation-Failed-C", StirStatus::soft_fail, StirStatus::soft_fail},
    {"NotValidated", "No-TN-Validation", StirStatus::no_identity, StirStatus::verified},
    {"UnknownWord", "Perhaps", StirStatus::signed_unchecked, StirStatus::verified},
};
INSTANTIATE_TEST_SUITE_P(Words, Verdict, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Verdict, StandsBesideOurOwnInTheAttributes) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite(call.token(make_key()))
                              .add("P-Asserted-Identity: "
                                   "<tel:+12155551212;verstat=TN-Validation-Passed>"),
                          &carrier().store),
            "stir_result=verified stir_verstat=TN-Validation-Passed " + kClaims +
                "stir_check=failed stir_reason=signature-invalid ");
}

TEST(Verdict, CarriesTheAttestationWhenTheIdentityWasTakenAway) {
  const SignedCall call;
  EXPECT_EQ(attributes_of(call.invite("").add("P-Asserted-Identity: <tel:+1;verstat=TN-Validation-Passed-B>"),
                          nullptr),
            "stir_result=verified stir_verstat=TN-Validation-Passed-B stir_attest=B ");
  EXPECT_EQ(attributes_of(call.invite("")
                              .add("P-Asserted-Identity: <tel:+1;verstat=TN-Validation-Passed>")
                              .add("P-Attestation-Indicator: C")
                              .add("P-Origination-ID: 9f2d"),
                          nullptr),
            "stir_result=verified stir_verstat=TN-Validation-Passed stir_attest=C stir_origid=9f2d ");
}

// ---- several identities ----

std::string second_line(const SignedCall& call, const std::string& token) {
  return "Identity: " + token + ";info=<" + call.certificate_url + ">;alg=ES256;ppt=" + call.extension;
}

TEST(SeveralIdentities, AreInvalidOnlyWhenAllAre) {
  const SignedCall call;
  const std::string good = call.token(carrier().key), forged = call.token(make_key());
  const TrustStore* const trusted = &carrier().store;
  EXPECT_EQ(status_of(call.invite(forged).add(second_line(call, good)), trusted), StirStatus::verified);
  EXPECT_EQ(status_of(call.invite(good).add(second_line(call, forged)), trusted), StirStatus::verified);
  EXPECT_EQ(status_of(call.invite(forged).add(second_line(call, forged)), trusted), StirStatus::failed);
}

TEST(SeveralIdentities, OfWhichOneCannotBeKnownAreNotInvalid) {
  const SignedCall call;
  SignedCall unknown;
  unknown.certificate_url = "https://c.example/other.pem";
  const std::string forged = call.token(make_key());
  EXPECT_EQ(
      status_of(call.invite(forged).add(second_line(unknown, unknown.token(make_key()))), &carrier().store),
      StirStatus::signed_unchecked);
}

TEST(SeveralIdentities, TellTheClaimsOfShaken) {
  SignedCall diverted;
  diverted.extension = "div";
  diverted.attestation = "C";
  diverted.issued_at += 1;
  const SignedCall shaken;
  EXPECT_EQ(attributes_of(diverted.invite(diverted.token(carrier().key))
                              .add(second_line(shaken, shaken.token(carrier().key))),
                          nullptr),
            "stir_result=signed-unchecked " + kClaims);
}

TEST(SeveralIdentities, AreReadableWhenOneIs) {
  const SignedCall call;
  const std::string good = call.token(carrier().key);
  for (const MessageText& message :
       {call.invite("?.?.?").add(second_line(call, good)), call.invite(good).add("Identity: ?.?.?")})
    EXPECT_EQ(attributes_of(message, nullptr), "stir_result=signed-unchecked " + kClaims);
}

// ---- hostile claims ----

TEST(HostileClaims, AreNotTold) {
  SignedCall call;
  call.attestation = "AA";
  const std::string payload = R"({"attest":"D","iat":1767225600,"origid":")" + std::string(65, 'x') + "\"}";
  EXPECT_EQ(attributes_of(call.invite(sign(carrier().key, call.header(), payload)), nullptr),
            "stir_result=signed-unchecked stir_iat_skew_seconds=2 ");
}

}  // namespace
}  // namespace sipsonde
