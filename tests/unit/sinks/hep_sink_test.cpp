// SPDX-License-Identifier: Apache-2.0
#include "sinks/hep_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kSecond = 1'000'000'000;

// Takes as many packets as it is told to, then fails.
class ScriptedSender : public HepSender {
 public:
  HepSent send(std::span<const HepPiece> pieces) override {
    HepSent sent;
    for (const HepPiece& piece : pieces) {
      if (room == 0) {
        sent.error = Error{"full"};
        return sent;
      }
      --room;
      packets.push_back(std::string(piece.head).append(piece.payload));
      ++sent.packets;
    }
    return sent;
  }
  void disconnect() override { ++disconnected; }

  std::size_t room = 1000;
  std::vector<std::string> packets;
  int disconnected = 0;
};

Message message(std::string_view bytes, std::string_view call_id = "call-1") {
  return Message{.time_ns = 1'700'000'000 * kSecond + 123'456'789,
                 .bytes = bytes,
                 .call_id = call_id,
                 .source = {*address_of("192.0.2.1"), 5060},
                 .destination = {*address_of("192.0.2.2"), 5070}};
}

class HepSinkTest : public testing::Test {
 protected:
  HepSinkTest() { make(); }
  void make() {
    auto made = std::make_unique<ScriptedSender>();
    sender = made.get();
    sink = std::make_unique<HepSink>(settings, "node-1", std::move(made));
  }
  HepPacket packet(std::size_t at) {
    HepPacket read;
    EXPECT_EQ(decode_hep(sender->packets.at(at), read), HepFault::none);
    return read;
  }

  HepOut settings;
  ScriptedSender* sender = nullptr;
  std::unique_ptr<HepSink> sink;
};

TEST_F(HepSinkTest, AsksForMessagesAndReports) {
  EXPECT_TRUE(sink->wishes().messages);
  EXPECT_TRUE(sink->wishes().rtcp_reports);
}

TEST_F(HepSinkTest, AMessageGoesAsItIs) {
  const std::vector<Fact> batch = {message("OPTIONS sip:a SIP/2.0\r\n\r\n")};
  ASSERT_TRUE(sink->takes(batch[0]));
  EXPECT_EQ(*sink->write(batch), 1u);
  const HepPacket told = packet(0);
  EXPECT_EQ(told.payload, "OPTIONS sip:a SIP/2.0\r\n\r\n");
  EXPECT_EQ(told.protocol, HepProtocol::sip);
  EXPECT_EQ(told.ip_protocol, 17);
  EXPECT_EQ(to_text(told.source), "192.0.2.1:5060");
  EXPECT_EQ(to_text(told.destination), "192.0.2.2:5070");
  EXPECT_EQ(told.time->seconds, 1'700'000'000u);
  EXPECT_EQ(told.time->microseconds, 123'456u);
  EXPECT_EQ(told.correlation_id, "call-1");
  EXPECT_EQ(told.capture_id, 2001u);
  EXPECT_EQ(told.agent_name, "node-1");
  EXPECT_EQ(told.key, "");
}

TEST_F(HepSinkTest, WhatTravelsOverTcpIsTold6) {
  std::vector<Fact> batch;
  for (const auto transport :
       {SIPSONDE_TRANSPORT_tcp, SIPSONDE_TRANSPORT_tls, SIPSONDE_TRANSPORT_ws, SIPSONDE_TRANSPORT_wss}) {
    Message one = message("x");
    one.transport = transport;
    batch.emplace_back(one);
  }
  EXPECT_EQ(*sink->write(batch), 4u);
  for (std::size_t at = 0; at < 4; ++at) EXPECT_EQ(packet(at).ip_protocol, 6);
}

TEST_F(HepSinkTest, TheSettingsAreTold) {
  settings.capture_id = 7;
  settings.agent_id = "edge";
  settings.password = "secret";
  make();
  const std::vector<Fact> batch = {message("x")};
  ASSERT_TRUE(sink->write(batch));
  EXPECT_EQ(packet(0).capture_id, 7u);
  EXPECT_EQ(packet(0).agent_name, "edge");
  EXPECT_EQ(packet(0).key, "secret");
}

TEST_F(HepSinkTest, ABatchThatWasRefusedInItsMiddleGoesOnThere) {
  const std::vector<Fact> batch = {message("1"), message("2"), message("3")};
  sender->room = 2;
  EXPECT_FALSE(sink->write(batch));
  ASSERT_TRUE(sink->reopen());
  EXPECT_EQ(sender->disconnected, 1);
  sender->room = 10;
  EXPECT_EQ(*sink->write(batch), 3u) << "of the whole batch";
  ASSERT_EQ(sender->packets.size(), 3u);
  for (std::size_t at = 0; at < 3; ++at) EXPECT_EQ(packet(at).payload, std::to_string(at + 1));
}

TEST_F(HepSinkTest, ABatchInThePlaceOfOneThatWasGivenUpIsNotMistakenForIt) {
  std::vector<Fact> batch = {message("1"), message("2")};
  EXPECT_TRUE(sink->write(batch));
  batch = {message("3"), message("4")};
  EXPECT_EQ(*sink->write(batch), 2u);
  EXPECT_EQ(packet(2).payload, "3");
}

TEST_F(HepSinkTest, WhatIsLargerThanADatagramIsCut) {
  const std::string large(65'535, 'a');
  const std::vector<Fact> batch = {message(large)};
  EXPECT_EQ(*sink->write(batch), 1u);
  EXPECT_EQ(sender->packets[0].size(), 65'507u);
  settings.transport = HepOut::Transport::tcp;
  make();
  EXPECT_EQ(*sink->write(batch), 1u);
  EXPECT_EQ(sender->packets[0].size(), 65'535u);
  (void)packet(0);
}

TEST_F(HepSinkTest, AReportIsJsonInTheWordsOfHomer) {
  const RtcpBlock blocks[] = {{.ssrc = 5,
                               .fraction_lost = 12,
                               .cumulative_lost = -3,
                               .extended_highest = 65'540,
                               .jitter = 7,
                               .last_report = 0xffff'ffff,
                               .delay = 65'536}};
  const RtcpReport report{.time_ns = kSecond,
                          .call_id = "call-1",
                          .source = {*address_of("2001:db8::1"), 4001},
                          .destination = {*address_of("2001:db8::2"), 4003},
                          .ssrc = 9,
                          .type = 200,
                          .sender = RtcpSender{3'900'000'000, 1, 160, 10, 1600},
                          .blocks = blocks};
  const std::vector<Fact> batch = {report};
  ASSERT_TRUE(sink->takes(batch[0]));
  EXPECT_EQ(*sink->write(batch), 1u);
  EXPECT_EQ(packet(0).protocol, HepProtocol::rtcp_json);
  EXPECT_EQ(packet(0).correlation_id, "call-1");
  EXPECT_EQ(to_text(packet(0).source), "[2001:db8::1]:4001");
  EXPECT_EQ(packet(0).payload,
            R"({"sender_information":{"ntp_timestamp_sec":3900000000,"ntp_timestamp_usec":1,"octets":1600,)"
            R"("rtp_timestamp":160,"packets":10},"ssrc":9,"type":200,"report_count":1,"report_blocks":[{)"
            R"("source_ssrc":5,"fraction_lost":12,"packets_lost":0,"highest_seq_no":65540,"ia_jitter":7,)"
            R"("lsr":4294967295,"dlsr":65536}],"sdes_ssrc":9})");
}

TEST_F(HepSinkTest, VoipMetricsStandBesideTheBlocks) {
  const RtcpReport report{.ssrc = 9,
                          .blocks = {},
                          .extended = RtcpExtended{.ssrc = 5,
                                                   .loss_rate = 1,
                                                   .discard_rate = 2,
                                                   .burst_density = 3,
                                                   .gap_density = 4,
                                                   .burst_duration_ms = 5,
                                                   .gap_duration_ms = 6,
                                                   .round_trip_ms = 7,
                                                   .end_system_delay_ms = 8}};
  const std::vector<Fact> batch = {report};
  EXPECT_EQ(*sink->write(batch), 1u);
  EXPECT_THAT(std::string(packet(0).payload),
              HasSubstr(R"("report_blocks_xr":{"type":7,"id":5,"fraction_lost":1,"fraction_discard":2,)"
                        R"("burst_density":3,"gap_density":4,"burst_duration":5,"gap_duration":6,)"
                        R"("round_trip_delay":7,"end_system_delay":8})"));
}

TEST_F(HepSinkTest, ALegThatEndedBringsTheMosOfItsStreams) {
  const MediaRecord media[] = {
      {.way = MediaWay::sent,
       .ssrc = 0x1a2b3c4d,
       .codec = SIPSONDE_CODEC_pcmu,
       .packets = 500,
       .lost = 5,
       .jitter_ms = 1.5,
       .mos = 4.123,
       .source_address = {*address_of("192.0.2.1"), 4000},
       .destination_address = {*address_of("192.0.2.2"), 4002}},
      {.way = MediaWay::received, .packets = 3},                             // no opinion
      {.way = MediaWay::sent, .mos = 3.9, .source = MediaSource::rtcp_xr}};  // the far end's own
  CallRecord record{.call_id = "call \"1\"", .end_ns = 5 * kSecond, .media = media};
  const std::vector<Fact> batch = {record};
  ASSERT_TRUE(sink->takes(batch[0]));
  EXPECT_EQ(*sink->write(batch), 1u);
  EXPECT_EQ(packet(0).protocol, HepProtocol::mos_report);
  EXPECT_EQ(packet(0).time->seconds, 5u);
  EXPECT_EQ(to_text(packet(0).source), "192.0.2.1:4000");
  EXPECT_EQ(packet(0).payload,
            R"({"CORRELATION_ID":"call \"1\"","RTP_SIP_CALL_ID":"call \"1\"","MOS":4.123,"JITTER":1.5,)"
            R"("PACKET_LOSS":5,"TOTAL_PK":500,"SSRC":"0x1A2B3C4D","CODEC_NAME":"PCMU","DIRECTION":"sent"})");
}

TEST_F(HepSinkTest, WhatSaysNothingOfTheWireIsPassedBy) {
  const Fact event = CallEvent{}, record = CallRecord{};
  EXPECT_FALSE(sink->takes(event));
  EXPECT_FALSE(sink->takes(record));
  const std::vector<Fact> batch = {event, record};
  EXPECT_EQ(*sink->write(batch), 0u);
  EXPECT_TRUE(sender->packets.empty());
}

}  // namespace
}  // namespace sipsonde
