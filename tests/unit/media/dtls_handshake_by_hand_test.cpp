// SPDX-License-Identifier: Apache-2.0
// Handshakes that no library at hand makes: DTLS 1.3 (RFC 9147), connection IDs (RFC 9146), and those that a
// stranger makes up.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "media/dtls_handshake.h"
#include "support/dtls_bytes.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr unsigned kClient = 0, kServer = 1;

const std::string kOffer13 =
    dtls_use_srtp({7, 1}) + dtls_extension(43, dtls_vector(dtls_number(0xfefcfefd, 4), 1));
const std::string kChosen13 = dtls_extension(43, dtls_number(0xfefc, 2));

std::string hello_record(char random = 'c', int sequence = 0) {
  return dtls_record(22, 0, dtls_message(1, sequence, dtls_client_hello(random, kOffer13)));
}

std::string server_hello_record(const std::string& extensions, int sequence = 0) {
  return dtls_record(22, 0, dtls_message(2, sequence, dtls_server_hello(std::string(32, 's'), extensions)));
}

// SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
std::string retry_record() {
  const std::string random =
      "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91"
      "\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C";
  return dtls_record(22, 0, dtls_message(2, 0, dtls_server_hello(random, kChosen13)));
}

const std::string kServerFlight13 = server_hello_record(kChosen13) + dtls13_record(2, "EncryptedExtensions…");
const std::string kClientFlight13 = dtls13_record(2, "Certificate … Finished");
const std::string kServerAck13 = dtls13_record(3, "ACK");
const std::string kFinished12 = dtls_record(20, 0, "\x01") + dtls_record(22, 1, "Finished");

struct Bench {
  // A second passes with each.
  void see(unsigned side, const std::string& datagram) {
    handshake.observe(side, now_ns += kSecond, datagram);
  }

  std::vector<DtlsOutcome> outcomes;
  const DtlsHandshake::OnOutcome on_outcome = [this](DtlsOutcome& outcome) { outcomes.push_back(outcome); };
  DtlsMemory memory;
  DtlsHandshake handshake{memory, on_outcome};
  std::uint64_t now_ns = 1000 * kSecond;
};

TEST(DtlsHandshakeByHand, A13HandshakeIsOkAndItsFingerprintUnknowable) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, kServerFlight13);
  bench.see(kClient, kClientFlight13);
  EXPECT_TRUE(bench.outcomes.empty());
  bench.see(kServer, kServerAck13);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  const DtlsOutcome& outcome = bench.outcomes[0];
  EXPECT_EQ(outcome.result, DtlsResult::ok);
  EXPECT_EQ(outcome.version, kDtls13);
  EXPECT_EQ(outcome.handshake_ns, 3 * kSecond);
  EXPECT_FALSE(outcome.srtp_profile);
  EXPECT_EQ(outcome.offered_profile, 7);
  EXPECT_EQ(outcome.resumed, false);
  EXPECT_EQ(outcome.shown[kClient].check, FingerprintCheck::unknowable);
  EXPECT_EQ(outcome.shown[kServer].check, FingerprintCheck::unknowable);
}

TEST(DtlsHandshakeByHand, AHelloRetryRequestIsPartOfA13Handshake) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, retry_record());
  bench.see(kClient, hello_record('c', 1));
  bench.see(kServer, server_hello_record(kChosen13, 1) + dtls13_record(2, "…"));
  bench.see(kClient, kClientFlight13);
  bench.see(kServer, kServerAck13);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[0].handshake_ns, 5 * kSecond);
}

TEST(DtlsHandshakeByHand, A13ServerThatNeverConfirmsIsATimeout) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, kServerFlight13);
  bench.see(kClient, kClientFlight13);
  for (int i = 0; i < 59; ++i) bench.see(kClient, kClientFlight13);
  EXPECT_TRUE(bench.outcomes.empty());
  bench.see(kClient, kClientFlight13);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::timeout);
}

TEST(DtlsHandshakeByHand, A13RecordOfEpoch3BeforeTheClientsFlightProvesNothing) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, kServerFlight13 + kServerAck13);
  EXPECT_TRUE(bench.outcomes.empty());
}

TEST(DtlsHandshakeByHand, A13SessionResumedIsToldByItsPreSharedKey) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, server_hello_record(kChosen13 + dtls_extension(41, dtls_number(0, 2))));
  bench.see(kClient, kClientFlight13);
  bench.see(kServer, kServerAck13);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].resumed, true);
}

TEST(DtlsHandshakeByHand, WithConnectionIdsTheFirstProtectedRecordIsFinished) {
  const std::string protected_record = dtls_record(20, 0, "\x01") + dtls_number(25, 1) +
                                       dtls_number(0xfefd, 2) + dtls_number(1, 2) + dtls_number(0, 6) +
                                       "cid, length, Finished";
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, server_hello_record(dtls_use_srtp({1})));
  bench.see(kClient, protected_record);
  bench.see(kServer, protected_record);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
}

TEST(DtlsHandshakeByHand, AProtectedAlertInsteadOfFinishedIsAFailureWithoutAReason) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, server_hello_record(""));
  bench.see(kClient, kFinished12);
  bench.see(kServer, dtls_record(20, 0, "\x01") + dtls_record(21, 1, "opaque"));
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::fail);
  EXPECT_FALSE(bench.outcomes[0].alert);
}

TEST(DtlsHandshakeByHand, AWarningEndsNothingButCloseNotifyDoes) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, dtls_record(21, 0, "\x01\x5a"));
  EXPECT_TRUE(bench.outcomes.empty());
  bench.see(kServer, dtls_record(21, 0, std::string("\x01\x00", 2)));
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].alert, 0);
}

TEST(DtlsHandshakeByHand, AClearAlertOfOneWhoIsProtectedAlreadyIsAStrangers) {
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, server_hello_record(""));
  bench.see(kClient, kFinished12);
  bench.see(kClient, dtls_record(21, 0, "\x02\x28"));
  EXPECT_TRUE(bench.outcomes.empty());
  bench.see(kServer, kFinished12);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
}

TEST(DtlsHandshakeByHand, OfTwoThatBothWantToBeTheClientTheFirstCounts) {
  Bench bench;
  bench.see(kClient, hello_record('c'));
  bench.see(kServer, hello_record('d'));
  EXPECT_TRUE(bench.outcomes.empty());
  bench.handshake.advance(bench.now_ns + DtlsHandshake::kLimitNs);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].client, kClient);
  bench.now_ns += DtlsHandshake::kLimitNs;
  bench.see(kServer, hello_record('d'));
  EXPECT_EQ(bench.handshake.state(), DtlsHandshake::State::running);
}

TEST(DtlsHandshakeByHand, ACertificateTooLargeToHoldIsUnknowable) {
  const std::string certificate(20000, 'x');
  Bench bench;
  bench.see(kClient, hello_record());
  bench.see(kServer, server_hello_record(dtls_use_srtp({1})));
  for (std::size_t at = 0; at < certificate.size(); at += 1000)
    bench.see(kServer, dtls_record(22, 0, dtls_part(11, 1, certificate, at, 1000)));
  bench.see(kClient, kFinished12);
  bench.see(kServer, kFinished12);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[0].resumed, false);
  EXPECT_EQ(bench.outcomes[0].shown[kServer].check, FingerprintCheck::unknowable);
  EXPECT_EQ(bench.memory.given_up, 1u);
}

TEST(DtlsHandshakeByHand, AHelloThatDoesNotHoldBeginsNothing) {
  Bench bench;
  bench.see(kClient, dtls_record(22, 0, dtls_message(1, 0, "no hello")));
  EXPECT_EQ(bench.handshake.state(), DtlsHandshake::State::idle);
}

}  // namespace
}  // namespace sipsonde
