// SPDX-License-Identifier: Apache-2.0
#include "decode/rtcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "rtcp_bytes.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;

// Keeps all that it is told.
struct Notebook : RtcpVisitor {
  void sender_info(const RtcpSenderInfo& info) override { senders.push_back(info); }
  void report_block(const RtcpReportBlock& block) override { blocks.push_back(block); }
  void bye(std::span<const std::uint32_t> sources) override {
    ++byes;
    gone.insert(gone.end(), sources.begin(), sources.end());
  }
  void feedback(const RtcpFeedback& told) override { feedbacks.push_back(told); }
  void reference_time(const RtcpReferenceTime& time) override { times.push_back(time); }
  void reference_echo(const RtcpReferenceEcho& echo) override { echoes.push_back(echo); }
  void statistics(const RtcpStatistics& told) override { summaries.push_back(told); }
  void voip_metrics(const RtcpVoipMetrics& told) override { metrics.push_back(told); }

  std::size_t count() const {
    return senders.size() + blocks.size() + byes + feedbacks.size() + times.size() + echoes.size() +
           summaries.size() + metrics.size();
  }

  std::vector<RtcpSenderInfo> senders;
  std::vector<RtcpReportBlock> blocks;
  std::vector<std::uint32_t> gone;
  std::size_t byes = 0;
  std::vector<RtcpFeedback> feedbacks;
  std::vector<RtcpReferenceTime> times;
  std::vector<RtcpReferenceEcho> echoes;
  std::vector<RtcpStatistics> summaries;
  std::vector<RtcpVoipMetrics> metrics;
};

struct Walked : Notebook {
  explicit Walked(const std::string& datagram, bool truncated = false)
      : walk(walk_rtcp(datagram, truncated, *this)) {}
  RtcpWalk walk;
};

std::string sdes() {
  return rtcp_packet(1, 202,
                     be32(0x11111111) + std::string("\x01\x05"
                                                    "alice\0",
                                                    8));
}

// RFC 3611 section 4.7, with the values of a phone that knows them all.
std::string voip_block(std::string_view levels, std::string_view qualities, char receiver = '\xf5') {
  return std::string("\x07\x00\x00\x08", 4) + be32(0x22222222) + std::string("\x0d\x02\x80\x01", 4) +
         be16(120) + be16(3000) + be16(85) + be16(140) + std::string(levels) + '\x10' +
         std::string(qualities) + receiver + '\0' + be16(60) + be16(120) + be16(65535);
}

TEST(Rtcp, ACompoundOfSenderReportAndDescriptionIsRead) {
  const Walked seen(
      rtcp_packet(1, 200,
                  sender_info_of(0x11111111) +
                      report_block_of(0x22222222, 0x0500000a, 0x00012345, 33, 0xb7052000, 0x00054000)) +
      sdes());
  EXPECT_EQ(seen.walk.fault, RtcpFault::none);
  EXPECT_EQ(seen.walk.packets, 2u);
  EXPECT_EQ(seen.walk.first_type, kRtcpSenderReport);
  EXPECT_EQ(seen.walk.sender_ssrc, 0x11111111u);
  EXPECT_FALSE(seen.walk.reduced_size);
  ASSERT_EQ(seen.senders.size(), 1u);
  EXPECT_EQ(seen.senders[0].ssrc, 0x11111111u);
  EXPECT_EQ(seen.senders[0].ntp_middle, 0xb7052000u);  // of b44db705:20000000
  EXPECT_EQ(seen.senders[0].rtp_timestamp, 160000u);
  EXPECT_EQ(seen.senders[0].packets, 1000u);
  EXPECT_EQ(seen.senders[0].octets, 160000u);
  ASSERT_EQ(seen.blocks.size(), 1u);
  const RtcpReportBlock& block = seen.blocks[0];
  EXPECT_EQ(block.reporter, 0x11111111u);
  EXPECT_EQ(block.ssrc, 0x22222222u);
  EXPECT_EQ(block.fraction_lost, 5);
  EXPECT_EQ(block.cumulative_lost, 10);
  EXPECT_EQ(block.extended_highest, 0x00012345u);
  EXPECT_EQ(block.jitter, 33u);
  EXPECT_EQ(block.last_report, 0xb7052000u);
  EXPECT_EQ(block.delay, 0x00054000u);
  // RFC 3550 figure 2: A - LSR - DLSR is 6.125 s
  EXPECT_EQ(0xb7108000u - block.last_report - block.delay, 0x00062000u);
}

TEST(Rtcp, TheLossOfAReportIsSignedAndOf24Bits) {
  const struct {
    std::uint32_t bytes;
    std::uint8_t fraction;
    std::int32_t lost;
  } cases[] = {{0x00000000, 0, 0},
               {0x80000001, 128, 1},
               {0xff7fffff, 255, 8388607},
               {0x00ffffff, 0, -1},
               {0x01800000, 1, -8388608}};
  for (const auto& c : cases) {
    const Walked seen(rtcp_packet(1, 201, be32(1) + report_block_of(2, c.bytes)));
    ASSERT_EQ(seen.blocks.size(), 1u);
    EXPECT_EQ(seen.blocks[0].fraction_lost, c.fraction);
    EXPECT_EQ(seen.blocks[0].cumulative_lost, c.lost);
  }
}

TEST(Rtcp, AReportHoldsUpToThirtyOneBlocks) {
  std::string blocks;
  for (std::uint32_t i = 0; i < 31; ++i) blocks += report_block_of(100 + i, i);
  const Walked seen(rtcp_packet(31, 201, be32(1) + blocks));
  ASSERT_EQ(seen.blocks.size(), 31u);
  EXPECT_EQ(seen.blocks[30].ssrc, 130u);
  EXPECT_EQ(seen.blocks[30].cumulative_lost, 30);
}

TEST(Rtcp, AnExtensionOfAReportBehindItsBlocksIsPassedOver) {
  const Walked seen(rtcp_packet(1, 201, be32(1) + report_block_of(2, 3) + "profile!"));
  EXPECT_EQ(seen.walk.fault, RtcpFault::none);
  EXPECT_EQ(seen.blocks.size(), 1u);
}

TEST(Rtcp, AByeNamesItsSourcesAndItsReasonIsPassedOver) {
  const Walked seen(rtcp_packet(0, 201, be32(1)) + rtcp_packet(2, 203,
                                                               be32(0xaaaaaaaa) + be32(0xbbbbbbbb) +
                                                                   std::string("\x03"
                                                                               "bye",
                                                                               4)));
  EXPECT_EQ(seen.byes, 1u);
  EXPECT_THAT(seen.gone, ElementsAre(0xaaaaaaaa, 0xbbbbbbbb));
}

TEST(Rtcp, AReducedSizePacketMayBeFeedbackAlone) {
  const Walked seen(rtcp_packet(15, 206, be32(1) + be32(0) + "REMB" + be32(0x01000000) + be32(2)) +
                    rtcp_packet(1, 205, be32(1) + be32(2) + be32(0x00640000)));
  EXPECT_EQ(seen.walk.fault, RtcpFault::none);
  EXPECT_TRUE(seen.walk.reduced_size);
  ASSERT_EQ(seen.feedbacks.size(), 2u);
  EXPECT_EQ(seen.feedbacks[0].type, kRtcpPayloadFeedback);
  EXPECT_EQ(seen.feedbacks[0].format, 15);
  EXPECT_EQ(seen.feedbacks[1].type, kRtcpTransportFeedback);
  EXPECT_EQ(seen.feedbacks[1].format, 1);
  EXPECT_EQ(seen.feedbacks[1].sender, 1u);
  EXPECT_EQ(seen.feedbacks[1].media, 2u);
}

TEST(Rtcp, AnExtendedReportGivesItsClocks) {
  const std::string time = std::string("\x04\x00\x00\x02", 4) + be32(0xb44db705) + be32(0x20000000);
  const std::string echoes =
      std::string("\x05\x00\x00\x06", 4) + be32(5) + be32(6) + be32(7) + be32(8) + be32(9) + be32(10);
  const Walked seen(rtcp_packet(0, 207, be32(3) + time + echoes));
  ASSERT_EQ(seen.times.size(), 1u);
  EXPECT_EQ(seen.times[0].sender, 3u);
  EXPECT_EQ(seen.times[0].ntp_middle, 0xb7052000u);
  ASSERT_EQ(seen.echoes.size(), 2u);
  EXPECT_EQ(seen.echoes[0].sender, 3u);
  EXPECT_EQ(seen.echoes[0].ssrc, 5u);
  EXPECT_EQ(seen.echoes[0].last_reference, 6u);
  EXPECT_EQ(seen.echoes[1].delay, 10u);
}

TEST(Rtcp, AStatisticsSummaryGivesWhatItsFlagsVouchFor) {
  const auto summary = [](char flags) {
    return rtcp_packet(0, 207,
                       be32(3) + std::string{'\x06', flags} + be16(9) + be32(4) + be16(100) + be16(200) +
                           be32(11) + be32(12) + be32(1) + be32(4) + be32(2) + be32(3) + be32(0));
  };
  const Walked all(summary('\xe0'));
  ASSERT_EQ(all.summaries.size(), 1u);
  EXPECT_EQ(all.summaries[0].begin_sequence, 100);
  EXPECT_EQ(all.summaries[0].end_sequence, 200);
  EXPECT_EQ(all.summaries[0].lost, 11u);
  EXPECT_EQ(all.summaries[0].duplicates, 12u);
  ASSERT_TRUE(all.summaries[0].jitter);
  EXPECT_EQ(all.summaries[0].jitter->max, 4u);
  const Walked none(summary('\0'));
  ASSERT_EQ(none.summaries.size(), 1u);
  EXPECT_FALSE(none.summaries[0].lost || none.summaries[0].duplicates || none.summaries[0].jitter);
}

TEST(Rtcp, VoipMetricsAreReadInFull) {
  const Walked seen(rtcp_packet(0, 207, be32(3) + voip_block("\xec\xba\x37", "\x5d\x50\x2a\x29")));
  ASSERT_EQ(seen.metrics.size(), 1u);
  const RtcpVoipMetrics& told = seen.metrics[0];
  EXPECT_EQ(told.sender, 3u);
  EXPECT_EQ(told.ssrc, 0x22222222u);
  EXPECT_EQ(told.loss_rate, 13);
  EXPECT_EQ(told.discard_rate, 2);
  EXPECT_EQ(told.burst_density, 128);
  EXPECT_EQ(told.gap_density, 1);
  EXPECT_EQ(told.burst_ms, 120);
  EXPECT_EQ(told.gap_ms, 3000);
  EXPECT_EQ(told.round_trip_ms, 85);
  EXPECT_EQ(told.end_system_ms, 140);
  EXPECT_EQ(told.signal_dbm, -20);
  EXPECT_EQ(told.noise_dbm, -70);
  EXPECT_EQ(told.echo_return_loss_db, 55);
  EXPECT_EQ(told.gap_threshold, 16);
  EXPECT_EQ(told.r_factor, 93);
  EXPECT_EQ(told.external_r_factor, 80);
  EXPECT_EQ(told.mos_listening_tenths, 42);
  EXPECT_EQ(told.mos_conversational_tenths, 41);
  EXPECT_EQ(told.concealment, PacketLossConcealment::standard);
  EXPECT_EQ(told.buffer_kind, JitterBufferKind::adaptive);
  EXPECT_EQ(told.buffer_rate, 5);
  EXPECT_EQ(told.buffer_nominal_ms, 60);
  EXPECT_EQ(told.buffer_max_ms, 120);
  EXPECT_EQ(told.buffer_absolute_max_ms, 65535);
}

TEST(Rtcp, VoipMetricsThatAreUnavailableOrOutOfRangeAreUnknown) {
  const Walked seen(rtcp_packet(0, 207,
                                be32(3) + voip_block("\x7f\x7f\x7f", "\x7f\x7f\x7f\x7f", '\x60') +
                                    voip_block("\1\1\1", "\x65\xff\x09\x33")));
  ASSERT_EQ(seen.metrics.size(), 2u);
  for (const RtcpVoipMetrics& told : seen.metrics) {
    EXPECT_FALSE(told.r_factor || told.external_r_factor);
    EXPECT_FALSE(told.mos_listening_tenths || told.mos_conversational_tenths);
  }
  EXPECT_FALSE(seen.metrics[0].signal_dbm || seen.metrics[0].noise_dbm);
  EXPECT_FALSE(seen.metrics[0].echo_return_loss_db);
  EXPECT_EQ(seen.metrics[0].concealment, PacketLossConcealment::disabled);
  EXPECT_EQ(seen.metrics[0].buffer_kind, JitterBufferKind::fixed);
}

TEST(Rtcp, BlocksOfAnotherKindOrLengthArePassedOver) {
  const Walked seen(rtcp_packet(0, 207,
                                be32(3) + std::string("\x01\x00\x00\x01", 4) + be32(0) +
                                    std::string("\x07\x00\x00\x00", 4) + std::string("\x05\x00\x00\x01", 4) +
                                    be32(0) + voip_block("\1\1\1", "\1\1\1\1")));
  EXPECT_EQ(seen.walk.fault, RtcpFault::none);
  EXPECT_EQ(seen.count(), 1u);
}

TEST(Rtcp, OnlyTheLastPacketMayBePadded) {
  const std::string padded = rtcp_packet(1, 203, be32(9) + std::string("\0\0\0\0\0\0\0\x08", 8), true);
  const Walked last(rtcp_packet(0, 201, be32(1)) + padded);
  EXPECT_EQ(last.walk.fault, RtcpFault::none);
  EXPECT_THAT(last.gone, ElementsAre(9u));
  EXPECT_EQ(Walked(padded + sdes()).walk.fault, RtcpFault::padding);
}

TEST(Rtcp, WhatDoesNotHoldIsNotVisitedAtAll) {
  const std::string good = rtcp_packet(0, 200, sender_info_of(1));
  const auto padded_by = [](char count) {
    return rtcp_packet(0, 201, be32(1) + std::string{'\0', '\0', '\0', count}, true);
  };
  const struct {
    const char* name;
    std::string datagram;
    RtcpFault fault;
  } cases[] = {
      {"empty", "", RtcpFault::too_short},
      {"three bytes behind", good + "abc", RtcpFault::too_short},
      {"version 1 behind", good + "\x40\xc9" + be16(1) + be32(1), RtcpFault::version},
      {"an RTP packet", std::string("\x80\x08") + be16(1) + be32(2) + be32(3), RtcpFault::version},
      {"cut in the second", good + rtcp_packet(0, 201, be32(1)).substr(0, 7), RtcpFault::length},
      {"more blocks than bytes", rtcp_packet(2, 201, be32(1) + report_block_of(2, 3)), RtcpFault::count},
      {"no room for the sender", rtcp_packet(0, 200, be32(1) + be32(2)), RtcpFault::count},
      {"more sources than bytes", good + rtcp_packet(3, 203, be32(1)), RtcpFault::count},
      {"feedback without media", good + rtcp_packet(1, 205, be32(1)), RtcpFault::count},
      {"a block past its report",
       good + rtcp_packet(0, 207, be32(1) + std::string("\x04\0\0\x02", 4) + be32(2)), RtcpFault::count},
      {"padding of 0", padded_by(0), RtcpFault::padding},
      {"padding of 3", padded_by(3), RtcpFault::padding},
      {"padding past the packet", padded_by(12), RtcpFault::padding},
      {"padding that eats the sender", padded_by(8), RtcpFault::count},
  };
  for (const auto& c : cases) {
    const Walked seen(c.datagram);
    EXPECT_EQ(seen.walk.fault, c.fault) << c.name;
    EXPECT_EQ(seen.count(), 0u) << c.name;
  }
}

TEST(Rtcp, OfADatagramThatTheCaptureCutWholePacketsAreRead) {
  const std::string datagram = rtcp_packet(0, 200, sender_info_of(1)) + sdes();
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    const Walked seen(datagram.substr(0, size), true);
    EXPECT_EQ(seen.walk.fault, RtcpFault::none) << size;
    EXPECT_TRUE(seen.walk.cut) << size;
    EXPECT_EQ(seen.senders.size(), size >= 28 ? 1u : 0u) << size;
  }
}

TEST(Rtcp, ADatagramCutAtAnyByteWithoutSayingSoIsAtFaultOrEndsWithAPacket) {
  const std::string datagram = rtcp_packet(1, 200, sender_info_of(1) + report_block_of(2, 3)) + sdes() +
                               rtcp_packet(0, 207, be32(3) + voip_block("\1\1\1", "\1\1\1\1")) +
                               rtcp_packet(1, 203, be32(1));
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    const Walked seen(std::string(datagram.data(), size));
    const bool at_a_packet = size == 52 || size == 68 || size == 112;
    EXPECT_EQ(seen.walk.fault == RtcpFault::none, at_a_packet) << size;
  }
}

TEST(Rtcp, NoByteThatIsChangedLeadsOutOfTheDatagram) {
  const std::string datagram = rtcp_packet(1, 200, sender_info_of(1) + report_block_of(2, 3)) +
                               rtcp_packet(0, 207, be32(3) + voip_block("\1\1\1", "\1\1\1\1"));
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string changed = datagram;
    for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
    const Walked seen(std::string(changed.data(), random() % (changed.size() + 1)), random() % 2 == 0);
    EXPECT_LE(seen.count(), changed.size());
  }
}

}  // namespace
}  // namespace sipsonde
