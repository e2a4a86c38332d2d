// SPDX-License-Identifier: Apache-2.0
// What the ends say of a leg's media: RTCP, and DTLS for its keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

const Endpoint kCallerRtcp = ipv4(11, 4001);
const Endpoint kCalleeRtcp = ipv4(12, 5001);

// A call in which both speak until `until`, and have not hung up.
struct RunningCall {
  MediaStage on;
  Dialog dialog;
  Speaker out = caller_speaks(), back = callee_speaks();
  explicit RunningCall(const std::string& profile = "RTP/AVP", milliseconds until = seconds(3)) {
    on.stage.see(call_with_media(dialog, sdp(of_caller(), "", profile), sdp(of_callee(), "", profile)));
    on.converse(out, back, milliseconds(1100), until);
  }
};

std::vector<MediaRecord> said_by(const CallRecord& record, MediaSource source) {
  std::vector<MediaRecord> all(record.media.begin(), record.media.end());
  std::erase_if(all, [source](const MediaRecord& one) { return one.source != source; });
  return all;
}

TEST(RtcpOfALeg, GivesTheRoundTripByBothHalves) {
  RunningCall call;
  // Means of 20 ms to the callee's side and 11 ms to the caller's.
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), receiver_report(0x2222, 0x1111, 0, 0), 10'000);
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3010), receiver_report(0x2222, 0x1111, 0, 0), 30'000);
  call.on.rtcp(kCallerRtcp, kCalleeRtcp, milliseconds(3020), receiver_report(0x1111, 0x2222, 0, 0), 11'000);
  call.on.rtcp(kCallerRtcp, kCalleeRtcp, milliseconds(3030), receiver_report(0x1111, 0x2222, 0, 0), 0);
  hang_up(call.on, call.dialog, milliseconds(3100));
  EXPECT_NEAR(call.on.stage.only_record().rtt_ms.value_or(0), 31, 1e-9);
}

TEST(RtcpOfALeg, GivesNoRoundTripByOneHalf) {
  RunningCall call;
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), receiver_report(0x2222, 0x1111, 0, 0), 10'000);
  hang_up(call.on, call.dialog, milliseconds(3100));
  EXPECT_EQ(call.on.stage.only_record().rtt_ms, std::nullopt);
}

TEST(RtcpOfALeg, OnThePortOfTheRtpIsOfTheSameSides) {
  RunningCall call;
  call.on.rtcp(of_callee(), of_caller(), milliseconds(3000), receiver_report(0x2222, 0x1111, 7, 0));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const auto said = said_by(call.on.stage.only_record(), MediaSource::rtcp);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].way, MediaWay::sent);
}

TEST(RtcpOfALeg, SaysBesideTheStreamsWhatTheFarEndHeard) {
  RunningCall call;
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), receiver_report(0x2222, 0x1111, 5, 80));
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3010), receiver_report(0x2222, 0x1111, 7, 160));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const CallRecord record = call.on.stage.only_record();
  EXPECT_EQ(record.packets_lost, 0u);  // of what passed here
  const auto said = said_by(record, MediaSource::rtcp);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].way, MediaWay::sent);
  EXPECT_EQ(said[0].ssrc, 0x1111u);
  EXPECT_EQ(said[0].codec, SIPSONDE_CODEC_pcmu);
  EXPECT_EQ(said[0].lost, 7u);
  EXPECT_NEAR(said[0].jitter_ms.value_or(0), 20, 1e-9);
  EXPECT_EQ(said[0].packets, std::nullopt);
  EXPECT_EQ(said[0].mos, std::nullopt);
  EXPECT_EQ(said[0].source_address, of_caller());
  EXPECT_EQ(said[0].destination_address, of_callee());
}

TEST(RtcpOfALeg, AboutAStreamThatNobodySawHasNoJitter) {
  RunningCall call;
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), receiver_report(0x2222, 0x9999, 5, 80));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const auto said = said_by(call.on.stage.only_record(), MediaSource::rtcp);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].ssrc, 0x9999u);
  EXPECT_EQ(said[0].lost, 5u);
  EXPECT_EQ(said[0].jitter_ms, std::nullopt);
  EXPECT_EQ(said[0].codec, std::nullopt);
}

TEST(RtcpOfALeg, OfMoreRepeatsThanLossesIsNoLoss) {
  RunningCall call;
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), receiver_report(0x2222, 0x1111, 0xfffffe, 0));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const auto said = said_by(call.on.stage.only_record(), MediaSource::rtcp);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].lost, 0u);
}

TEST(RtcpOfALeg, HasVoipMetricsAsTheyStand) {
  RunningCall call;
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), voip_metrics(0x2222, 0x1111, 48, 41));
  call.on.rtcp(kCallerRtcp, kCalleeRtcp, milliseconds(3010), voip_metrics(0x1111, 0x2222, 52, 127));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const CallRecord record = call.on.stage.only_record();
  EXPECT_NEAR(record.rtt_ms.value_or(0), 52, 1e-9);  // no half was seen: the larger of what both say
  const auto said = said_by(record, MediaSource::rtcp_xr);
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].way, MediaWay::received);
  EXPECT_EQ(said[0].mos, std::nullopt);  // 127: unavailable
  EXPECT_EQ(said[1].way, MediaWay::sent);
  EXPECT_NEAR(said[1].mos.value_or(0), 4.1, 1e-9);
}

TEST(RtcpOfALeg, IsToldAtFirstAndOnceAMinute) {
  RunningCall call;
  for (int second = 3; second < 130; second += 5) {
    call.on.rtcp(kCalleeRtcp, kCallerRtcp, seconds(second), receiver_report(0x2222, 0x1111, 5, 80), 10'500);
    call.on.rtcp(kCallerRtcp, kCalleeRtcp, seconds(second), receiver_report(0x1111, 0x2222, 0, 0));
  }
  call.on.stage.close(seconds(131));
  const auto told = call.on.events_of(EventName::media_rtcp);
  ASSERT_EQ(told.size(), 6u);
  EXPECT_EQ(told[0].source, kCalleeRtcp);
  EXPECT_EQ(attribute(told[0], "way"), "sent");
  EXPECT_EQ(attribute(told[0], "ssrc"), "4369");
  EXPECT_EQ(attribute(told[0], "lost"), "5");
  EXPECT_EQ(attribute(told[0], "jitter_ms"), "10");
  EXPECT_EQ(attribute(told[0], "round_trip_ms"), "10.5");
  EXPECT_EQ(attribute(told[1], "way"), "received");
  EXPECT_EQ(attribute(told[1], "round_trip_ms"), "");
}

// A receiver report as it lies in SRTCP: its blocks as they are given, index and tag behind.
std::string in_srtcp(std::string packet, bool encrypted) {
  packet += encrypted ? std::string("\x80\0\0\1", 4) : std::string("\0\0\0\1", 4);
  return packet + "0123456789";
}

TEST(SrtcpOfALeg, IsUnknowable) {
  for (const char* const profile : {"RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF"}) {
    RunningCall call(profile);
    call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000),
                 in_srtcp(receiver_report(0x2222, 0x1111, 0x7a7a7a, 0x5b5b5b), true), 10'000);
    call.on.rtcp(kCallerRtcp, kCalleeRtcp, milliseconds(3000),
                 in_srtcp(receiver_report(0x1111, 0x2222, 0x7a7a7a, 0x5b5b5b), true), 10'000);
    hang_up(call.on, call.dialog, milliseconds(3100));
    const CallRecord record = call.on.stage.only_record();
    EXPECT_EQ(record.packets_sent, 95u) << profile;
    EXPECT_TRUE(said_by(record, MediaSource::rtcp).empty()) << profile;
    EXPECT_EQ(record.rtt_ms, std::nullopt) << profile;
    EXPECT_TRUE(call.on.events_of(EventName::media_rtcp).empty()) << profile;
  }
}

TEST(SrtcpOfALeg, ThatIsOnlyAuthenticatedIsRead) {
  RunningCall call("RTP/SAVP");
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000),
               in_srtcp(receiver_report(0x2222, 0x1111, 7, 160), false));
  hang_up(call.on, call.dialog, milliseconds(3100));
  const auto said = said_by(call.on.stage.only_record(), MediaSource::rtcp);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].lost, 7u);
}

TEST(RtcpOfALeg, OfBrokenPacketsIsNothing) {
  RunningCall call;
  const std::string good = receiver_report(0x2222, 0x1111, 7, 160);
  for (std::size_t size = 0; size < good.size(); ++size)
    call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), good.substr(0, size), 10'000);
  std::string counted = good;
  counted[0] = '\x9f';  // 31 blocks
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3000), counted, 10'000);
  hang_up(call.on, call.dialog, milliseconds(3100));
  EXPECT_TRUE(said_by(call.on.stage.only_record(), MediaSource::rtcp).empty());
}

TEST(RtcpOfALeg, AfterItsRowOrOfNobodyChangesNothing) {
  RunningCall call;
  call.on.rtcp(ipv4(50, 1), ipv4(51, 1), milliseconds(3000), receiver_report(1, 2, 7, 160), 10'000);
  hang_up(call.on, call.dialog, milliseconds(3100));
  call.on.rtcp(kCalleeRtcp, kCallerRtcp, milliseconds(3400), receiver_report(0x2222, 0x1111, 7, 160), 10'000);
  call.on.stage.wait_until(seconds(60));
  EXPECT_TRUE(said_by(call.on.stage.only_record(), MediaSource::rtcp).empty());
  EXPECT_TRUE(call.on.events_of(EventName::media_rtcp).empty());
}

// A ClientHello with nothing but what has to be there (RFC 6347 section 4.2).
std::string client_hello() {
  std::string body("\xfe\xfd", 2);
  body += std::string(32, 'r') + std::string("\0\0\0\2\xc0\x2b\1\0", 8);
  std::string handshake("\1\0\0", 3);
  handshake += static_cast<char>(body.size());
  handshake += std::string("\0\0\0\0\0\0\0", 7) + '\0';
  handshake[11] = static_cast<char>(body.size());
  handshake += body;
  std::string record("\x16\xfe\xff\0\0\0\0\0\0\0\0\0", 12);
  return record + static_cast<char>(handshake.size()) + handshake;
}

TEST(DtlsOfALeg, ThatNobodyAnswersIsToldWhenItIsGivenUp) {
  RunningCall call("UDP/TLS/RTP/SAVPF");
  call.on.stage.table().observe_dtls({at(seconds(3)), of_caller(), of_callee(), SIPSONDE_FLOW_ingress, 1},
                                     client_hello());
  call.on.stage.wait_until(seconds(70));
  call.on.stage.close(seconds(71));
  EXPECT_EQ(call.on.stage.measures().dtls_handshakes[static_cast<int>(DtlsResult::timeout)].load(), 1u);
  const auto told = call.on.events_of(EventName::dtls_handshake);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].source, of_caller());
  EXPECT_EQ(told[0].destination, of_callee());
  EXPECT_EQ(attribute(told[0], "result"), "timeout");
  EXPECT_EQ(attribute(told[0], "version"), "");
  EXPECT_EQ(attribute(told[0], "handshake_ms"), "");
  EXPECT_EQ(attribute(told[0], "client_fingerprint"), "no-certificate");
}

}  // namespace
}  // namespace sipsonde::test
