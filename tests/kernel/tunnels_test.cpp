// SPDX-License-Identifier: Apache-2.0
// What comes in tunnels, through XDP and tc: the packet inside is what counts.
#include <cstring>
#include <random>

#include "support/host_judge.h"
#include "tunnels_fixture.h"

namespace sipsonde::testing {
namespace {

TEST_F(Tunnels, SipInsideIsCountedAndHandedOverWithItsOwnAddresses) {
  for (const Program program : kPrograms)
    for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6())) {
      SCOPED_TRACE(one.name);
      const __u64 before = packets(SIPSONDE_VERDICT_sip);
      const auto samples = send(one.frame, program);
      EXPECT_EQ(packets(SIPSONDE_VERDICT_sip), before + 1);
      ASSERT_EQ(samples.size(), 1u);
      const sipsonde_event& head = samples[0].head;
      EXPECT_EQ(samples[0].payload, kInvite);
      EXPECT_EQ(head.kind, SIPSONDE_KIND_sip);
      EXPECT_EQ(head.src_port, 5060);
      EXPECT_EQ(head.dst_port, 5061);
      EXPECT_EQ(head.src_addr[15], 1);
      EXPECT_EQ(head.dst_addr[15], 2);
      EXPECT_TRUE(head.src_addr[12] == 192 || head.src_addr[0] == 0x20);
      EXPECT_EQ(head.call_hash, probe_->call_hash("f81d4fae@192.0.2.1"));
      for (std::size_t deep = 0; deep < SIPSONDE_TUNNELS_DEEP; ++deep)
        EXPECT_EQ(head.tunnel[deep], deep < one.tunnels.size() ? one.tunnels[deep] : SIPSONDE_TUNNEL_none);
    }
}

TEST_F(Tunnels, RtpInsideIsCountedInItsStream) {
  std::uint16_t port = 16384;
  for (const Program program : kPrograms) {
    const int flow = program == Program::tc_egress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
    const __u64 counted = counters().rtp_packets[flow][SIPSONDE_CODEC_pcma];
    const __u64 taken = packets(SIPSONDE_VERDICT_rtp);
    port = static_cast<std::uint16_t>(port + 2);
    for (int sequence = 1; sequence <= 10; ++sequence, now_ns_ += 20 * kMillisecond)
      send(in_vxlan(inner_ipv4(rtp(sequence), port, 16386)), program);
    EXPECT_EQ(counters().rtp_packets[flow][SIPSONDE_CODEC_pcma] - counted, 10u);
    EXPECT_EQ(counters().rtp_lost[flow], 0u);
    EXPECT_EQ(packets(SIPSONDE_VERDICT_rtp) - taken, 9u);  // the first of them was not yet believed
  }
}

TEST_F(Tunnels, RtcpInsideIsHandedOver) {
  const std::string report = octets({0x80, 200, 0, 6}) + std::string(24, '\1');
  for (const Program program : kPrograms) {
    const auto samples = send(in_gtp_u(inner_ipv4(report, 16385, 16387)), program);
    ASSERT_EQ(samples.size(), 1u);
    EXPECT_EQ(samples[0].head.kind, SIPSONDE_KIND_rtcp);
    EXPECT_EQ(samples[0].head.dst_port, 16387);
    EXPECT_EQ(samples[0].head.tunnel[0], SIPSONDE_TUNNEL_gtp_u);
  }
}

TEST_F(Tunnels, AFragmentInsideIsHandedOverAsABareOneIs) {
  const std::string first = FrameBuilder()
                                .ipv4("192.0.2.1", "192.0.2.2")
                                .fragment(9, 0, true)
                                .udp(5060, 5060)
                                .payload(kInvite)
                                .bytes();
  const std::string later = FrameBuilder()
                                .ipv4("192.0.2.1", "192.0.2.2")
                                .fragment(9, 800, false)
                                .protocol(17)
                                .payload("rest")
                                .bytes();
  for (const Program program : kPrograms)
    for (const std::string& part : {first, later}) {
      const auto samples = send(in_erspan_ii(part), program);
      ASSERT_EQ(samples.size(), 1u);
      EXPECT_EQ(samples[0].head.kind, SIPSONDE_KIND_fragment);
      EXPECT_EQ(samples[0].payload, ip_of(part));
      EXPECT_EQ(samples[0].head.tunnel[0], SIPSONDE_TUNNEL_erspan);
    }
  EXPECT_EQ(packets(SIPSONDE_VERDICT_fragment), 6u);
}

TEST_F(Tunnels, RtpOnATunnelsPortIsRtp) {
  std::uint16_t source = 16384;
  for (const Program program : kPrograms)
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{2152, 4789, 6081, 8472, 37008}) {
      const __u64 before = packets(SIPSONDE_VERDICT_rtp);
      source = static_cast<std::uint16_t>(source + 2);
      for (int sequence = 1; sequence <= 3; ++sequence, now_ns_ += 20 * kMillisecond)
        send(inner_ipv4(rtp(sequence), source, port), program);
      EXPECT_EQ(packets(SIPSONDE_VERDICT_rtp) - before, 2u) << port;
    }
}

TEST_F(Tunnels, ThatAreSwitchedOffAreNotLookedInto) {
  Settings settings;
  settings.tunnels = 0;
  load(settings);
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6()))
    EXPECT_FALSE(is_sip(one.frame)) << one.name;
  EXPECT_TRUE(is_sip(inner_ipv4()));
  settings.tunnels = 1u << SIPSONDE_TUNNEL_gre;
  load(settings);
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4())));
  EXPECT_FALSE(is_sip(in_vxlan(inner_ipv4())));
  EXPECT_FALSE(is_sip(in_gre(in_vxlan(inner_ipv4()))));
}

TEST_F(Tunnels, ABufferOfSeveralDatagramsInsideIsTakenApart) {
  const std::string text = message({.start = "OPTIONS sip:bob@example.com SIP/2.0", .cseq = "1 OPTIONS"});
  const std::string frame = in_vxlan(inner_ipv4(text + text + text));
  send(inner_ipv4("x"));  // clock and hook
  const auto samples = send_segments(frame, static_cast<std::uint32_t>(text.size()), 3);
  ASSERT_EQ(samples.size(), 3u);
  for (const KeptSample& sample : samples) {
    EXPECT_EQ(sample.payload, text);
    EXPECT_EQ(sample.head.tunnel[0], SIPSONDE_TUNNEL_vxlan);
    EXPECT_EQ(sample.head.src_port, 5060);
  }
  EXPECT_EQ(packets(SIPSONDE_VERDICT_sip), 3u);
}

// One tunnel's datagrams that were joined have headers of their own between them: nothing of them is guessed.
TEST_F(Tunnels, DatagramsOfATunnelThatWereJoinedAreNotLookedInto) {
  const std::string one = octets({0x08, 0, 0, 0, 0, 0, 42, 0}) + inner_ipv4();
  send(inner_ipv4("x"));
  const __u64 other = packets(SIPSONDE_VERDICT_other);
  EXPECT_TRUE(send_segments(over_udp(4789, one + one), static_cast<std::uint32_t>(one.size()), 2).empty());
  EXPECT_EQ(packets(SIPSONDE_VERDICT_other), other + 2);
}

TEST_F(Tunnels, AreSeenAlikeByTheKernelAndByTheHost) {
  HostJudge host(1);
  std::mt19937 dice(7);
  for (const TunnelFrame& one : tunnel_frames(inner_ipv4(), inner_ipv6()))
    for (int i = 0; i < 60; ++i) {
      std::string frame = one.frame;
      frame[12 + dice() % std::min<std::size_t>(frame.size() - 12, 130)] = static_cast<char>(dice());
      const HostJudgement expected = host.judge(frame);
      const auto samples = send(frame, i % 2 ? Program::xdp : Program::tc_ingress);
      if (expected.where.fragment) continue;  // whose fate depends on those before it
      ASSERT_EQ(samples.size() == 1 && samples[0].head.kind == SIPSONDE_KIND_sip, expected.is_sip)
          << one.name << i;
      if (!expected.is_sip) continue;
      EXPECT_EQ(std::memcmp(samples[0].head.tunnel, expected.where.tunnel, SIPSONDE_TUNNELS_DEEP), 0);
      EXPECT_EQ(std::memcmp(samples[0].head.src_addr, expected.where.src_addr, 16), 0);
      EXPECT_EQ(samples[0].head.src_port, expected.where.src_port);
      EXPECT_EQ(samples[0].head.vlan_id, expected.where.vlan_id);
    }
}

}  // namespace
}  // namespace sipsonde::testing
