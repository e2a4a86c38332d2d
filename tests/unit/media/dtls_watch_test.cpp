// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_watch.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <map>
#include <string>
#include <vector>

#include "media/dtls_handshake.h"
#include "support/dtls_bytes.h"
#include "unit/media/dtls_peers.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

Endpoint endpoint(std::uint8_t last, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

std::string hello(char random) {
  return dtls_record(22, 0, dtls_message(1, 0, dtls_client_hello(random, dtls_use_srtp({1}))));
}
const std::string kServerHello =
    dtls_record(22, 0, dtls_message(2, 0, dtls_server_hello(std::string(32, 's'), dtls_use_srtp({1}))));
const std::string kFinished = dtls_record(20, 0, "\x01") + dtls_record(22, 1, "Finished");

struct Bench {
  explicit Bench(const DtlsLimits& limits = {})
      : watch(
            limits,
            [this](const Endpoint& who, Fingerprints& fingerprints) {
              for (const std::string& value : given[who]) fingerprints.add(value);
            },
            [this](const DtlsReport& report) { reports.push_back(report); }) {}

  void resume(const Endpoint& client, const Endpoint& server, char random) {
    watch.observe(client, server, now_ns, hello(random));
    watch.observe(server, client, now_ns, kServerHello + kFinished);
    watch.observe(client, server, now_ns, kFinished);
  }

  std::map<Endpoint, std::vector<std::string>> given;
  std::vector<DtlsReport> reports;
  std::uint64_t now_ns = 1000 * kSecond;
  DtlsWatch watch;
};

const Endpoint kLow = endpoint(1, 4000), kHigh = endpoint(2, 5000);

TEST(DtlsWatch, HoldsEachCertificateAgainstTheSdpOfItsEndpoint) {
  for (const bool client_is_lower : {true, false}) {
    DtlsEnd client({}), server({.is_server = true});
    const Endpoint client_at = client_is_lower ? kLow : kHigh;
    const Endpoint server_at = client_is_lower ? kHigh : kLow;
    Bench bench;
    bench.given[client_at] = {"sha-256 " + client.fingerprint(EVP_sha256())};
    bench.given[server_at] = {"sha-256 " + client.fingerprint(EVP_sha256())};
    shake_hands(client, server, [&](bool from_client, const std::string& datagram) {
      bench.watch.observe(from_client ? client_at : server_at, from_client ? server_at : client_at,
                          bench.now_ns += kSecond, datagram);
      return true;
    });
    ASSERT_EQ(bench.reports.size(), 1u);
    const DtlsReport& report = bench.reports[0];
    EXPECT_EQ(report.client, client_at);
    EXPECT_EQ(report.server, server_at);
    EXPECT_EQ(report.outcome.client, 0u);
    EXPECT_EQ(report.outcome.shown[0].check, FingerprintCheck::matched);
    EXPECT_EQ(report.outcome.shown[1].check, FingerprintCheck::mismatched);
    EXPECT_EQ(report.outcome.result, DtlsResult::fingerprint_mismatch);
  }
}

TEST(DtlsWatch, PairsOfEndpointsAreToldApart) {
  Bench bench;
  bench.resume(kLow, kHigh, 'a');
  bench.resume(endpoint(1, 4002), kHigh, 'a');
  bench.resume(kHigh, endpoint(3, 4000), 'a');
  EXPECT_EQ(bench.reports.size(), 3u);
  EXPECT_EQ(bench.watch.size(), 3u);
}

TEST(DtlsWatch, OnlyAClientHelloMakesAnEntry) {
  Bench bench;
  bench.watch.observe(kHigh, kLow, bench.now_ns, kServerHello);
  bench.watch.observe(kHigh, kLow, bench.now_ns, "garbage");
  EXPECT_EQ(bench.watch.size(), 0u);
}

TEST(DtlsWatch, TimeoutsComeWithTheTimeOfOthers) {
  Bench bench;
  bench.watch.observe(kLow, kHigh, bench.now_ns, hello('a'));
  bench.watch.observe(endpoint(7, 1), kHigh, bench.now_ns + DtlsHandshake::kLimitNs, hello('b'));
  ASSERT_EQ(bench.reports.size(), 1u);
  EXPECT_EQ(bench.reports[0].outcome.result, DtlsResult::timeout);
  EXPECT_EQ(bench.reports[0].client, kLow);
}

TEST(DtlsWatch, PartsOfAClientHelloAreForgottenWithoutAWord) {
  Bench bench;
  const std::string body = dtls_client_hello('a', "");
  bench.watch.observe(kLow, kHigh, bench.now_ns, dtls_record(22, 0, dtls_part(1, 0, body, 0, 20)));
  EXPECT_EQ(bench.watch.size(), 1u);
  bench.watch.advance(bench.now_ns + DtlsHandshake::kLimitNs);
  EXPECT_EQ(bench.watch.size(), 0u);
  EXPECT_TRUE(bench.reports.empty());
}

TEST(DtlsWatch, WhatIsOverIsRememberedForAWhile) {
  Bench bench;
  bench.resume(kLow, kHigh, 'a');
  bench.watch.observe(kLow, kHigh, bench.now_ns + 239 * kSecond, hello('a'));
  bench.watch.advance(bench.now_ns + 239 * kSecond);
  EXPECT_EQ(bench.watch.size(), 1u);
  bench.watch.advance(bench.now_ns + 240 * kSecond);
  EXPECT_EQ(bench.watch.size(), 0u);
  EXPECT_EQ(bench.reports.size(), 1u);
}

TEST(DtlsWatch, WhatIsOverGivesWayBeforeWhatRuns) {
  Bench bench({.associations = 2});
  bench.watch.observe(endpoint(9, 1), kHigh, bench.now_ns, hello('r'));
  bench.resume(kLow, kHigh, 'a');
  bench.watch.observe(endpoint(9, 2), kHigh, bench.now_ns, hello('r'));
  EXPECT_EQ(bench.watch.evicted(), 0u);
  bench.watch.observe(endpoint(9, 3), kHigh, bench.now_ns, hello('r'));
  EXPECT_EQ(bench.watch.evicted(), 1u);
  EXPECT_EQ(bench.watch.size(), 2u);
  bench.watch.advance(bench.now_ns + DtlsHandshake::kLimitNs);
  EXPECT_EQ(bench.reports.size(), 3u);  // of four: the first gave way
}

TEST(DtlsWatch, EachAssociationOfAPairHasItsReport) {
  Bench bench;
  for (const char random : {'a', 'b', 'c'}) bench.resume(kLow, kHigh, random);
  bench.resume(kHigh, kLow, 'd');
  ASSERT_EQ(bench.reports.size(), 4u);
  EXPECT_EQ(bench.reports[3].client, kHigh);
  EXPECT_EQ(bench.watch.size(), 1u);
}

}  // namespace
}  // namespace sipsonde
