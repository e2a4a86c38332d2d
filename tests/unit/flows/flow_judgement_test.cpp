// SPDX-License-Identifier: Apache-2.0
// Connections that are candidates: what they turn out to be, WebSockets among them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "flow_bench.h"
#include "support/websocket_bytes.h"

namespace sipsonde {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kCandidate = SIPSONDE_FLOW_JUDGED_candidate;
const TakenJudgement kSip{5, 55, SIPSONDE_FLOW_JUDGED_sip};
const TakenJudgement kOther{5, 55, SIPSONDE_FLOW_JUDGED_other};

const std::string kInvite = "INVITE sip:a@b.example SIP/2.0\r\nVia: x\r\nl: 5\r\n\r\nv=0\r\n";
const std::string kOk = "SIP/2.0 200 OK\r\nVia: x\r\nl: 0\r\n\r\n";
const std::string kRequest =
    "GET /ws HTTP/1.1\r\nHost: b.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: "
    "13\r\n\r\n";
const std::string kAccepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n";

std::string without_protocol(std::string head) {
  head.erase(head.find("Sec-WebSocket-Protocol"), 29);
  return head;
}

std::string client_frame(std::string_view message) {
  return websocket_frame(kFrameFin | kTextFrame, message, "\x12\x34\x56\x78");
}
std::string server_frame(std::string_view message) {
  return websocket_frame(kFrameFin | kTextFrame, message);
}

struct Candidate {
  Candidate() : pair(bench, kCandidate) {}
  FlowBench bench;
  FlowPair pair;
};

TEST(FlowJudgement, ACandidateIsSipWithItsFirstStartLine) {
  Candidate it;
  it.pair.shake_hands();
  it.pair.client.send(kInvite.substr(0, 20));
  EXPECT_THAT(it.bench.judgements, IsEmpty());
  it.pair.client.send(kInvite.substr(20, 20));
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip)) << "long before the message is whole";
  it.pair.client.send(kInvite.substr(40));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite));
}

TEST(FlowJudgement, KeepAlivesAloneDecideNothing) {
  Candidate it;
  it.pair.shake_hands();
  for (int i = 0; i < 3000; ++i) it.pair.client.send("\r\n\r\n");
  EXPECT_THAT(it.bench.judgements, IsEmpty());
  it.pair.client.send(kInvite);
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip));
}

TEST(FlowJudgement, OtherBytesFromTheBeginningAreSoonOther) {
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\0x\x03", 7), std::string("hello world\r\n"), std::string("x")}) {
    Candidate it;
    it.pair.shake_hands();
    std::size_t sent = 0;
    for (; it.bench.judgements.empty() && sent < 10'000; sent += bytes.size()) it.pair.client.send(bytes);
    EXPECT_THAT(it.bench.judgements, ElementsAre(kOther));
    EXPECT_LE(sent, 9000u);
    it.pair.client.note.judgement = SIPSONDE_FLOW_JUDGED_other;
    it.pair.client.send(kInvite);
    EXPECT_THAT(it.bench.messages(), IsEmpty());
    EXPECT_EQ(it.bench.table.count(SegmentResult::ignored), 1u);
    EXPECT_EQ(it.bench.breaks(), 0u) << "what is no SIP breaks nothing";
  }
}

TEST(FlowJudgement, JoinedInTheMidstALargeBodyMayHaveToEnd) {
  Candidate it;
  it.pair.client.send(std::string(60'000, 'x'));
  EXPECT_THAT(it.bench.judgements, IsEmpty());
  it.pair.client.send("\r\n" + kInvite);
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite));
}

TEST(FlowJudgement, JoinedInTheMidstOtherBytesAreOtherInTheEnd) {
  Candidate it;
  for (int i = 0; i < 80 && it.bench.judgements.empty(); ++i) it.pair.client.send(std::string(1000, 'x'));
  EXPECT_THAT(it.bench.judgements, ElementsAre(kOther));
}

TEST(FlowJudgement, OneDirectionIsEnough) {
  Candidate it;
  it.pair.shake_hands();
  it.pair.client.send("something before it\r\n");
  it.pair.server.send(kOk);
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip));
  it.pair.client.send(kInvite);
  EXPECT_THAT(it.bench.messages(), ElementsAre(kOk, kInvite));
}

TEST(FlowJudgement, WhatCameOutOfOrderMeanwhileIsNotLost) {
  Candidate it;
  it.pair.shake_hands();
  const std::uint32_t first = it.pair.client.sequence;
  it.pair.client.send_at(first + static_cast<std::uint32_t>(kInvite.size()), kOk);
  it.pair.client.send_at(first, kInvite);
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite, kOk));
}

TEST(FlowJudgement, AnEntryThatIsNewInTheKernelIsToldAgain) {
  Candidate it;
  it.pair.client.send(kInvite);
  it.pair.client.note.judgement = SIPSONDE_FLOW_JUDGED_sip;
  it.pair.client.send(kInvite);
  it.pair.client.note.judgement = kCandidate;
  it.pair.client.note.flow_slot = 6;
  it.pair.client.send(kInvite);
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip, TakenJudgement{6, 55, SIPSONDE_FLOW_JUDGED_sip}));
}

TEST(FlowJudgement, WhatTheKernelTookForSipAndIsNoneIsGivenUpInTheEnd) {
  FlowBench bench;
  FlowPair pair(bench);
  pair.client.send("INVITE sip:a SIP/2.0\r\nnot: SIP\r\n\r\n");
  for (int i = 0; i < 30 && bench.judgements.empty(); ++i) pair.client.send(std::string(60'000, 'x'));
  EXPECT_THAT(bench.judgements, ElementsAre(kOther));
}

// ---- WebSockets ----

TEST(FlowJudgement, AnAcceptedUpgradeIsSipAndItsMessagesAreOfWs) {
  Candidate it;
  it.pair.shake_hands();
  it.pair.client.send(kRequest);
  EXPECT_THAT(it.bench.judgements, IsEmpty());
  it.pair.server.send(kAccepted);
  EXPECT_THAT(it.bench.judgements, ElementsAre(kSip));
  it.pair.client.at(2 * kFlowSecond).send(client_frame(kInvite));
  it.pair.server.at(3 * kFlowSecond).send(server_frame(kOk) + server_frame(kOk));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite, kOk, kOk));
  EXPECT_EQ(it.bench.taken[0].head.transport, SIPSONDE_TRANSPORT_ws);
  EXPECT_EQ(it.bench.taken[0].head.time_ns, 2 * kFlowSecond);
  EXPECT_EQ(it.bench.taken[1].head.flow, SIPSONDE_FLOW_egress);
}

TEST(FlowJudgement, AHandshakeMayComeInPiecesWithFramesAtItsEnd) {
  Candidate it;
  it.pair.shake_hands();
  for (const char byte : kRequest) it.pair.client.send({&byte, 1});
  const std::string answer = kAccepted + server_frame(kOk);
  for (const char byte : answer) it.pair.server.send({&byte, 1});
  const std::string frame = client_frame(kInvite);
  for (const char byte : frame) it.pair.client.send({&byte, 1});
  EXPECT_THAT(it.bench.messages(), ElementsAre(kOk, kInvite));
  EXPECT_THAT(it.bench.judgements, Each(kSip)) << "again, while the kernel has not taken it";
}

TEST(FlowJudgement, FramesThatAreSeenBeforeTheAnswerWait) {
  Candidate it;
  it.pair.shake_hands();
  it.pair.client.send(kRequest).at(4 * kFlowSecond).send(client_frame(kInvite));
  EXPECT_THAT(it.bench.messages(), IsEmpty());
  it.pair.server.send(kAccepted);
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite));
  EXPECT_EQ(it.bench.taken[0].head.src_port, 40000);
  EXPECT_EQ(it.bench.taken[0].head.time_ns, 4 * kFlowSecond);
}

TEST(FlowJudgement, EachSightOfAWebSocketGivesItsOwnMessages) {
  Candidate it;
  const auto twice = [&](FlowHost& host, const std::string& data) {
    host.head.flow = SIPSONDE_FLOW_egress;
    host.send_at(host.sequence, data);
    host.head.flow = SIPSONDE_FLOW_ingress;
    host.send(data);
  };
  twice(it.pair.client, kRequest);
  twice(it.pair.server, kAccepted);
  twice(it.pair.client, client_frame(kInvite));
  twice(it.pair.server, server_frame(kOk));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite, kInvite, kOk, kOk));
}

TEST(FlowJudgement, HttpThatAsksForSomethingElseIsOther) {
  Candidate plain;
  plain.pair.client.send("GET /index.html HTTP/1.1\r\nHost: b.example\r\n\r\n");
  EXPECT_THAT(plain.bench.judgements, ElementsAre(kOther));
  Candidate without_sip;
  without_sip.pair.client.send(without_protocol(kRequest));
  EXPECT_THAT(without_sip.bench.judgements, ElementsAre(kOther));
  Candidate refused;
  refused.pair.client.send(kRequest);
  refused.pair.server.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(refused.bench.judgements, ElementsAre(kOther));
  Candidate accepted_without;
  accepted_without.pair.client.send(kRequest);
  accepted_without.pair.server.send(without_protocol(kAccepted));
  EXPECT_THAT(accepted_without.bench.judgements, ElementsAre(kOther));
}

TEST(FlowJudgement, AnAnswerAloneOpensBothDirections) {
  Candidate it;
  it.pair.server.send(kAccepted).send(server_frame(kOk));
  it.pair.client.send(client_frame(kInvite));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kOk, kInvite));
}

TEST(FlowJudgement, BehindAHoleAWebSocketGoesOnWithItsNextFrame) {
  Candidate it;
  it.pair.client.send(kRequest);
  it.pair.server.send(kAccepted);
  it.pair.client.send(client_frame(kInvite))
      .lose(client_frame(kOk))
      .send(client_frame(kOk))
      .send(client_frame(kInvite));
  it.bench.table.advance(10 * kFlowSecond);
  EXPECT_THAT(it.bench.messages(), ElementsAre(kInvite, kOk, kInvite));
  EXPECT_EQ(it.bench.table.count(StreamBreak::hole), 1u);
}

TEST(FlowJudgement, BrokenFramesEndTheirDirectionAlone) {
  Candidate it;
  it.pair.client.send(kRequest);
  it.pair.server.send(kAccepted);
  it.pair.client.send("\xff\xff not a frame");
  EXPECT_EQ(it.bench.table.count(StreamBreak::websocket), 1u);
  it.pair.server.send(server_frame(kOk));
  EXPECT_THAT(it.bench.messages(), ElementsAre(kOk));
}

}  // namespace
}  // namespace sipsonde
