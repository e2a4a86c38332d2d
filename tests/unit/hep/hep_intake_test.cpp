// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hep_bytes.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kUnix = 1'313'440'460'000'000'000;  // a second after the example's
constexpr std::uint64_t kMonotonic = 77'000'000'000;
constexpr std::uint32_t kSlot = 3;

// The kernel half as far as it is asked here.
class HepIntakeTest : public testing::Test {
 protected:
  bool hand_back(sipsonde_hand_back& message) {
    if (message.operation == SIPSONDE_HAND_BACK_EMIT) {
      emitted.push_back(message);
      return true;
    }
    counted.push_back(message);
    payloads.emplace_back(reinterpret_cast<const char*>(message.payload), message.head.payload_len);
    message.head.call_hash = 77;
    message.head.judgement = judgement;
    return is_sip;
  }

  void take(const std::string& bytes, const std::string& sender = "192.0.2.9") {
    intake.take(bytes, *address_of(sender), {kMonotonic, kUnix});
  }
  std::uint64_t packets(HepResult result) const { return counts.packets[static_cast<std::size_t>(result)]; }
  std::uint64_t replaced(HepTimeFault fault) const {
    return counts.times_replaced[static_cast<std::size_t>(fault)];
  }

  bool is_sip = true;
  std::uint8_t judgement = SIPSONDE_JUDGED_request;
  std::vector<sipsonde_hand_back> counted, emitted;
  std::vector<std::string> payloads;

  HepCounts counts;
  std::vector<Network> local_networks;
  HepIntake intake{[this](sipsonde_hand_back& message) { return hand_back(message); }, kSlot, local_networks,
                   counts};
};

TEST_F(HepIntakeTest, SipIsCountedByTheKernelAndHandedToItsWorker) {
  take(HepExample{}.bytes());
  ASSERT_EQ(counted.size(), 1u);
  const sipsonde_event& head = counted[0].head;
  EXPECT_EQ(counted[0].slot, kSlot);
  EXPECT_EQ(payloads[0], "INVITE sip:bob");
  EXPECT_EQ(head.wire_len, head.payload_len);
  EXPECT_EQ(head.time_ns, kMonotonic - 880'000'000);
  EXPECT_EQ(head.src_port, 12010);
  EXPECT_EQ(head.dst_port, 5060);
  EXPECT_EQ(head.src_addr[12], 212);
  EXPECT_EQ(head.dst_addr[12], 82);
  EXPECT_EQ(head.kind, SIPSONDE_KIND_sip);
  EXPECT_EQ(head.transport, SIPSONDE_TRANSPORT_udp);
  EXPECT_EQ(head.path, SIPSONDE_PATH_reassembled);
  EXPECT_EQ(head.flow, SIPSONDE_FLOW_ingress);
  ASSERT_EQ(emitted.size(), 1u);
  EXPECT_EQ(emitted[0].head.call_hash, 77u) << "as the kernel judged it";
  EXPECT_EQ(packets(HepResult::sip), 1u);
}

TEST_F(HepIntakeTest, WhatANodesOwnAddressSentGoesOut) {
  local_networks.push_back({*address_of("212.202.0.1"), 128});
  take(HepExample{}.bytes());
  EXPECT_EQ(counted.at(0).head.flow, SIPSONDE_FLOW_egress);
}

TEST_F(HepIntakeTest, SendersAreTakenForInterfacesOfTheirOwn) {
  HepExample other;
  other.capture_id = chunk(0x000c, big_endian(5, 4));
  take(HepExample{}.bytes());
  take(HepExample{}.bytes());
  take(HepExample{}.bytes(), "192.0.2.10");
  take(other.bytes());
  const auto interface = [this](std::size_t at) { return counted.at(at).head.ifindex; };
  EXPECT_EQ(interface(0), interface(1));
  EXPECT_NE(interface(0), interface(2));
  EXPECT_NE(interface(0), interface(3));
  for (std::size_t at = 0; at < 4; ++at)
    EXPECT_GE(interface(at), 0x8000'0000u) << "the kernel's are positive";
}

TEST_F(HepIntakeTest, WhatIsNotSipGoesNowhere) {
  HepExample rtcp;
  rtcp.type = chunk(0x000b, "\x05");
  HepExample zipped;
  zipped.payload = chunk(0x0010, "\x1f\x8b");
  HepExample sctp;
  sctp.protocol = chunk(0x0002, "\x84");
  for (const HepExample& one : {rtcp, zipped, sctp}) take(one.bytes());
  EXPECT_TRUE(counted.empty());
  EXPECT_EQ(packets(HepResult::other), 3u);

  is_sip = false;
  take(HepExample{}.bytes());
  EXPECT_EQ(counted.size(), 1u);
  EXPECT_TRUE(emitted.empty());
  EXPECT_EQ(packets(HepResult::other), 4u);
}

TEST_F(HepIntakeTest, MalformedSipIsCountedAndMovesNoCall) {
  judgement = SIPSONDE_JUDGED_malformed;
  take(HepExample{}.bytes());
  EXPECT_TRUE(emitted.empty());
  EXPECT_EQ(packets(HepResult::sip), 1u);
}

TEST_F(HepIntakeTest, WhatIsNoHepIsCounted) {
  take("OPTIONS sip:a SIP/2.0\r\n\r\n");
  take("");
  take("\x02\x10\x02\x11" + std::string(24, 'x'));
  EXPECT_EQ(packets(HepResult::malformed), 2u);
  EXPECT_EQ(packets(HepResult::refused), 1u);
  EXPECT_TRUE(counted.empty());
}

TEST_F(HepIntakeTest, ATimeThatCannotBeIsReplacedAndCounted) {
  HepExample ahead, behind, absent;
  ahead.seconds = chunk(0x0009, big_endian(1'313'440'461, 4));
  behind.seconds = chunk(0x0009, big_endian(1'313'440'000, 4));
  absent.seconds = absent.microseconds = "";
  for (const HepExample& one : {ahead, behind, absent}) take(one.bytes());
  for (const sipsonde_hand_back& message : counted) EXPECT_EQ(message.head.time_ns, kMonotonic);
  EXPECT_EQ(replaced(HepTimeFault::ahead), 1u);
  EXPECT_EQ(replaced(HepTimeFault::behind), 1u);
  EXPECT_EQ(replaced(HepTimeFault::absent), 1u);
  EXPECT_EQ(packets(HepResult::sip), 3u);
}

TEST_F(HepIntakeTest, EveryPacketHasOneResult) {
  std::uint64_t sum = 0;
  for (const std::string& bytes : {HepExample{}.bytes(), "x"s, ""s, hep_of("")}) take(bytes);
  for (const auto& one : counts.packets) sum += one;
  EXPECT_EQ(sum, 4u);
}

}  // namespace
}  // namespace sipsonde
