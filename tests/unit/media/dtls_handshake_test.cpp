// SPDX-License-Identifier: Apache-2.0
// Handshakes that OpenSSL makes, as seen by one who holds no key.
#include "media/dtls_handshake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/media/dtls_peers.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kStart = 1'000'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr unsigned kClient = 1;  // side 1, so that nothing rests on the client being side 0

// Watches one pair of addresses; a millisecond passes with each datagram.
struct Bench {
  explicit Bench(const DtlsEnd::Options& of_client = {}, DtlsEnd::Options of_server = {})
      : client(of_client), server((of_server.is_server = true, of_server)) {}

  bool see(bool from_client, const std::string& datagram) {
    handshake.observe(from_client ? kClient : 1 - kClient, now_ns += kMillisecond, datagram);
    ++datagrams;
    return true;
  }
  void run() {
    shake_hands(client, server,
                [&](bool from_client, const std::string& datagram) { return see(from_client, datagram); });
  }
  void run_losing(std::vector<unsigned> lost) {
    shake_hands(client, server, [&](bool from_client, const std::string& datagram) {
      return see(from_client, datagram) && std::ranges::find(lost, datagrams) == lost.end();
    });
  }

  DtlsEnd client, server;
  std::vector<DtlsOutcome> outcomes;
  const DtlsHandshake::OnOutcome on_outcome = [this](DtlsOutcome& outcome) { outcomes.push_back(outcome); };
  DtlsMemory memory;
  DtlsHandshake handshake{memory, on_outcome};
  std::uint64_t now_ns = kStart;
  unsigned datagrams = 0;
};

Fingerprints given(const std::string& value) {
  Fingerprints fingerprints;
  EXPECT_TRUE(fingerprints.add(value));
  return fingerprints;
}

TEST(DtlsHandshake, AHandshakeOf12IsOkWithItsProfileItsTimeAndBothCertificates) {
  Bench bench;
  bench.run();
  ASSERT_TRUE(bench.client.is_connected() && bench.server.is_connected());
  ASSERT_EQ(bench.outcomes.size(), 1u);
  DtlsOutcome outcome = bench.outcomes[0];
  EXPECT_EQ(outcome.result, DtlsResult::ok);
  EXPECT_EQ(outcome.client, kClient);
  EXPECT_EQ(outcome.version, kDtls12);
  EXPECT_EQ(outcome.srtp_profile, 1);
  EXPECT_EQ(outcome.resumed, false);
  EXPECT_EQ(outcome.repeated, 0u);
  EXPECT_EQ(outcome.first_ns, kStart + kMillisecond);
  EXPECT_EQ(outcome.ended_ns, bench.now_ns);
  EXPECT_EQ(outcome.handshake_ns, bench.now_ns - kStart - kMillisecond);
  hold_against(outcome, kClient, given("sha-256 " + bench.client.fingerprint(EVP_sha256())));
  hold_against(outcome, 1 - kClient, given("SHA-512 " + bench.server.fingerprint(EVP_sha512())));
  EXPECT_EQ(outcome.shown[kClient].check, FingerprintCheck::matched);
  EXPECT_EQ(outcome.shown[1 - kClient].check, FingerprintCheck::matched);
  EXPECT_EQ(outcome.result, DtlsResult::ok);
}

TEST(DtlsHandshake, ACertificateThatTheSdpDoesNotKnowIsAMismatch) {
  Bench bench;
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  DtlsOutcome outcome = bench.outcomes[0];
  hold_against(outcome, kClient, given("sha-256 " + bench.server.fingerprint(EVP_sha256())));
  EXPECT_EQ(outcome.result, DtlsResult::fingerprint_mismatch);
  EXPECT_EQ(outcome.shown[kClient].check, FingerprintCheck::mismatched);
  EXPECT_EQ(outcome.shown[1 - kClient].check, FingerprintCheck::not_given);
}

TEST(DtlsHandshake, Version10IsOneToo) {
  const DtlsEnd::Options old{.ciphers = "ECDHE-ECDSA-AES128-SHA", .version = DTLS1_VERSION};
  Bench bench(old, old);
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[0].version, kDtls10);
  EXPECT_TRUE(bench.outcomes[0].shown[kClient].certificate);
}

TEST(DtlsHandshake, TheServersChoiceOfProfilesIsTold) {
  Bench bench({.srtp_profiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"},
              {.srtp_profiles = "SRTP_AES128_CM_SHA1_80"});
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].offered_profile, 7);
  EXPECT_EQ(bench.outcomes[0].srtp_profile, 1);
}

TEST(DtlsHandshake, AHelloVerifyRequestIsPartOfIt) {
  Bench bench({}, {.verifies_cookie = true});
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[0].first_ns, kStart + kMillisecond);
  EXPECT_EQ(bench.outcomes[0].repeated, 0u);
}

TEST(DtlsHandshake, FragmentsAreReadThroughASmallMtu) {
  Bench bench({.mtu = 256}, {.mtu = 256});
  bench.run();
  ASSERT_GT(bench.datagrams, 6u);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  DtlsOutcome outcome = bench.outcomes[0];
  EXPECT_EQ(outcome.result, DtlsResult::ok);
  hold_against(outcome, kClient, given("sha-1 " + bench.client.fingerprint(EVP_sha1())));
  hold_against(outcome, 1 - kClient, given("sha-384 " + bench.server.fingerprint(EVP_sha384())));
  EXPECT_EQ(outcome.shown[kClient].check, FingerprintCheck::matched);
  EXPECT_EQ(outcome.shown[1 - kClient].check, FingerprintCheck::matched);
  EXPECT_EQ(bench.memory.used_bytes, 0u);
  EXPECT_EQ(bench.memory.given_up, 0u);
}

TEST(DtlsHandshake, AServerThatDoesNotAskSeesNoCertificate) {
  Bench bench({}, {.asks_for_certificate = false});
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[0].resumed, false);
  EXPECT_EQ(bench.outcomes[0].shown[kClient].check, FingerprintCheck::no_certificate);
  EXPECT_EQ(bench.outcomes[0].shown[1 - kClient].check, FingerprintCheck::not_given);
}

TEST(DtlsHandshake, ARefusedCertificateIsAFailureWithItsAlert) {
  Bench bench({.trusts_peer = false});
  bench.run();
  ASSERT_FALSE(bench.client.is_connected());
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::fail);
  ASSERT_TRUE(bench.outcomes[0].alert);
  EXPECT_GE(*bench.outcomes[0].alert, 42);  // which of the certificate alerts is OpenSSL's matter
  EXPECT_LE(*bench.outcomes[0].alert, 48);
  EXPECT_FALSE(bench.outcomes[0].handshake_ns);
}

TEST(DtlsHandshake, NoCommonCipherIsAFailureWithoutAVersion) {
  Bench bench({}, {.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"});
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::fail);
  EXPECT_EQ(bench.outcomes[0].alert, 40);
  EXPECT_EQ(bench.outcomes[0].version, 0);
  EXPECT_FALSE(bench.outcomes[0].resumed);
}

TEST(DtlsHandshake, AResumedSessionShowsNoCertificate) {
  Bench bench;
  bench.run();
  const SslSession session = bench.client.session();
  bench.client.connect(session.get());
  bench.server.connect();
  bench.run();
  ASSERT_TRUE(bench.client.is_connected() && bench.server.is_connected());
  ASSERT_EQ(bench.outcomes.size(), 2u);
  EXPECT_EQ(bench.outcomes[1].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[1].resumed, true);
  EXPECT_EQ(bench.outcomes[1].shown[0].check, FingerprintCheck::no_certificate);
  EXPECT_EQ(bench.outcomes[1].shown[1].check, FingerprintCheck::no_certificate);
}

TEST(DtlsHandshake, ALostFlightIsRepeatedAndTheHandshakeStillOneAssociation) {
  Bench bench;
  bench.run_losing({2});  // the server's first flight
  EXPECT_TRUE(bench.outcomes.empty());
  bench.now_ns += 1000 * kMillisecond;
  bench.client.repeat();
  bench.server.repeat();
  bench.run();
  ASSERT_TRUE(bench.client.is_connected() && bench.server.is_connected());
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::ok);
  EXPECT_GT(bench.outcomes[0].repeated, 0u);
  EXPECT_GT(bench.outcomes[0].handshake_ns, 1000 * kMillisecond);
}

TEST(DtlsHandshake, AClientHelloThatIsRepeatedWithoutAnswerTimesOutOnce) {
  Bench bench;
  bench.run_losing({1});
  const std::uint64_t first_ns = bench.now_ns;
  for (const std::uint64_t second : {1, 3, 7, 15, 31, 63, 123}) {
    bench.now_ns = first_ns + second * 1000 * kMillisecond - kMillisecond;
    bench.client.repeat();
    for (const std::string& datagram : bench.client.speak()) bench.see(true, datagram);
  }
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::timeout);
  EXPECT_EQ(bench.outcomes[0].ended_ns, first_ns + DtlsHandshake::kLimitNs);
  EXPECT_EQ(bench.outcomes[0].repeated, 5u);
  EXPECT_FALSE(bench.outcomes[0].handshake_ns);
}

TEST(DtlsHandshake, SilenceAfterAFlightTimesOut) {
  Bench bench;
  bench.run_losing({2});
  bench.handshake.advance(bench.now_ns + DtlsHandshake::kLimitNs - 1);
  EXPECT_TRUE(bench.outcomes.empty());
  bench.handshake.advance(bench.now_ns + DtlsHandshake::kLimitNs);
  ASSERT_EQ(bench.outcomes.size(), 1u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::timeout);
  EXPECT_EQ(bench.outcomes[0].version, kDtls12);
}

TEST(DtlsHandshake, AClientThatBeginsAnewLeavesATimeoutBehind) {
  Bench bench;
  bench.run_losing({1});
  bench.client.connect();
  bench.run();
  ASSERT_EQ(bench.outcomes.size(), 2u);
  EXPECT_EQ(bench.outcomes[0].result, DtlsResult::timeout);
  EXPECT_EQ(bench.outcomes[1].result, DtlsResult::ok);
  EXPECT_EQ(bench.outcomes[1].first_ns, kStart + 2 * kMillisecond);
}

TEST(DtlsHandshake, RepetitionsAfterItsEndAreNoNewAssociation) {
  Bench bench;
  std::vector<std::string> seen;
  shake_hands(bench.client, bench.server, [&](bool from_client, const std::string& datagram) {
    if (from_client) seen.push_back(datagram);
    return bench.see(from_client, datagram);
  });
  for (const std::string& datagram : seen) bench.see(true, datagram);
  bench.handshake.advance(bench.now_ns + 10 * DtlsHandshake::kLimitNs);
  EXPECT_EQ(bench.outcomes.size(), 1u);
}

TEST(DtlsHandshake, AnotherHandshakeOfTheSameAddressesIsAnotherAssociation) {
  Bench bench;
  for (int i = 0; i < 3; ++i) {
    bench.client.connect();
    bench.server.connect();
    bench.run();
  }
  EXPECT_EQ(bench.outcomes.size(), 3u);
}

TEST(DtlsHandshake, WithoutItsClientHelloNothingIsSaid) {
  Bench bench;
  shake_hands(bench.client, bench.server, [&](bool from_client, const std::string& datagram) {
    return (from_client && bench.datagrams++ == 0) || bench.see(from_client, datagram);
  });
  bench.handshake.advance(bench.now_ns + 10 * DtlsHandshake::kLimitNs);
  EXPECT_TRUE(bench.outcomes.empty());
}

// Every datagram of a handshake, cut at every byte: nothing is read beyond its end.
TEST(DtlsHandshake, ADatagramCutAtAnyByteDoesNoHarm) {
  Bench bench;
  std::vector<std::pair<bool, std::string>> seen;
  shake_hands(bench.client, bench.server, [&](bool from_client, const std::string& datagram) {
    seen.emplace_back(from_client, datagram);
    return true;
  });
  for (std::size_t cut = 0; cut < seen.size(); ++cut)
    for (std::size_t size = 0; size < seen[cut].second.size(); ++size) {
      unsigned outcomes = 0;
      const DtlsHandshake::OnOutcome count = [&outcomes](DtlsOutcome&) { ++outcomes; };
      DtlsHandshake handshake(bench.memory, count);
      for (std::size_t i = 0; i < seen.size(); ++i) {
        const std::string part(seen[i].second.data(), i == cut ? size : seen[i].second.size());
        handshake.observe(seen[i].first ? kClient : 1 - kClient, kStart + i, part);
      }
      handshake.advance(kStart + 2 * DtlsHandshake::kLimitNs);
      ASSERT_LE(outcomes, 1u);
    }
}

}  // namespace
}  // namespace sipsonde
