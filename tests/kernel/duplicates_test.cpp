// SPDX-License-Identifier: Apache-2.0
// A packet that an interface sees bare and in a tunnel counts once with `deduplicate`; one that was sent
// twice, twice.
#include "tunnels_fixture.h"

namespace sipsonde::testing {
namespace {

class Duplicates : public Tunnels {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
    Settings settings;
    settings.deduplicate = true;
    load(settings);
  }
};

TEST_F(Duplicates, CountOnceBareFirst) {
  for (const std::string& frame : {inner_ipv4(), inner_ipv6()})
    for (const Program program : kPrograms) {
      EXPECT_TRUE(is_sip(frame, 1, program));
      EXPECT_FALSE(is_sip(in_vxlan(frame), 1, program));
      now_ns_ += 2000 * kMillisecond;
    }
}

TEST_F(Duplicates, CountOnceInTheTunnelFirst) {
  EXPECT_TRUE(is_sip(in_erspan_ii(inner_ipv6())));
  now_ns_ += 5 * kMillisecond;
  EXPECT_FALSE(is_sip(inner_ipv6()));
  EXPECT_FALSE(is_sip(in_gre(inner_ipv6())));
}

TEST_F(Duplicates, OfRtpCountOnce) {
  for (int sequence = 1; sequence <= 10; ++sequence, now_ns_ += 20 * kMillisecond) {
    send(inner_ipv4(rtp(sequence), 16384, 16386));
    send(in_mpls(inner_ipv4(rtp(sequence), 16384, 16386)));
  }
  EXPECT_EQ(counters().rtp_packets[SIPSONDE_FLOW_ingress][SIPSONDE_CODEC_pcma], 10u);
  EXPECT_EQ(packets(SIPSONDE_VERDICT_rtp), 9u);
  EXPECT_EQ(packets(SIPSONDE_VERDICT_other), 11u);
}

TEST_F(Duplicates, OfFragmentsCountOnce) {
  const std::string first = FrameBuilder()
                                .ipv4("192.0.2.1", "192.0.2.2")
                                .fragment(9, 0, true)
                                .udp(5060, 5060)
                                .payload(kInvite)
                                .bytes();
  EXPECT_EQ(send(first).size(), 1u);
  EXPECT_EQ(send(in_gre(first)).size(), 0u);
  EXPECT_EQ(packets(SIPSONDE_VERDICT_fragment), 1u);
}

TEST_F(Duplicates, AreNotWhatWasSentTwice) {
  EXPECT_TRUE(is_sip(inner_ipv4()));
  now_ns_ += 500 * kMillisecond;
  EXPECT_TRUE(is_sip(inner_ipv4()));
  EXPECT_FALSE(is_sip(in_gre(inner_ipv4())));
  now_ns_ += 500 * kMillisecond;
  EXPECT_TRUE(is_sip(inner_ipv4()));
  EXPECT_EQ(counters().retransmissions[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][0], 2u);
}

TEST_F(Duplicates, AreNotWhatDiffers) {
  EXPECT_TRUE(is_sip(inner_ipv4()));
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4(kInvite, 5062))));  // ports
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4(kInvite + "x"))));  // length
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4()), 2));            // interface
  const std::string other_id = FrameBuilder()
                                   .ipv4("192.0.2.1", "192.0.2.2")
                                   .fragment(4711, 0, false)
                                   .udp(5060, 5061)
                                   .payload(kInvite)
                                   .bytes();
  EXPECT_TRUE(is_sip(in_gre(other_id)));
  std::string other_checksum = inner_ipv6();
  EXPECT_TRUE(is_sip(other_checksum));
  other_checksum[14 + 40 + 6] = 1;
  EXPECT_TRUE(is_sip(in_gre(other_checksum)));
}

TEST_F(Duplicates, AreNotKnownAfterASecond) {
  EXPECT_TRUE(is_sip(inner_ipv4()));
  now_ns_ += 1002 * kMillisecond;
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4())));
}

TEST_F(Tunnels, WithoutDeduplicationEachSightCounts) {
  EXPECT_TRUE(is_sip(inner_ipv4()));
  EXPECT_TRUE(is_sip(in_gre(inner_ipv4())));
}

}  // namespace
}  // namespace sipsonde::testing
