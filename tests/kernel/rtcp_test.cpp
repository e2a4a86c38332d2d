// SPDX-License-Identifier: Apache-2.0
// RTCP and DTLS through the loaded programs: what is counted of a compound, the round trip that a report
// tells, and which datagrams are handed over.
#include <random>

#include "media_fixture.h"

namespace sipsonde::testing {
namespace {

constexpr std::uint32_t kCall = 0xc0000001, kSender = 0x11111111, kReceiver = 0x22222222;
constexpr std::uint32_t kNtpSeconds = 0xb44db705, kNtpFraction = 0x20000000;  // RFC 3550 section 6.4.1
constexpr std::uint32_t kNtpMiddle = 0xb7052000;

std::string packet(int type, int count, const std::string& body) {
  return big_endian(0x80u | static_cast<unsigned>(count), 1) + big_endian(static_cast<unsigned>(type), 1) +
         big_endian(body.size() / 4, 2) + body;
}

// A report block about `ssrc`; `delay` in 1/65536 s.
std::string block(std::uint32_t ssrc, std::uint32_t last_report, std::uint32_t delay) {
  return big_endian(ssrc, 4) + std::string(12, '\0') + big_endian(last_report, 4) + big_endian(delay, 4);
}

std::string sender_report(std::uint32_t fraction = kNtpFraction, const std::string& blocks = {}) {
  return packet(200, static_cast<int>(blocks.size() / 24),
                big_endian(kSender, 4) + big_endian(kNtpSeconds, 4) + big_endian(fraction, 4) +
                    std::string(12, '\0') + blocks);
}

std::string receiver_report(const std::string& blocks) {
  return packet(201, static_cast<int>(blocks.size() / 24), big_endian(kReceiver, 4) + blocks);
}

const std::string kDescription = packet(202, 1, big_endian(kSender, 4) + std::string("\1\1x\0", 4));

class Rtcp : public MediaFixture {
 protected:
  __u64 packets(sipsonde_rtcp_type type, sipsonde_flow flow = SIPSONDE_FLOW_ingress) {
    return counters().rtcp_packets[flow][type];
  }
  __u64 all_packets() {
    __u64 sum = 0;
    for (const auto& flow : counters().rtcp_packets)
      for (const __u64 count : flow) sum += count;
    return sum;
  }
  // Sends `rtcp`; the round trips of its note.
  std::vector<std::uint32_t> round_trips(const std::string& rtcp, const Route& route = Route{}.back()) {
    const auto samples = pass(rtcp, route);
    EXPECT_EQ(samples.size(), 1u);
    sipsonde_rtcp_note note{};
    if (samples.empty() || samples[0].payload.size() < sizeof note) return {};
    EXPECT_EQ(samples[0].head.kind, SIPSONDE_KIND_rtcp);
    EXPECT_EQ(samples[0].payload.substr(sizeof note), rtcp);
    std::memcpy(&note, samples[0].payload.data(), sizeof note);
    return {std::begin(note.round_trip_us), std::end(note.round_trip_us)};
  }
};

// ---- types ----

TEST_F(Rtcp, CountsEachPacketOfACompound) {
  pass(sender_report(kNtpFraction, block(1, 0, 0)) + kDescription + packet(203, 1, big_endian(kSender, 4)) +
       packet(204, 0, big_endian(kSender, 4) + "name") + packet(207, 0, big_endian(kSender, 4)));
  pass(receiver_report({}) + kDescription, {}, SIPSONDE_FLOW_egress);
  for (const auto type : {SIPSONDE_RTCP_TYPE_sr, SIPSONDE_RTCP_TYPE_sdes, SIPSONDE_RTCP_TYPE_bye,
                          SIPSONDE_RTCP_TYPE_app, SIPSONDE_RTCP_TYPE_xr})
    EXPECT_EQ(packets(type), 1u) << type;
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_rr, SIPSONDE_FLOW_egress), 1u);
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_sdes, SIPSONDE_FLOW_egress), 1u);
  EXPECT_EQ(all_packets(), 7u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtcp), 1u);
}

TEST_F(Rtcp, OfReducedSizeIsCountedWhenItFillsItsDatagram) {
  pass(packet(206, 1, big_endian(kSender, 4) + big_endian(kReceiver, 4)));
  pass(packet(205, 15, big_endian(kSender, 4) + big_endian(kReceiver, 4)));
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_psfb), 1u);
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_rtpfb), 1u);
  pass(packet(206, 1, big_endian(kSender, 4) + big_endian(kReceiver, 4)) + "more");
  EXPECT_EQ(all_packets(), 2u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_other), 1u);
}

TEST_F(Rtcp, OfEightBytesIsTheShortest) {
  EXPECT_EQ(pass(receiver_report({})).size(), 1u);
  EXPECT_EQ(pass(packet(203, 1, big_endian(kSender, 4))).size(), 1u);
  EXPECT_TRUE(pass(packet(203, 0, {})).empty());
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_rr), 1u);
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_bye), 1u);
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtcp), 2u);
}

TEST_F(Rtcp, ThatIsEncryptedCountsItsFirstPacketOnly) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string secret = (sender_report(kNtpFraction, block(1, kNtpMiddle, 0)) + kDescription).substr(8);
    for (char& byte : secret) byte = static_cast<char>(random());
    pass(sender_report(kNtpFraction, block(1, 0, 0)).substr(0, 8) + secret +
         big_endian(0x80000000u | static_cast<unsigned>(i), 4) + std::string(10, '\x77'));
  }
  EXPECT_EQ(packets(SIPSONDE_RTCP_TYPE_sr), 200u);
  EXPECT_EQ(all_packets(), 200u);
  EXPECT_EQ(counters().rtcp_unusable, 0u);
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_sender_reports], 0u);
}

TEST_F(Rtcp, OfMoreThanSixteenPacketsCountsTheFirst) {
  std::string compound = receiver_report({});
  for (int i = 0; i < 30; ++i) compound += kDescription;
  EXPECT_EQ(pass(compound).size(), 1u);
  EXPECT_EQ(all_packets(), 1u);
}

// ---- round trip ----

TEST_F(Rtcp, TellsTheRoundTripOfTheVectorOfRfc3550) {
  pass(sender_report());
  now_ns_ += 11'375 * kMillisecond;  // 6.125 s and the 5.25 s that the reporter kept it
  const auto trips = round_trips(receiver_report(block(kSender, kNtpMiddle, 0x00054000)));
  EXPECT_EQ(trips, (std::vector<std::uint32_t>{6'125'000, 0, 0, 0}));
  const sipsonde_histogram& times = counters().rtcp_rtt[SIPSONDE_FLOW_ingress];
  EXPECT_EQ(times.sum_ns, 6'125'000'000u);
  EXPECT_EQ(counters().rtcp_unusable, 0u);
}

TEST_F(Rtcp, TellsTheRoundTripOfEachOfTheFirstBlocks) {
  for (std::uint32_t i = 0; i < 5; ++i, wait(10)) pass(sender_report(kNtpFraction + (i << 16)));
  std::string blocks;
  for (std::uint32_t i = 0; i < 5; ++i) blocks += block(kSender, kNtpMiddle + i, 0);
  const auto trips = round_trips(receiver_report(blocks));
  EXPECT_EQ(trips, (std::vector<std::uint32_t>{50'000, 40'000, 30'000, 20'000}));
}

TEST_F(Rtcp, TellsTheRoundTripInASenderReportToo) {
  pass(sender_report());
  wait(30);
  const std::string back = packet(
      200, 1, big_endian(kReceiver, 4) + std::string(20, '\1') + block(kSender, kNtpMiddle, 65536 / 100));
  const auto trips = round_trips(back);
  ASSERT_EQ(trips.size(), 4u);
  EXPECT_NEAR(trips[0], 20'000, 20);
}

TEST_F(Rtcp, CountsFromTheFirstSightOfASenderReport) {
  pass(sender_report());
  wait(5);
  pass(sender_report());  // on `lo` each packet passes twice
  wait(5);
  EXPECT_EQ(round_trips(receiver_report(block(kSender, kNtpMiddle, 0))).at(0), 10'000u);
}

TEST_F(Rtcp, ThatIsNegativeOrAbsurdIsUnusable) {
  pass(sender_report());
  wait(100);
  EXPECT_EQ(round_trips(receiver_report(block(kSender, kNtpMiddle, 65536))).at(0), 0u);
  EXPECT_EQ(counters().rtcp_unusable, 1u);
  wait(70'000);
  EXPECT_EQ(round_trips(receiver_report(block(kSender, kNtpMiddle, 0))).at(0), 0u);
  EXPECT_EQ(counters().rtcp_unusable, 2u);
  EXPECT_EQ(counters().rtcp_rtt[SIPSONDE_FLOW_ingress].sum_ns, 0u);
}

TEST_F(Rtcp, ThatNamesNoSenderReportSeenHereTellsNothing) {
  pass(sender_report());
  wait(100);
  const std::string blocks =
      block(kSender, 0, 0) + block(kSender, kNtpMiddle + 1, 0) + block(kReceiver, kNtpMiddle, 0);
  EXPECT_EQ(round_trips(receiver_report(blocks)), (std::vector<std::uint32_t>{0, 0, 0, 0}));
  EXPECT_EQ(counters().rtcp_unusable, 0u);
}

TEST_F(Rtcp, ThatClaimsMoreBlocksThanItHasIsReadToItsEnd) {
  pass(sender_report());
  wait(10);
  std::string report = receiver_report(block(kSender, kNtpMiddle, 0));
  report[0] = static_cast<char>(0x80 | 31);
  EXPECT_EQ(round_trips(report), (std::vector<std::uint32_t>{10'000, 0, 0, 0}));
}

TEST_F(Rtcp, OfRandomBytesHurtsNobody) {
  std::mt19937 random(5);
  for (int i = 0; i < 3000; ++i) {
    std::string noise = sender_report(kNtpFraction, block(1, kNtpMiddle, 0)) + kDescription;
    noise.resize(noise.size() - random() % 40);
    for (int flips = 0; flips < 4; ++flips)
      noise[2 + random() % (noise.size() - 2)] = static_cast<char>(random());
    pass(noise);
  }
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_rtcp) + verdicts(SIPSONDE_VERDICT_other), 3000u);
}

// ---- whose it is ----

TEST_F(Rtcp, ComesToTheWorkerOfItsCall) {
  announce("198.51.100.2", 20001, kCall);
  const auto samples = pass(receiver_report({}), Route{}.of_rtcp());
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].head.call_hash, kCall);
  EXPECT_EQ(samples[0].worker, probe_->worker_of(kCall));
  EXPECT_EQ(counters().ring_events[probe_->worker_of(kCall)][SIPSONDE_KIND_rtcp], 1u);
}

// ---- DTLS ----

std::string record(int type, std::size_t length) {
  return big_endian(static_cast<unsigned>(type), 1) + std::string("\xfe\xfd\0\0\0\0\0\0\0\0", 10) +
         big_endian(length, 2) + std::string(length, '\x33');
}

class Dtls : public MediaFixture {};

TEST_F(Dtls, HandshakeIsHandedOverAndApplicationDataIsNot) {
  for (const int type : {20, 21, 22, 25, 26}) {
    const auto samples = pass(record(type, 80));
    ASSERT_EQ(samples.size(), 1u) << type;
    EXPECT_EQ(samples[0].head.kind, SIPSONDE_KIND_dtls);
    EXPECT_EQ(samples[0].payload, record(type, 80));
  }
  EXPECT_TRUE(pass(record(23, 80)).empty());
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_dtls), 6u);
}

TEST_F(Dtls, HandshakeComesToOneWorkerBothWaysBeforeAndAfterItsSdp) {
  const auto hello = pass(record(22, 80));
  announce("198.51.100.2", 20000, kCall);
  const auto answer = pass(record(22, 80), Route{}.back());
  ASSERT_EQ(hello.size(), 1u);
  ASSERT_EQ(answer.size(), 1u);
  EXPECT_EQ(hello[0].head.call_hash, answer[0].head.call_hash);
  EXPECT_EQ(hello[0].worker, answer[0].worker);
  EXPECT_EQ(hello[0].worker, probe_->worker_of(hello[0].head.call_hash));
}

TEST_F(Dtls, UnifiedHeaderIsBelievedOnlyWhereAnEndpointIsAnnounced) {
  const auto ciphertext = [](unsigned first, std::size_t length) {
    return big_endian(first, 1) + std::string(length - 1, '\x91');
  };
  EXPECT_TRUE(pass(ciphertext(0x2e, 100)).empty());
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_dtls), 0u);
  announce("198.51.100.2", 20000, kCall);
  EXPECT_EQ(pass(ciphertext(0x2e, 100)).size(), 1u);  // epoch 2: of the handshake
  EXPECT_TRUE(pass(ciphertext(0x2f, 100)).empty());   // epoch 3: application data
  EXPECT_EQ(pass(ciphertext(0x2f, 40)).size(), 1u);   // as short as an acknowledgement
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_dtls), 3u);
  for (const unsigned first : {0x2cu, 0x1eu, 0x40u, 0x7fu}) EXPECT_TRUE(pass(ciphertext(first, 100)).empty());
  EXPECT_EQ(verdicts(SIPSONDE_VERDICT_dtls), 3u);
}

}  // namespace
}  // namespace sipsonde::testing
