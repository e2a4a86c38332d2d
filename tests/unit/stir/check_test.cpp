// SPDX-License-Identifier: Apache-2.0
#include "stir/check.h"

#include <gtest/gtest.h>

#include "unit/stir/signed_call.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;

Check check_of(const MessageText& message, const TrustStore& trusted,
               std::uint64_t unix_ns = kSignedAt * kSecond_ns) {
  const HeldMessage held(message.text());
  EXPECT_EQ(held.fault, SIPSONDE_MALFORMED_none);
  const Identities identities = identities_of(held.sip);
  EXPECT_EQ(identities.count, 1u);
  const Identity& identity = identities.values[0];
  PassportText text;
  RebuiltToken token;
  Passport passport;
  const bool decoded =
      identity.readable && !identity.is_compact() && decode_passport(identity, text, passport);
  return check_identity(identity, decoded ? &passport : nullptr, held.sip, unix_ns, trusted, token);
}

// Making a key and a certificate costs more than a check.
const Carrier& carrier() {
  static const Carrier one;
  return one;
}

struct Case {
  const char* name;
  void (*spoil)(SignedCall&);
  Check check;
};

class SignedCallIs : public testing::TestWithParam<Case> {};

TEST_P(SignedCallIs, Judged) {
  SignedCall call;
  GetParam().spoil(call);
  EXPECT_EQ(label(check_of(call.invite(call.token(carrier().key)), carrier().store)),
            label(GetParam().check));
}

const Case kCases[] = {
    {"Valid", [](SignedCall&) {}, Check::valid},
    {"ValidOfANationalNumber", [](SignedCall& call) { call.from = "2155551212"; }, Check::valid},
    {"ValidWithAnotherExtension", [](SignedCall& call) { call.extension = "div"; }, Check::valid},
    {"SixtySecondsOld", [](SignedCall& call) { call.issued_at -= 60; }, Check::valid},
    {"Stale", [](SignedCall& call) { call.issued_at -= 61; }, Check::stale},
    {"SixtySecondsAhead", [](SignedCall& call) { call.issued_at += 60; }, Check::valid},
    {"OfTheFuture", [](SignedCall& call) { call.issued_at += 61; }, Check::stale},
    {"OfAnotherCaller", [](SignedCall& call) { call.from = "+12155550000"; }, Check::origin_differs},
    {"ForAnotherCallee", [](SignedCall& call) { call.to = "+12155550000"; }, Check::destination_differs},
    {"BeforeTheCertificate", [](SignedCall& call) { call.issued_at = 1'599'999'999; },
     Check::certificate_expired},
    {"AfterTheCertificate", [](SignedCall& call) { call.issued_at = 2'000'000'001; },
     Check::certificate_expired},
    {"OfTheYear9999", [](SignedCall& call) { call.issued_at = 253'402'300'799; }, Check::certificate_expired},
    {"ByAnUnknownCertificate", [](SignedCall& call) { call.certificate_url = "https://c.example/other.pem"; },
     Check::certificate_unknown},
    {"ByNoFile", [](SignedCall& call) { call.certificate_url = "https://c.example/"; },
     Check::certificate_unknown},
    {"ByAPathUpwards", [](SignedCall& call) { call.certificate_url = "file:///..%2fcarrier.pem"; },
     Check::certificate_unknown},
    {"ByNoAlgorithm", [](SignedCall& call) { call.algorithm = "none"; }, Check::unsupported},
    {"ByAnotherAlgorithm", [](SignedCall& call) { call.algorithm = "HS256"; }, Check::unsupported},
    {"WithSomethingCritical", [](SignedCall& call) { call.more_of_header = R"(,"crit":["x"])"; },
     Check::unsupported},
    {"OfAnotherType", [](SignedCall& call) { call.type = "jwt"; }, Check::unreadable},
    {"WithBrokenJson", [](SignedCall& call) { call.origin = "\""; }, Check::unreadable},
};
INSTANTIATE_TEST_SUITE_P(Calls, SignedCallIs, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- what was changed after it was signed ----

TEST(Signature, DoesNotHoldForOtherClaims) {
  SignedCall call;
  std::string token = call.token(carrier().key);
  call.attestation = "B";
  const std::string forged =
      base64url(call.header()) + "." + base64url(call.payload()) + token.substr(token.rfind('.'));
  EXPECT_EQ(check_of(call.invite(forged), carrier().store), Check::signature_wrong);
}

TEST(Signature, DoesNotHoldWithAnyOfItsBytesChanged) {
  const SignedCall call;
  const std::string token = call.token(carrier().key);
  for (std::size_t at = token.rfind('.') + 1; at < token.size(); at += 7) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'Q' : 'A';  // both leave no bits over at the end
    EXPECT_EQ(check_of(call.invite(changed), carrier().store), Check::signature_wrong);
  }
}

TEST(Signature, OfAnotherKeyDoesNotHold) {
  const SignedCall call;
  EXPECT_EQ(check_of(call.invite(call.token(make_key())), carrier().store), Check::signature_wrong);
}

TEST(Signature, OfAnotherLengthDoesNotHold) {
  const SignedCall call;
  const std::string token = call.token(carrier().key);
  EXPECT_EQ(check_of(call.invite(token.substr(0, token.size() - 2)), carrier().store),
            Check::signature_wrong);
  EXPECT_EQ(check_of(call.invite(token + "AA"), carrier().store), Check::signature_wrong);
  EXPECT_EQ(check_of(call.invite(token + "."), carrier().store), Check::signature_wrong);
}

TEST(Signature, OfZerosDoesNotHold) {
  const SignedCall call;
  const std::string token = call.token(carrier().key);
  const std::string zeros = token.substr(0, token.rfind('.') + 1) + std::string(86, 'A');
  EXPECT_EQ(check_of(call.invite(zeros), carrier().store), Check::signature_wrong);
}

// ---- time ----

TEST(Freshness, IsJudgedToTheNanosecond) {
  const SignedCall call;
  const MessageText message = call.invite(call.token(carrier().key));
  const std::uint64_t last = (kSignedAt + 60) * kSecond_ns, first = (kSignedAt - 60) * kSecond_ns;
  EXPECT_EQ(check_of(message, carrier().store, last), Check::valid);
  EXPECT_EQ(check_of(message, carrier().store, last + 1), Check::stale);
  EXPECT_EQ(check_of(message, carrier().store, first), Check::valid);
  EXPECT_EQ(check_of(message, carrier().store, first - 1), Check::stale);
}

TEST(Certificate, IsJudgedAtTheDateOfTheSignature) {
  const Carrier expired(CertificateOptions{.valid_until = kSignedAt - 1});
  const SignedCall call;
  EXPECT_EQ(check_of(call.invite(call.token(expired.key)), expired.store), Check::certificate_expired);
}

// ---- compact form ----

constexpr std::string_view kDate = "Thu, 01 Jan 2026 00:00:00 GMT";

std::string compact_token(const TestKey& key, const SignedCall& call, const std::string& parties) {
  const std::string header = R"({"alg":"ES256","typ":"passport","x5u":")" + call.certificate_url + "\"}";
  const std::string token = sign(key, header, parties);
  return "." + token.substr(token.rfind('.'));
}

MessageText compact_invite(const SignedCall& call, const std::string& token) {
  return call.invite("")
      .add("Date: " + std::string(kDate))
      .add("Identity: " + token + ";info=<" + call.certificate_url + ">;alg=ES256");
}

const std::string kNumbers =
    R"({"dest":{"tn":["12155551213"]},"iat":1767225600,"orig":{"tn":"12155551212"}})";

TEST(CompactForm, IsRebuiltFromTheMessage) {
  const SignedCall call;
  const auto message = compact_invite(call, compact_token(carrier().key, call, kNumbers));
  EXPECT_EQ(check_of(message, carrier().store), Check::valid);
  EXPECT_EQ(check_of(message, carrier().store, (kSignedAt + 61) * kSecond_ns), Check::stale);
}

TEST(CompactForm, OfUrisIsWithoutTheirParameters) {
  SignedCall call;
  call.from = "alice";
  call.to = "bob";
  const std::string token = compact_token(
      carrier().key, call,
      R"({"dest":{"uri":["sip:bob@b.example"]},"iat":1767225600,"orig":{"uri":"sip:alice@a.example"}})");
  const auto message = compact_invite(call, token).replace("From", "From: <sip:alice@a.example;x=y>;tag=1");
  EXPECT_EQ(check_of(message, carrier().store), Check::valid);
}

TEST(CompactForm, MayBeSignedForTheAssertedIdentity) {
  SignedCall call;
  call.from = "anonymous";
  const auto message = compact_invite(call, compact_token(carrier().key, call, kNumbers))
                           .add("P-Asserted-Identity: <tel:+12155551212>");
  EXPECT_EQ(check_of(message, carrier().store), Check::valid);
}

TEST(CompactForm, OfOtherPartiesDoesNotHold) {
  SignedCall call;
  const std::string token = compact_token(carrier().key, call, kNumbers);
  call.to = "+12155550000";
  EXPECT_EQ(check_of(compact_invite(call, token), carrier().store), Check::signature_wrong);
}

TEST(CompactForm, CannotBeKnownWithoutAllOfItsParts) {
  const SignedCall call;
  const std::string token = compact_token(carrier().key, call, kNumbers);
  EXPECT_EQ(check_of(call.invite(token), carrier().store), Check::unknowable) << "an extension";
  EXPECT_EQ(check_of(compact_invite(call, token).replace("Date", ""), carrier().store), Check::unknowable);
  EXPECT_EQ(check_of(compact_invite(call, token).replace("Date", "Date: yesterday"), carrier().store),
            Check::unknowable);
  EXPECT_EQ(check_of(compact_invite(call, token).replace("Identity", "Identity: " + token), carrier().store),
            Check::unknowable)
      << "no info";
  EXPECT_EQ(
      check_of(compact_invite(call, token).body("a=fingerprint:sha-256 AA\r\n").replace("Content-L", ""),
               carrier().store),
      Check::unknowable);
}

TEST(CompactForm, ByAnUnknownCertificateOrAlgorithmIsSaidSo) {
  SignedCall call;
  call.certificate_url = "https://c.example/other.pem";
  const std::string token = compact_token(carrier().key, call, kNumbers);
  EXPECT_EQ(check_of(compact_invite(call, token), carrier().store), Check::certificate_unknown);
  const auto other = compact_invite(call, token).replace("Identity", "Identity: " + token + ";alg=RS256");
  EXPECT_EQ(check_of(other, carrier().store), Check::unsupported);
}

}  // namespace
}  // namespace sipsonde
