// SPDX-License-Identifier: Apache-2.0
#include "flows/flow_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string>

#include "flow_bench.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;

const std::string kInvite = "INVITE sip:a@b.example SIP/2.0\r\nVia: x\r\nContent-Length: 5\r\n\r\nv=0\r\n";
const std::string kOk = "SIP/2.0 200 OK\r\nVia: x\r\nl: 0\r\n\r\n";
const std::string kBye = "BYE sip:a@b.example SIP/2.0\r\nVia: x\r\nl: 0\r\n\r\n";

TEST(FlowTable, BothDirectionsOfAConnectionGiveTheirMessages) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.shake_hands();
  pair.client.send(kInvite.substr(0, 40)).send(kInvite.substr(40));
  pair.server.send(kOk);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kOk));
  EXPECT_EQ(bench.table.connections(), 1u);
  EXPECT_EQ(bench.table.count(SegmentResult::empty), 2u);
  EXPECT_EQ(bench.table.count(SegmentResult::in_order), 3u);
  EXPECT_EQ(bench.segments(), 5u);
}

TEST(FlowTable, TheHeadIsThatOfTheSegmentThatCompletedTheMessage) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.head.tunnel[0] = SIPSONDE_TUNNEL_vxlan;
  pair.client.head.vlan_id = 30;
  pair.client.at(1 * kFlowSecond).send(kInvite.substr(0, 40));
  pair.client.at(2 * kFlowSecond).send(kInvite.substr(40));
  ASSERT_EQ(bench.taken.size(), 1u);
  const sipsonde_event& head = bench.taken[0].head;
  EXPECT_EQ(head.time_ns, 2 * kFlowSecond);
  EXPECT_EQ(head.kind, SIPSONDE_KIND_sip);
  EXPECT_EQ(head.path, SIPSONDE_PATH_reassembled);
  EXPECT_EQ(head.transport, SIPSONDE_TRANSPORT_tcp);
  EXPECT_EQ(head.payload_len, kInvite.size());
  EXPECT_EQ(head.wire_len, kInvite.size());
  EXPECT_EQ(head.call_hash, 0u);
  EXPECT_EQ(head.flags, 0);
  EXPECT_EQ(head.vlan_id, 30);
  EXPECT_EQ(head.tunnel[0], SIPSONDE_TUNNEL_vxlan);
  EXPECT_EQ(head.flow, SIPSONDE_FLOW_ingress);
  EXPECT_EQ(head.src_port, 40000);
  EXPECT_EQ(std::memcmp(head.src_addr, pair.client.head.src_addr, sizeof head.src_addr), 0);
}

TEST(FlowTable, AMessageWholeInASegmentIsNeitherCopiedNorKept) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite);
  const std::uint64_t memory = bench.table.memory_bytes();
  for (int i = 0; i < 100; ++i) {
    pair.client.send(kInvite);
    EXPECT_EQ(bench.last_payload, pair.client.segment.data());
  }
  EXPECT_EQ(bench.table.memory_bytes(), memory);
}

TEST(FlowTable, EachSightOfAConnectionGivesItsOwnMessages) {
  FlowBench bench;
  FlowPair pair(bench);
  const auto see = [&](sipsonde_flow flow, std::uint32_t ifindex) {
    pair.client.head.flow = static_cast<__u8>(flow);
    pair.client.head.ifindex = ifindex;
    pair.client.send_at(1000, kInvite);
  };
  see(SIPSONDE_FLOW_egress, 1);
  see(SIPSONDE_FLOW_ingress, 1);
  EXPECT_EQ(bench.table.connections(), 1u) << "lo shows each segment twice";
  see(SIPSONDE_FLOW_ingress, 2);
  EXPECT_EQ(bench.table.connections(), 2u);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kInvite, kInvite));
  see(SIPSONDE_FLOW_ingress, 1);
  EXPECT_EQ(bench.table.count(SegmentResult::retransmitted), 1u);
}

TEST(FlowTable, RetransmittedSegmentsAreNoMessages) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send_at(1000, kInvite).send_at(1000, kInvite);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite));
}

TEST(FlowTable, AHoleIsGivenUpAfterTwoSecondsAndWhatIsBehindItHasItsOwnTime) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.at(1 * kFlowSecond).send(kInvite).lose(kOk);
  pair.client.at(3 * kFlowSecond).send(kBye);
  bench.table.advance(5 * kFlowSecond - 1);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite));
  bench.table.advance(5 * kFlowSecond);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye));
  EXPECT_EQ(bench.taken[1].head.time_ns, 3 * kFlowSecond);
  EXPECT_EQ(bench.table.count(StreamBreak::hole), 1u);
  EXPECT_EQ(bench.table.count(SegmentResult::out_of_order), 1u);
}

TEST(FlowTable, AHoleThatIsFilledInTimeIsNone) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.at(1 * kFlowSecond).send(kInvite).lose(kOk);
  pair.client.at(2 * kFlowSecond).send(kBye);
  pair.client.at(3 * kFlowSecond)
      .send_at(pair.client.sequence - static_cast<std::uint32_t>(kBye.size() + kOk.size()), kOk);
  bench.table.advance(60 * kFlowSecond);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kOk, kBye));
  EXPECT_EQ(bench.taken[2].head.time_ns, 3 * kFlowSecond);
  EXPECT_EQ(bench.breaks(), 0u);
}

TEST(FlowTable, SeveralHolesEachHaveTheirTime) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.at(1 * kFlowSecond).send(kInvite).lose(kOk).send(kBye);
  pair.client.at(2 * kFlowSecond).lose(kOk).send(kBye);
  bench.table.advance(3 * kFlowSecond);
  EXPECT_EQ(bench.taken.size(), 2u);
  bench.table.advance(4 * kFlowSecond);
  EXPECT_EQ(bench.taken.size(), 3u);
  EXPECT_EQ(bench.table.count(StreamBreak::hole), 2u);
}

TEST(FlowTable, AHoleInABodyLeavesTheHeaders) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite.substr(0, kInvite.size() - 3)).lose("=0\r").send("\n" + kBye);
  bench.table.advance(10 * kFlowSecond);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite.substr(0, kInvite.size() - 3), kBye));
  EXPECT_EQ(bench.taken[0].head.flags, SIPSONDE_EVENT_TRUNCATED);
  EXPECT_EQ(bench.taken[0].head.wire_len, kInvite.size());
}

TEST(FlowTable, WhatACaptureCutIsAHoleThatNobodyWaitsFor) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send_at(1000, kInvite.substr(0, 60), SIPSONDE_TCP_ACK,
                      static_cast<std::uint32_t>(kInvite.size() - 60));
  pair.client.send_at(1000 + static_cast<std::uint32_t>(kInvite.size()), kBye);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite.substr(0, 60), kBye));
  EXPECT_EQ(bench.taken[0].head.flags, SIPSONDE_EVENT_TRUNCATED);
  EXPECT_EQ(bench.table.count(StreamBreak::cut), 1u);
}

TEST(FlowTable, ANewSynIsANewConnectionOnTheSamePorts) {
  FlowBench bench;
  FlowPair first(bench);
  first.shake_hands();
  first.client.send(kInvite).lose(kOk).send(kBye);
  FlowPair second(bench, SIPSONDE_FLOW_JUDGED_sip, 0xfffffff0);
  second.shake_hands();
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye)) << "what waited is handed out";
  second.client.send(kInvite);
  second.server.send(kOk);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye, kInvite, kOk));
  EXPECT_EQ(bench.table.connections(), 1u);
}

TEST(FlowTable, ASynThatIsSentAgainChangesNothing) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send_at(999, "", SIPSONDE_TCP_SYN);
  pair.client.send_at(1000, kInvite.substr(0, 30));
  pair.client.send_at(999, "", SIPSONDE_TCP_SYN);
  pair.client.send_at(1030, kInvite.substr(30));
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite));
}

TEST(FlowTable, TheFirstSegmentMayBeLostBehindTheSyn) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.shake_hands();
  const std::uint32_t first = pair.client.sequence;
  pair.client.lose(kInvite).send(kBye);
  EXPECT_TRUE(bench.taken.empty());
  pair.client.send_at(first, kInvite);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye));
}

TEST(FlowTable, ANewConnectionWhoseSynWasNotSeenIsFoundByItsNumbers) {
  FlowBench bench;
  FlowPair pair(bench);
  for (const std::uint32_t first : {1000u, 0x80000000u, 0x40000000u, 0x30000000u}) {
    pair.client.sequence = first;
    pair.client.send(kInvite);
  }
  EXPECT_EQ(bench.taken.size(), 4u);
}

TEST(FlowTable, AConnectionThatBothCloseIsForgottenAMomentLater) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.shake_hands();
  pair.client.send(kInvite, SIPSONDE_TCP_FIN | SIPSONDE_TCP_ACK);
  pair.server.send(kOk).send("", SIPSONDE_TCP_FIN);
  bench.table.advance(3 * kFlowSecond - 1);
  EXPECT_EQ(bench.table.connections(), 1u);
  pair.client.send_at(1001, kInvite);
  EXPECT_EQ(bench.table.count(SegmentResult::retransmitted), 1u) << "what is still on its way is known";
  bench.table.advance(3 * kFlowSecond);
  EXPECT_EQ(bench.table.connections(), 0u);
  EXPECT_EQ(bench.table.memory_bytes(), 0u);
  EXPECT_EQ(bench.taken.size(), 2u);
}

TEST(FlowTable, WhatWaitsWhenAConnectionIsResetIsHandedOut) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite).lose(kOk).send(kBye);
  pair.server.send("", SIPSONDE_TCP_RST);
  bench.table.advance(3 * kFlowSecond);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye));
  EXPECT_EQ(bench.table.connections(), 0u);
}

TEST(FlowTable, AResetThatNobodyBelievesEndsNothing) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite);
  pair.server.send_at(4711, "", SIPSONDE_TCP_RST);
  pair.client.at(2 * kFlowSecond).send(kBye.substr(0, 10));
  pair.client.at(30 * kFlowSecond).send(kBye.substr(10));
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye));
}

TEST(FlowTable, ASilentConnectionIsForgotten) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite);
  bench.table.advance(3600 * kFlowSecond);
  EXPECT_EQ(bench.table.connections(), 1u);
  bench.table.advance(4 * 3600 * kFlowSecond);
  EXPECT_EQ(bench.table.connections(), 0u);
}

TEST(FlowTable, AtTheEndWhatWaitsIsHandedOut) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send(kInvite).lose(kOk).send(kBye);
  bench.table.close();
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye));
  EXPECT_EQ(bench.table.memory_bytes(), 0u);
}

TEST(FlowTable, SegmentsWithoutDataOpenNothing) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send("").send("", SIPSONDE_TCP_FIN).send("", SIPSONDE_TCP_RST);
  EXPECT_EQ(bench.table.connections(), 0u);
  EXPECT_EQ(bench.table.count(SegmentResult::empty), 3u);
}

// ---- who wants the memory ----

constexpr std::uint64_t kLimit = 1 << 20;

void become(FlowHost& host, std::uint32_t number) {
  std::memcpy(host.head.src_addr, &number, sizeof number);
}

TEST(FlowTable, AFloodOfConnectionsTakesNoMoreThanTheLimitAndIsCounted) {
  FlowBench bench(kLimit);
  FlowPair trunk(bench);
  trunk.client.send(kInvite);
  FlowHost attacker(bench, true);
  attacker.note.judgement = SIPSONDE_FLOW_JUDGED_candidate;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    become(attacker, i + 1);
    attacker.send_at(i, "", SIPSONDE_TCP_SYN);
    if (i % 1000 == 0) ASSERT_LE(bench.table.memory_bytes(), kLimit);
  }
  EXPECT_EQ(bench.table.count(StreamBreak::evicted) + bench.table.connections(), 100'001u);
  trunk.server.send(kOk.substr(0, 9));
  trunk.client.send(kBye);
  EXPECT_EQ(bench.table.count(SegmentResult::in_order), 3u);
  EXPECT_THAT(bench.messages(), ElementsAre(kInvite, kBye)) << "who was proven stays";
}

TEST(FlowTable, HolesInManyConnectionsTakeNoMoreThanTheLimit) {
  FlowBench bench(kLimit);
  FlowHost attacker(bench, true);
  const std::string data(60'000, 'x');
  for (std::uint32_t i = 0; i < 1000; ++i) {
    become(attacker, 1 + i % 100);
    attacker.send_at(1000 + i / 100 * 100'000, i < 100 ? kInvite : data);
    ASSERT_LE(bench.table.memory_bytes(), kLimit);
  }
  EXPECT_GT(bench.table.count(StreamBreak::evicted), 0u);
  bench.table.close();
  EXPECT_EQ(bench.table.memory_bytes(), 0u);
}

TEST(FlowTable, BodiesThatNeverEndTakeNoMoreThanTheLimit) {
  FlowBench bench(kLimit);
  FlowHost attacker(bench, true);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    become(attacker, i);
    attacker.send_at(1000, "MESSAGE sip:a SIP/2.0\r\nl: 60000\r\n\r\n" + std::string(5000, 'x'));
    ASSERT_LE(bench.table.memory_bytes(), kLimit);
  }
  EXPECT_TRUE(bench.taken.empty());
}

TEST(FlowTable, ALimitThatIsTooSmallForAnythingHoldsNothing) {
  FlowBench bench(100);
  FlowPair pair(bench);
  pair.client.send(kInvite).send(kInvite.substr(0, 20)).send(kInvite.substr(20));
  EXPECT_EQ(bench.taken.size(), 1u);
  EXPECT_EQ(bench.table.connections(), 0u);
}

// Several connections at once, cut at random, shuffled within a window, some of it sent again: every message
// comes out, of each direction in its order.
TEST(FlowTable, InterleavedConnectionsGiveEachOfTheirMessagesOnce) {
  std::mt19937 random(20261130);
  for (int round = 0; round < 20; ++round) {
    FlowBench bench;
    struct Piece {
      std::uint32_t host, sequence;
      std::string data;
    };
    std::vector<Piece> pieces;
    std::vector<std::string> sent(6);
    for (std::uint32_t host = 0; host < sent.size(); ++host) {
      for (int i = 0; i < 30; ++i) sent[host] += std::array{kInvite, kOk, kBye}[random() % 3];
      const std::uint32_t first = static_cast<std::uint32_t>(random());
      pieces.push_back({host, first - 1, ""});
      for (std::size_t at = 0; at < sent[host].size();) {
        const std::size_t size = 1 + random() % 150;
        pieces.push_back({host, first + static_cast<std::uint32_t>(at), sent[host].substr(at, size)});
        if (random() % 10 == 0) pieces.push_back(pieces.back());
        at += size;
      }
    }
    for (std::size_t at = 0; at < pieces.size(); at += 8)
      std::shuffle(pieces.begin() + static_cast<std::ptrdiff_t>(at),
                   pieces.begin() + static_cast<std::ptrdiff_t>(std::min(at + 8, pieces.size())), random);
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.data.empty() > b.data.empty(); });
    FlowHost host(bench, true);
    for (const Piece& piece : pieces) {
      become(host, 1 + piece.host);
      host.send_at(piece.sequence, piece.data, piece.data.empty() ? SIPSONDE_TCP_SYN : SIPSONDE_TCP_ACK);
    }
    std::vector<std::string> received(sent.size());
    for (const TakenMessage& message : bench.taken) {
      std::uint32_t number = 0;
      std::memcpy(&number, message.head.src_addr, sizeof number);
      received[number - 1] += message.bytes;
    }
    EXPECT_EQ(received, sent);
    EXPECT_EQ(bench.breaks(), 0u);
    EXPECT_EQ(bench.segments(), pieces.size());
  }
}

}  // namespace
}  // namespace sipsonde
