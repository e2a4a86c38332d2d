// SPDX-License-Identifier: Apache-2.0
// What the kernel counts of transactions: repetitions, response times, results of INVITEs.
#include "kernel_fixture.h"
#include "support/frame_builder.h"

namespace sipsonde::testing {
namespace {

class Transactions : public KernelFixture {
 protected:
  void request(const MessageParts& parts) {
    send(FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(5060, 5060).payload(message(parts)).bytes());
  }
  void response(const std::string& status, MessageParts parts) {
    parts.start = "SIP/2.0 " + status;
    send(FrameBuilder().ipv4("192.0.2.2", "192.0.2.1").udp(5060, 5060).payload(message(parts)).bytes(),
         Program::tc_egress);
  }
  void wait(std::uint64_t milliseconds) { now_ns_ += milliseconds * kMillisecond; }

  __u64 retransmissions(sipsonde_method method, sipsonde_repeat kind) {
    return counters().retransmissions[SIPSONDE_DIRECTION_inbound][method][kind];
  }
  const sipsonde_histogram& response_time(sipsonde_method method, sipsonde_stage stage) {
    return counters().response_time[SIPSONDE_DIRECTION_inbound][method][stage];
  }
  __u64 result(int code_class) {
    return counters().invite_results[SIPSONDE_DIRECTION_inbound][code_class - 1];
  }
};

TEST_F(Transactions, ARepeatedRequestIsARetransmission) {
  request({});
  wait(500);
  request({});
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_request), 1u);
  EXPECT_EQ(counters().requests[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][SIPSONDE_TRANSPORT_udp],
            2u);
}

TEST_F(Transactions, TheSamePacketOnAnotherInterfaceIsASightOfItsOwn) {
  const std::string frame =
      FrameBuilder().ipv4("192.0.2.1", "192.0.2.2").udp(5060, 5060).payload(message({})).bytes();
  send(frame, Program::tc_ingress, 1);
  send(frame, Program::tc_ingress, 2);
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_request), 0u);
}

TEST_F(Transactions, AResponseTakesTheDirectionOfItsRequest) {
  request({});
  response("200 OK", {.to_tag = "b"});
  EXPECT_EQ(
      counters().responses[SIPSONDE_DIRECTION_inbound][SIPSONDE_METHOD_invite][SIPSONDE_TRANSPORT_udp][100],
      1u);
}

TEST_F(Transactions, ResponseTimesAreOfTheFirstCopyAndWithoutTrying) {
  request({});
  wait(500);
  request({});
  wait(10);
  response("100 Trying", {});
  wait(90);
  response("180 Ringing", {.to_tag = "b"});
  wait(400);
  response("200 OK", {.to_tag = "b"});
  EXPECT_EQ(response_time(SIPSONDE_METHOD_invite, SIPSONDE_STAGE_first).sum_ns, 600 * kMillisecond);
  EXPECT_EQ(response_time(SIPSONDE_METHOD_invite, SIPSONDE_STAGE_final).sum_ns, 1000 * kMillisecond);
  EXPECT_EQ(response_time(SIPSONDE_METHOD_invite, SIPSONDE_STAGE_final).bucket[10], 1u);  // le="1"
}

TEST_F(Transactions, ARepeatedResponseIsOneOnlyWithTheSameCodeTagAndRseq) {
  request({});
  response("180 Ringing", {.to_tag = "b"});
  response("180 Ringing", {.to_tag = "c"});                          // a fork
  response("180 Ringing", {.to_tag = "c", .extra = "RSeq: 1\r\n"});  // reliable
  response("180 Ringing", {.to_tag = "c", .extra = "RSeq: 2\r\n"});
  response("183 Progress", {.to_tag = "c"});
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_response), 0u);
  response("180 Ringing", {.to_tag = "b"});
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_response), 1u);
  EXPECT_EQ(result(1), 2u);  // 180 and 183, each once
}

TEST_F(Transactions, TheAckOfARejectionJoinsItsInvite) {
  request({});
  response("486 Busy Here", {.to_tag = "b"});
  const MessageParts ack{.start = "ACK sip:bob@example.com SIP/2.0", .cseq = "1 ACK", .to_tag = "b"};
  request(ack);
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_ack, SIPSONDE_REPEAT_request), 0u);
  request(ack);
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_ack, SIPSONDE_REPEAT_request), 1u);
  EXPECT_EQ(result(4), 1u);
}

TEST_F(Transactions, AReinviteIsNoResultOfAnInvite) {
  request({.to_tag = "b"});
  response("200 OK", {.to_tag = "b"});
  EXPECT_EQ(result(2), 0u);
  EXPECT_EQ(response_time(SIPSONDE_METHOD_invite, SIPSONDE_STAGE_final).sum_ns, 0u);
  EXPECT_EQ(response_time(SIPSONDE_METHOD_invite, SIPSONDE_STAGE_final).bucket[0], 1u);
}

TEST_F(Transactions, WithoutTheMagicCookieTheCallTellsThemApart) {
  request({.branch = "1", .call_id = "first@a"});
  request({.branch = "1", .call_id = "second@a"});
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_request), 0u);
  request({.branch = "1", .call_id = "second@a"});
  EXPECT_EQ(retransmissions(SIPSONDE_METHOD_invite, SIPSONDE_REPEAT_request), 1u);
}

TEST_F(Transactions, AFullTableForgetsTheOldestAndSaysSo) {
  Settings small;
  small.limits.transactions = 16;
  load(small);
  for (int i = 0; i < 200; ++i) request({.branch = "z9hG4bK" + std::to_string(i)});
  EXPECT_GT(counters().evictions[SIPSONDE_TABLE_transactions], 150u);
  EXPECT_LE(counters().occupied[SIPSONDE_TABLE_transactions], 16u);
}

}  // namespace
}  // namespace sipsonde::testing
