// SPDX-License-Identifier: Apache-2.0
// TCP through the programs: which connections are handed over, how, and what the table forgets.
#include <array>
#include <cstring>
#include <map>

#include "kernel_fixture.h"
#include "parse/bytes.h"
#include "support/frame_builder.h"

namespace sipsonde::testing {
namespace {

constexpr std::uint8_t kSyn = SIPSONDE_TCP_SYN, kAck = SIPSONDE_TCP_ACK, kFin = SIPSONDE_TCP_FIN,
                       kReset = SIPSONDE_TCP_RST, kPush = 8;

const std::string kInvite = message({});
const std::string kMiddle = "a=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n";

// One connection, client and server; frames of both ways.
struct Connection {
  std::uint16_t client_port = 40000, server_port = 5060;
  bool ipv6 = false;

  std::string up(std::string_view data, std::uint8_t flags = kAck | kPush, std::uint32_t sequence = 1) const {
    return frame(true).tcp(client_port, server_port, sequence, flags).payload(data).bytes();
  }
  std::string down(std::string_view data, std::uint8_t flags = kAck | kPush,
                   std::uint32_t sequence = 1) const {
    return frame(false).tcp(server_port, client_port, sequence, flags).payload(data).bytes();
  }
  FrameBuilder frame(bool upwards) const {
    const char* client = ipv6 ? "2001:db8::1" : "192.0.2.1";
    const char* server = ipv6 ? "2001:db8::2" : "198.51.100.1";
    return ipv6 ? FrameBuilder().ipv6(upwards ? client : server, upwards ? server : client)
                : FrameBuilder().ipv4(upwards ? client : server, upwards ? server : client);
  }
};

constexpr Connection kOnSipPort{}, kElsewhere{.server_port = 8080};

struct Segment {
  sipsonde_event head;
  sipsonde_segment_note note;
  std::string data;
};

Segment segment_of(const KeptSample& sample) {
  Segment segment{.head = sample.head, .note = {}, .data = sample.payload.substr(sizeof segment.note)};
  std::memcpy(&segment.note, sample.payload.data(), sizeof segment.note);
  return segment;
}

class Tcp : public KernelFixture {
 protected:
  bool is_handed_over(const std::string& frame, Program program = Program::tc_ingress) {
    return !send(frame, program).empty();
  }
  void expect_one_segment(const std::string& frame, Program program, Segment& segment) {
    const auto samples = send(frame, program);
    ASSERT_EQ(samples.size(), 1u);
    ASSERT_EQ(samples[0].head.kind, SIPSONDE_KIND_segment);
    ASSERT_GE(samples[0].payload.size(), sizeof segment.note);
    segment = segment_of(samples[0]);
  }
  std::uint64_t evicted() { return counters().evictions[SIPSONDE_TABLE_tcp_flows]; }
};

TEST_F(Tcp, OnAPortOfSipIsHandedOverFromItsSynToItsFin) {
  for (const Program program : {Program::xdp, Program::tc_ingress, Program::tc_egress}) {
    Segment syn, answer, data, end;
    ASSERT_NO_FATAL_FAILURE(expect_one_segment(kOnSipPort.up("", kSyn, 1000), program, syn));
    ASSERT_NO_FATAL_FAILURE(expect_one_segment(kOnSipPort.down("", kSyn | kAck, 7000), program, answer));
    ASSERT_NO_FATAL_FAILURE(expect_one_segment(kOnSipPort.up(kInvite, kAck | kPush, 1001), program, data));
    ASSERT_NO_FATAL_FAILURE(expect_one_segment(kOnSipPort.down("", kFin | kAck, 7001), program, end));
    EXPECT_FALSE(is_handed_over(kOnSipPort.down("", kAck), program));

    EXPECT_EQ(syn.note.sequence, 1000u);
    EXPECT_EQ(syn.note.flags, kSyn);
    EXPECT_EQ(syn.note.judgement, SIPSONDE_FLOW_JUDGED_candidate);
    EXPECT_EQ(syn.data, "");
    EXPECT_EQ(syn.head.wire_len, 0u);
    EXPECT_EQ(data.note.sequence, 1001u);
    EXPECT_EQ(data.data, kInvite);
    EXPECT_EQ(data.head.wire_len, kInvite.size());
    EXPECT_EQ(data.head.flags, 0);
    EXPECT_EQ(data.head.transport, SIPSONDE_TRANSPORT_tcp);
    EXPECT_EQ(data.head.time_ns, now_ns_);
    EXPECT_EQ(data.head.src_port, 40000);
    EXPECT_EQ(data.head.dst_addr[12], 198);
    EXPECT_EQ(data.head.flow, program == Program::tc_egress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress);
    EXPECT_EQ(end.note.flags, kFin | kAck);
    for (const Segment* other : {&answer, &data, &end}) {
      EXPECT_EQ(other->head.call_hash, syn.head.call_hash);  // both ways come to one worker
      EXPECT_EQ(other->note.flow_key, syn.note.flow_key);
      EXPECT_EQ(other->note.flow_slot, syn.note.flow_slot);
    }
  }
  EXPECT_EQ(counters().ring_events[0][SIPSONDE_KIND_segment], 12u);
  EXPECT_EQ(counters().packets[SIPSONDE_HOOK_tc][SIPSONDE_FLOW_ingress][SIPSONDE_VERDICT_other], 5u);
  EXPECT_EQ(counters().messages[SIPSONDE_PATH_packet], 0u);
}

TEST_F(Tcp, IsRecognisedByAStartLineBothWays) {
  EXPECT_FALSE(is_handed_over(kElsewhere.up("", kSyn)));
  EXPECT_FALSE(is_handed_over(kElsewhere.down("hello")));
  Segment opening, reply;
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(kElsewhere.up(kInvite), Program::tc_ingress, opening));
  EXPECT_EQ(opening.note.judgement, SIPSONDE_FLOW_JUDGED_sip);
  EXPECT_EQ(opening.data, kInvite);
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(kElsewhere.down(kMiddle), Program::tc_egress, reply));
  EXPECT_EQ(reply.note.flow_key, opening.note.flow_key);
  EXPECT_EQ(reply.head.call_hash, opening.head.call_hash);

  Segment again;  // the agent hears of it, and decides
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(kElsewhere.up("", kSyn, 99), Program::tc_ingress, again));
  EXPECT_EQ(again.note.judgement, SIPSONDE_FLOW_JUDGED_candidate);
}

TEST_F(Tcp, IsRecognisedByAStartLineOnly) {
  const struct {
    const char* data;
    int judgement;  // 0: not handed over
  } cases[] = {
      {"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.1\r\n\r\n", SIPSONDE_FLOW_JUDGED_sip},
      {"FOO sip:a@b SIP/2.0\r\n", SIPSONDE_FLOW_JUDGED_sip},
      {"INVITE sip:bob@exam", SIPSONDE_FLOW_JUDGED_candidate},  // the rest of the line is in the next segment
      {"GET /ws HTTP/1.1\r\n", SIPSONDE_FLOW_JUDGED_candidate},
      {"GET", 0},
      {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"OPTIONS rtsp://a/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", 0},
      {"HTTP/1.1 200 OK\r\n\r\n", 0},
      {"\x16\x03\x01\x02", 0},
      {"x", 0},
  };
  std::uint16_t port = 50000;
  for (const auto& one : cases) {
    SCOPED_TRACE(one.data);
    const auto samples = send(Connection{.client_port = ++port, .server_port = 8080}.up(one.data));
    ASSERT_EQ(samples.size(), one.judgement ? 1u : 0u);
    if (one.judgement) {
      EXPECT_EQ(segment_of(samples[0]).note.judgement, one.judgement);
    }
  }
}

TEST_F(Tcp, IsSomethingElsesAfterFourSegmentsThatSaidNothingUntilASynBeginsItAnew) {
  for (int segment = 0; segment < 3; ++segment) EXPECT_FALSE(is_handed_over(kElsewhere.up(kMiddle)));
  for (int ping = 0; ping < 10; ++ping) EXPECT_FALSE(is_handed_over(kElsewhere.up("\r\n\r\n")));
  EXPECT_FALSE(is_handed_over(kElsewhere.up("", kAck)));
  Connection still_open = kElsewhere;
  still_open.client_port = 40001;
  for (int segment = 0; segment < 3; ++segment) send(still_open.up(kMiddle));
  EXPECT_TRUE(is_handed_over(still_open.up(kInvite)));

  EXPECT_FALSE(is_handed_over(kElsewhere.down(kMiddle)));  // the fourth
  EXPECT_FALSE(is_handed_over(kElsewhere.up(kInvite)));
  EXPECT_FALSE(is_handed_over(kElsewhere.up("", kFin | kAck)));
  EXPECT_FALSE(is_handed_over(kElsewhere.up("", kSyn)));
  EXPECT_TRUE(is_handed_over(kElsewhere.up(kInvite)));
}

TEST_F(Tcp, IsNotReadWhenPortsDecide) {
  Settings settings;
  settings.detect = Detect::ports;
  load(settings, 1, {.xdp = false, .tc_ingress = true, .tc_egress = false});
  EXPECT_FALSE(is_handed_over(kElsewhere.up(kInvite)));
  EXPECT_TRUE(is_handed_over(kOnSipPort.up(kMiddle)));
  EXPECT_TRUE(is_handed_over(kOnSipPort.down(kMiddle)));
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_tcp_flows], 1u);
}

TEST_F(Tcp, IsWhatTheAgentSaysOfIt) {
  Segment opening;
  ASSERT_NO_FATAL_FAILURE(
      expect_one_segment(kElsewhere.up("GET / HTTP/1.1\r\n"), Program::tc_ingress, opening));
  const auto& note = opening.note;
  probe_->judge_flow(note.flow_slot, note.flow_key + 1, SIPSONDE_FLOW_JUDGED_other);  // went to another
  EXPECT_TRUE(is_handed_over(kElsewhere.up(kMiddle)));
  probe_->judge_flow(note.flow_slot, note.flow_key, SIPSONDE_FLOW_JUDGED_other);
  EXPECT_FALSE(is_handed_over(kElsewhere.up(kInvite)));
  probe_->judge_flow(note.flow_slot, note.flow_key, SIPSONDE_FLOW_JUDGED_sip);
  EXPECT_TRUE(is_handed_over(kElsewhere.down("", kReset)));
}

TEST_F(Tcp, IsFoundBehindEveryHeader) {
  const Connection six{.client_port = 41000, .ipv6 = true};
  const std::string options("\x01\x01\x08\x0a\0\0\0\1\0\0\0\2", 12);
  const std::string frames[] = {
      six.up(kInvite),
      six.frame(true).extension(60, std::string(7, '\0')).tcp(1, 5060, 1, kAck).payload(kInvite).bytes(),
      kOnSipPort.frame(true).vlan(7).tcp(2, 5060, 1, kAck, options).payload(kInvite).bytes(),
      kOnSipPort.frame(true)
          .vlan(7, 0x88a8)
          .vlan(9)
          .options(std::string(40, '\1'))
          .tcp(3, 5060, 1, kAck, std::string(40, '\1'))
          .payload(kInvite)
          .bytes(),
  };
  for (const std::string& frame : frames)
    for (const Program program : {Program::xdp, Program::tc_ingress}) {
      Segment segment;
      ASSERT_NO_FATAL_FAILURE(expect_one_segment(frame, program, segment));
      EXPECT_EQ(segment.data, kInvite);
    }
  EXPECT_EQ(send(frames[2])[0].head.vlan_id, 7);
}

TEST_F(Tcp, ThatLiesAboutItsLengthsIsLeftAlone) {
  const std::size_t tcp = 14 + 20;
  const std::string good = kOnSipPort.up(kInvite);
  std::string short_offset = good, long_offset = kOnSipPort.up(""), past_the_packet = good;
  short_offset[tcp + 12] = '\x40';  // a header of 16 bytes
  long_offset[tcp + 12] = '\xf0';   // of 60, of which 40 are not there
  past_the_packet[14 + 3] = 30;     // an IP packet that ends in the middle of the TCP header
  past_the_packet[14 + 2] = 0;
  const std::string padded = kOnSipPort.up("", kAck) + std::string(6, 'x');  // Ethernet fills up to 60 bytes
  std::string fragment = good;
  fragment[14 + 6] = '\x20';
  for (const std::string& frame :
       {short_offset, long_offset, past_the_packet, padded, fragment, good.substr(0, tcp + 10)})
    for (const Program program : {Program::xdp, Program::tc_ingress})
      EXPECT_FALSE(is_handed_over(frame, program));
  EXPECT_EQ(counters().packets[SIPSONDE_HOOK_xdp][SIPSONDE_FLOW_ingress][SIPSONDE_VERDICT_other], 6u);
}

TEST_F(Tcp, OfACutFrameSaysHowLongItWas) {
  const std::string frame = kOnSipPort.up(kInvite);
  Segment part, none;
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(frame.substr(0, frame.size() - 10), Program::xdp, part));
  EXPECT_EQ(part.data, kInvite.substr(0, kInvite.size() - 10));
  EXPECT_EQ(part.head.wire_len, kInvite.size());
  EXPECT_TRUE(part.head.flags & SIPSONDE_EVENT_TRUNCATED);
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(frame.substr(0, 54), Program::xdp, none));
  EXPECT_EQ(none.data, "");
  EXPECT_EQ(none.head.wire_len, kInvite.size());
  EXPECT_TRUE(none.head.flags & SIPSONDE_EVENT_TRUNCATED);
}

TEST_F(Tcp, OfABufferAsLargeAsIpAllowsIsOneSegment) {
  std::string data = kInvite + std::string(65535 - 40 - kInvite.size(), 'x');
  Segment segment;
  ASSERT_NO_FATAL_FAILURE(expect_one_segment(kElsewhere.up(data), Program::tc_ingress, segment));
  EXPECT_EQ(segment.data, data);
  EXPECT_EQ(segment.head.flags, 0);

  // Over IPv6 it may be larger by 20 bytes, of which a sample has no room for all.
  data.append(20, 'y');
  ASSERT_NO_FATAL_FAILURE(
      expect_one_segment(Connection{.ipv6 = true}.up(data), Program::tc_ingress, segment));
  EXPECT_EQ(segment.head.wire_len, data.size());
  EXPECT_EQ(segment.data, data.substr(0, SIPSONDE_PAYLOAD_MAX - 1 - sizeof segment.note));
  EXPECT_TRUE(segment.head.flags & SIPSONDE_EVENT_TRUNCATED);
}

TEST_F(Tcp, OfABufferOfSeveralSegmentsCountsEach) {
  send(kOnSipPort.up("", kSyn));
  EXPECT_EQ(send_segments(kOnSipPort.up(std::string(3000, 'x')), 1000, 3).size(), 1u);
  EXPECT_EQ(counters().packets[SIPSONDE_HOOK_tc][SIPSONDE_FLOW_ingress][SIPSONDE_VERDICT_other], 4u);
}

TEST_F(Tcp, WithoutDataOrAPortOfSipLeavesNoTrace) {
  for (std::uint16_t port = 1; port < 200; ++port) {
    const Connection asked{.client_port = 41000, .server_port = port};
    for (const std::uint8_t flags : {kSyn, kReset, kFin}) EXPECT_FALSE(is_handed_over(asked.up("", flags)));
  }
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_tcp_flows], 0u);
}

// ---- a table whose places are taken ----

constexpr std::uint32_t kPlaces = 131072, kProbes = 8;  // probe.cpp, tcp.bpf.h

// Connections whose eight places are the same: as tcp_flow_key() has it.
std::vector<Connection> rivals(std::uint64_t seed, std::size_t wanted) {
  const auto hash = [&](std::uint32_t address, std::uint16_t port) {
    const std::uint64_t low = std::uint64_t{htonl(0xffff)} << 32 | htonl(address);
    return mix(mix(mix(seed, 0), low), port);
  };
  std::map<std::uint64_t, std::vector<Connection>> groups;
  for (std::uint16_t server_port = 8000; server_port < 8010; ++server_port)
    for (std::uint16_t client_port = 1024; client_port < 65535; ++client_port) {
      const std::uint64_t key = hash(0xc0000201, client_port) + hash(0xc6336401, server_port);
      auto& group = groups[(key >> 32 & (kPlaces - 1)) / kProbes];
      group.push_back(Connection{.client_port = client_port, .server_port = server_port});
      if (group.size() == wanted) return group;
    }
  return {};
}

TEST_F(Tcp, OfSipThatGivesWayIsCounted) {
  const auto all = rivals(probe_->hash_seed(), kProbes + 1);
  ASSERT_EQ(all.size(), kProbes + 1);
  for (const Connection& one : all) {
    now_ns_ += kMillisecond;
    ASSERT_EQ(evicted(), 0u);
    EXPECT_TRUE(is_handed_over(one.up(kInvite)));
  }
  EXPECT_EQ(evicted(), 1u);
  EXPECT_EQ(counters().occupied[SIPSONDE_TABLE_tcp_flows], kProbes);
  EXPECT_TRUE(is_handed_over(all.back().up(kMiddle)));
  EXPECT_TRUE(is_handed_over(all[1].up(kMiddle)));
  EXPECT_FALSE(is_handed_over(all[0].up(kMiddle)));  // the oldest went
}

TEST_F(Tcp, OfSipStaysWhereOthersCome) {
  const auto all = rivals(probe_->hash_seed(), kProbes + 2);
  ASSERT_EQ(all.size(), kProbes + 2);
  EXPECT_TRUE(is_handed_over(all[0].up(kInvite)));
  for (int round = 0; round < 5; ++round)
    for (std::size_t i = 1; i < all.size(); ++i) {
      now_ns_ += kMillisecond;
      EXPECT_FALSE(is_handed_over(all[i].up(kMiddle)));
    }
  EXPECT_TRUE(is_handed_over(all[0].up(kMiddle)));
  EXPECT_EQ(evicted(), 0u);
}

TEST_F(Tcp, ThatWasSilentForTwoMinutesGivesWayUncounted) {
  const auto all = rivals(probe_->hash_seed(), kProbes + 1);
  ASSERT_EQ(all.size(), kProbes + 1);
  for (const Connection& one : all) {
    now_ns_ += (&one == &all.back() ? 121'000 : 1) * kMillisecond;
    EXPECT_TRUE(is_handed_over(one.up(kInvite)));
  }
  EXPECT_FALSE(is_handed_over(all[0].up(kMiddle)));
  EXPECT_EQ(evicted(), 0u);
}

// ---- messages that come back ----

sipsonde_hand_back handed_back(sipsonde_transport transport, const std::string& text,
                               std::uint32_t operation) {
  sipsonde_hand_back message{};
  message.head.time_ns = 1'000'000'000;
  message.head.ifindex = 1;
  message.head.kind = SIPSONDE_KIND_sip;
  message.head.path = SIPSONDE_PATH_reassembled;
  message.head.transport = static_cast<__u8>(transport);
  message.head.payload_len = static_cast<__u32>(text.size());
  message.head.wire_len = message.head.payload_len;
  message.payload = reinterpret_cast<std::uint64_t>(text.data());
  message.operation = operation;
  return message;
}

TEST_F(Tcp, MessagesCountWithTheirTransportAndTheTimeOfTheirLastSegment) {
  const std::string ok = message({.start = "SIP/2.0 200 OK", .to_tag = "b"});
  for (const sipsonde_transport transport : {SIPSONDE_TRANSPORT_tcp, SIPSONDE_TRANSPORT_ws}) {
    sipsonde_hand_back invite = handed_back(transport, kInvite, SIPSONDE_HAND_BACK_COUNT);
    sipsonde_hand_back answer = handed_back(transport, ok, SIPSONDE_HAND_BACK_COUNT);
    invite.head.ifindex = answer.head.ifindex = transport;
    answer.head.flow = SIPSONDE_FLOW_egress;
    answer.head.time_ns += 5 * kMillisecond;
    ASSERT_TRUE(probe_->hand_back(invite));
    ASSERT_TRUE(probe_->hand_back(answer));
    EXPECT_EQ(invite.head.call_hash, probe_->call_hash("f81d4fae@192.0.2.1"));
    EXPECT_EQ(invite.head.flags & SIPSONDE_EVENT_RETRANSMISSION, 0);
    const auto& count = counters();
    EXPECT_EQ(count.requests[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][transport], 1u);
    EXPECT_EQ(count.responses[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][transport]
                             [200 - SIPSONDE_CODE_FIRST],
              1u);
  }
  const auto& time =
      counters().response_time[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][SIPSONDE_STAGE_final];
  EXPECT_EQ(time.sum_ns, 2 * 5 * kMillisecond);
  EXPECT_EQ(counters().messages[SIPSONDE_PATH_reassembled], 4u);
  EXPECT_EQ(counters().messages[SIPSONDE_PATH_packet], 0u);
}

TEST_F(Tcp, MessagesThatAFullRingRefusesAreToldAsWhatTheyCameIn) {
  const std::string text(60'000, 'x');
  const auto refused = [&](sipsonde_kind kind) { return counters().ring_dropped[0][kind]; };
  sipsonde_hand_back tcp = handed_back(SIPSONDE_TRANSPORT_tcp, text, SIPSONDE_HAND_BACK_EMIT);
  for (int i = 0; i < 1000 && probe_->hand_back(tcp); ++i) continue;
  EXPECT_EQ(refused(SIPSONDE_KIND_segment), 1u);
  EXPECT_EQ(refused(SIPSONDE_KIND_fragment), 0u);
  sipsonde_hand_back udp = handed_back(SIPSONDE_TRANSPORT_udp, text, SIPSONDE_HAND_BACK_EMIT);
  EXPECT_FALSE(probe_->hand_back(udp));
  EXPECT_EQ(refused(SIPSONDE_KIND_fragment), 1u);
  EXPECT_EQ(refused(SIPSONDE_KIND_sip), 0u);
  EXPECT_EQ(probe_->ring_dropped(0), 2u);
}

}  // namespace
}  // namespace sipsonde::testing
