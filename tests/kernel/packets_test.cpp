// SPDX-License-Identifier: Apache-2.0
// Single frames through the programs: what each is taken for, by XDP and by tc.
#include <cstring>

#include "base/labels.h"
#include "kernel_fixture.h"
#include "support/frame_builder.h"

namespace sipsonde::testing {
namespace {

struct FrameCase {
  const char* name;
  std::string frame;
  sipsonde_verdict verdict;
};

FrameBuilder from_a_to_b() {
  return FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(5060, 5060);
}

std::string binary(std::initializer_list<int> bytes, std::size_t length) {
  std::string out;
  for (const int byte : bytes) out.push_back(static_cast<char>(byte));
  out.resize(length, '\0');
  return out;
}

const std::string kInvite = message({});

const FrameCase kFrames[] = {
    {"Invite", from_a_to_b().payload(kInvite).bytes(), SIPSONDE_VERDICT_sip},
    {"InviteOnAnOddPort",
     FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(40000, 41000).payload(kInvite).bytes(),
     SIPSONDE_VERDICT_sip},
    {"InviteInAVlan", from_a_to_b().vlan(7).payload(kInvite).bytes(), SIPSONDE_VERDICT_sip},
    {"InviteInQinQ", from_a_to_b().vlan(7, 0x88a8).vlan(9).payload(kInvite).bytes(), SIPSONDE_VERDICT_sip},
    {"InviteBehindIpv4Options",
     from_a_to_b().options(std::string("\x94\x04\0\0\x01\x01\x01\x01", 8)).payload(kInvite).bytes(),
     SIPSONDE_VERDICT_sip},
    {"InviteOverIpv6",
     FrameBuilder().ipv6("2001:db8::1", "2001:db8::2").udp(5060, 5060).payload(kInvite).bytes(),
     SIPSONDE_VERDICT_sip},
    {"InviteBehindIpv6Extensions",
     FrameBuilder()
         .ipv6("2001:db8::1", "2001:db8::2")
         .extension(0, std::string(7, '\0'))
         .extension(60, std::string(7, '\0'))
         .udp(5060, 5060)
         .payload(kInvite)
         .bytes(),
     SIPSONDE_VERDICT_sip},
    {"UnknownMethod", from_a_to_b().payload("FOO sip:a@b SIP/2.0\r\n\r\n").bytes(), SIPSONDE_VERDICT_sip},
    {"StatusLineAlone", from_a_to_b().payload("SIP/2.0 200 OK\r\n\r\n").bytes(), SIPSONDE_VERDICT_sip},
    {"KeepaliveCrlf", from_a_to_b().payload("\r\n\r\n").bytes(), SIPSONDE_VERDICT_other},
    {"KeepaliveNul", from_a_to_b().payload(std::string(4, '\0')).bytes(), SIPSONDE_VERDICT_other},
    {"SsdpNotify", from_a_to_b().payload("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n").bytes(),
     SIPSONDE_VERDICT_other},
    {"RtspOptions", from_a_to_b().payload("OPTIONS rtsp://a/ RTSP/1.0\r\nCSeq: 1\r\n\r\n").bytes(),
     SIPSONDE_VERDICT_other},
    {"PlainText", from_a_to_b().payload("hello world, this is no SIP\r\nat: all\r\n").bytes(),
     SIPSONDE_VERDICT_other},
    {"Stun", from_a_to_b().payload(binary({0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, 20)).bytes(),
     SIPSONDE_VERDICT_stun},
    {"DtlsClientHello", from_a_to_b().payload(binary({22, 0xfe, 0xfd, 0, 0}, 60)).bytes(),
     SIPSONDE_VERDICT_dtls},
    {"RtcpSenderReport", from_a_to_b().payload(binary({0x80, 200, 0, 6}, 28)).bytes(), SIPSONDE_VERDICT_rtcp},
    {"RtcpLongerThanItsDatagram", from_a_to_b().payload(binary({0x80, 200, 0, 60}, 28)).bytes(),
     SIPSONDE_VERDICT_other},
    {"FirstRtpPacketIsNotYetBelieved", from_a_to_b().payload(binary({0x80, 0, 0, 1}, 172)).bytes(),
     SIPSONDE_VERDICT_other},
    {"ArpFrame", std::string(12, '\1') + std::string("\x08\x06", 2) + std::string(46, '\0'),
     SIPSONDE_VERDICT_other},
    {"EmptyDatagram", from_a_to_b().bytes(), SIPSONDE_VERDICT_other},
    {"ThirteenBytes", std::string(13, '\0'), SIPSONDE_VERDICT_other},
};

// Whose story a call needs: RTP is not among them.
bool is_handed_over(sipsonde_verdict verdict) {
  return verdict == SIPSONDE_VERDICT_sip || verdict == SIPSONDE_VERDICT_rtcp ||
         verdict == SIPSONDE_VERDICT_dtls;
}

class Packets : public KernelFixture, public ::testing::WithParamInterface<Program> {};

TEST_P(Packets, AreTakenForWhatTheyAre) {
  for (const FrameCase& one : kFrames) {
    SCOPED_TRACE(one.name);
    const int hook = GetParam() == Program::xdp ? SIPSONDE_HOOK_xdp : SIPSONDE_HOOK_tc;
    const int flow = GetParam() == Program::tc_egress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
    __u64 before[SIPSONDE_VERDICT_COUNT];
    std::memcpy(before, counters().packets[hook][flow], sizeof before);
    const auto samples = send(one.frame, GetParam());
    for (int verdict = 0; verdict < SIPSONDE_VERDICT_COUNT; ++verdict)
      EXPECT_EQ(counters().packets[hook][flow][verdict] - before[verdict], verdict == one.verdict ? 1u : 0u)
          << label(static_cast<sipsonde_verdict>(verdict));
    EXPECT_EQ(samples.size(), is_handed_over(one.verdict) ? 1u : 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Hooks, Packets,
                         ::testing::Values(Program::xdp, Program::tc_ingress, Program::tc_egress),
                         [](const auto& hook) {
                           return std::string(hook.param == Program::xdp          ? "Xdp"
                                              : hook.param == Program::tc_ingress ? "TcIngress"
                                                                                  : "TcEgress");
                         });

using Samples = KernelFixture;

TEST_F(Samples, CarryTheMessageAndWhereItPassed) {
  const auto samples = send(from_a_to_b().vlan(7).payload(kInvite).bytes());
  ASSERT_EQ(samples.size(), 1u);
  const sipsonde_event& head = samples[0].head;
  EXPECT_EQ(samples[0].payload, kInvite);
  EXPECT_EQ(head.time_ns, now_ns_);
  EXPECT_EQ(head.vlan_id, 7);
  EXPECT_EQ(head.src_port, 5060);
  EXPECT_EQ(head.dst_addr[15], 2);
  EXPECT_EQ(head.method, SIPSONDE_METHOD_invite);
  EXPECT_EQ(head.judgement, SIPSONDE_JUDGED_request);
  EXPECT_EQ(head.call_hash, probe_->call_hash("f81d4fae@192.0.2.1"));
}

TEST_F(Samples, OfAMessageAsLargeAsUdpAllowsAreWhole) {
  MessageParts parts;
  parts.body = std::string(64000, 'x');
  const std::string large = message(parts);
  const auto samples = send(from_a_to_b().payload(large).bytes(), Program::xdp);
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].payload, large);
}

TEST_F(Samples, OfACutFrameSayHowLongItWas) {
  const std::string frame = from_a_to_b().payload(kInvite).bytes();
  const auto samples = send(frame.substr(0, frame.size() - 10));
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].head.wire_len, kInvite.size());
  EXPECT_EQ(samples[0].head.payload_len, kInvite.size() - 10);
  EXPECT_TRUE(samples[0].head.flags & SIPSONDE_EVENT_TRUNCATED);
}

using Fragments = KernelFixture;

TEST_F(Fragments, OfSipAreHandedOverAndOthersPass) {
  const auto part = [](std::uint16_t id, std::uint16_t offset, bool more, const std::string& bytes,
                       bool first) {
    FrameBuilder frame = FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").fragment(id, offset, more);
    if (first) frame.udp(5060, 5060).udp_length(static_cast<std::uint16_t>(8 + kInvite.size()));
    return frame.payload(bytes).bytes();
  };
  EXPECT_EQ(send(part(1, 0, true, kInvite.substr(0, 160), true)).size(), 1u);
  const auto tail = send(part(1, 168, false, kInvite.substr(160), false));
  ASSERT_EQ(tail.size(), 1u);
  EXPECT_EQ(tail[0].head.kind, SIPSONDE_KIND_fragment);
  EXPECT_EQ(static_cast<unsigned char>(tail[0].payload[0]), 0x45);  // from the IP header on
  EXPECT_EQ(send(part(2, 0, true, std::string(160, '\3'), true)).size(), 0u);
  EXPECT_EQ(send(part(2, 168, false, std::string(160, '\3'), false)).size(), 0u);
  EXPECT_EQ(counters().packets[SIPSONDE_HOOK_tc][SIPSONDE_FLOW_ingress][SIPSONDE_VERDICT_fragment], 2u);
}

}  // namespace
}  // namespace sipsonde::testing
