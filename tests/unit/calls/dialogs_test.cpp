// SPDX-License-Identifier: Apache-2.0
// Which leg a message belongs to.
#include "calls/dialogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

// A proxy at 192.0.2.5 between caller and callee: one Call-ID, the same tags, two hops.
struct Proxied {
  Dialog in;
  Dialog out;

  explicit Proxied(bool mirrored = false) {
    in.callee = ipv4(5);
    out.caller = ipv4(5);
    out.direction = SIPSONDE_DIRECTION_outbound;
    out.prefix = "z9hG4bK-proxy-";
    in.mirrored = out.mirrored = mirrored;
    if (mirrored) out.direction = SIPSONDE_DIRECTION_inbound;
  }
};

// INVITEs in fragments are put together a moment later than their responses pass.
TEST(Joining, AProxyShowsTwoLegsEvenWhenItsInvitesComeAfterTheirResponses) {
  for (const int late : {0, 1, 2, 3, 4}) {
    Proxied proxy(false);
    const Message in = proxy.in.invite();
    const Message out = proxy.out.invite(milliseconds(2));
    std::vector<Message> messages{in.answered(100, milliseconds(1)),    out.answered(180, milliseconds(3)),
                                  in.answered(180, milliseconds(4)),    out.answered(200, milliseconds(5)),
                                  in.answered(200, milliseconds(6)),    proxy.in.ack_of_2xx(milliseconds(7)),
                                  proxy.out.ack_of_2xx(milliseconds(8))};
    messages.insert(messages.begin() + late, in);
    messages.insert(messages.begin() + late + 2, out);
    Stage stage;
    stage.see(messages);
    stage.see(hung_up(proxy.in.by_caller("BYE", 2, seconds(5))));
    stage.see(hung_up(proxy.out.by_caller("BYE", 2, milliseconds(5001))));
    stage.settle();
    const auto records = stage.records();
    ASSERT_EQ(records.size(), 2u) << late;
    for (const CallRecord& record : records) {
      EXPECT_EQ(record.coverage, Coverage::full) << late;
      EXPECT_EQ(record.disposition, Disposition::answered) << late;
      EXPECT_TRUE(record.start_ns && record.answer_ns) << late;
    }
    EXPECT_NE(records[0].direction, records[1].direction) << late;
  }
}

TEST(Joining, AProxyShowsTwoLegsOfOneCall) {
  for (const bool mirrored : {false, true}) {
    Stage stage;
    Proxied proxy(mirrored);
    const Message in = proxy.in.invite();
    const Message out = proxy.out.invite(milliseconds(2));
    stage.see({in, in.answered(100, milliseconds(1)), out, out.answered(180, milliseconds(100)),
               in.answered(180, milliseconds(104)), out.answered(200, seconds(1)),
               in.answered(200, milliseconds(1004)), proxy.in.ack_of_2xx(milliseconds(1010)),
               proxy.out.ack_of_2xx(milliseconds(1012))});
    EXPECT_EQ(stage.active(), 2);
    const Message bye_out = proxy.out.by_callee("BYE", 1, seconds(9));
    const Message bye_in = proxy.in.by_callee("BYE", 1, milliseconds(9002));
    stage.see(
        {bye_out, bye_in, bye_in.answered(200, milliseconds(10)), bye_out.answered(200, milliseconds(14))});
    stage.settle();
    const auto rows = stage.records();
    ASSERT_EQ(rows.size(), 2u);
    for (const CallRecord& row : rows) {
      EXPECT_EQ(row.call_id, "call-1@192.0.2.1");
      EXPECT_EQ(row.disconnect_initiator, Initiator::callee);
      EXPECT_EQ(row.coverage, Coverage::full);
      EXPECT_EQ(row.direction,
                row.leg == 0 || mirrored ? SIPSONDE_DIRECTION_inbound : SIPSONDE_DIRECTION_outbound);
      EXPECT_EQ(row.source, row.leg == 0 ? ipv4(1) : ipv4(5));
      EXPECT_EQ(row.end_ns, row.leg == 0 ? at(milliseconds(9002)) : at(seconds(9)));
    }
  }
}

// The loopback interface shows each packet twice: going out, then coming in.
TEST(Joining, LoopbackShowsTheTwoSightsOfAPacketAsTwoLegs) {
  Stage stage;
  Dialog out;
  out.direction = SIPSONDE_DIRECTION_outbound;
  Dialog in = out;
  in.direction = SIPSONDE_DIRECTION_inbound;
  auto outgoing = answered_call(out);
  auto incoming = answered_call(in);
  for (const Message& message : hung_up(out.by_caller("BYE", 2, seconds(5)))) outgoing.push_back(message);
  for (const Message& message : hung_up(in.by_caller("BYE", 2, seconds(5)))) incoming.push_back(message);
  for (std::size_t i = 0; i < outgoing.size(); ++i) {
    const bool sent_by_caller = outgoing[i].flow == SIPSONDE_FLOW_egress;
    const Message& leaves = sent_by_caller ? outgoing[i] : incoming[i];
    stage.see({leaves, sent_by_caller ? incoming[i] : outgoing[i]});
  }
  stage.settle();
  ASSERT_EQ(stage.records().size(), 2u);
  for (const CallRecord& row : stage.records()) {
    EXPECT_EQ(row.disposition, Disposition::answered);
    EXPECT_EQ(row.coverage, Coverage::full);
    EXPECT_EQ(row.direction, row.leg == 0 ? SIPSONDE_DIRECTION_outbound : SIPSONDE_DIRECTION_inbound);
  }
  EXPECT_EQ(stage.count(EventName::retransmission), 0);
}

TEST(Joining, AmongLegsWithTheSameTagsTheAddressDecidesWhenThePortIsAnother) {
  Stage stage;
  Proxied proxy;
  const Message in = proxy.in.invite();
  const Message out = proxy.out.invite(milliseconds(2));
  stage.see({in, out, out.answered(200, seconds(1)), in.answered(200, milliseconds(1004))});
  Message bye = proxy.out.by_callee("BYE", 1, seconds(9));
  bye.source.port = 40'000;
  stage.see(hung_up(bye));
  stage.settle();
  EXPECT_EQ(stage.only_record().leg, 1u);
}

TEST(Joining, AmongLegsWithTheSameTagsTheDirectionDecidesWhenTheAddressesAreOthers) {
  Stage stage;
  Proxied proxy;
  const Message in = proxy.in.invite();
  const Message out = proxy.out.invite(milliseconds(2));
  stage.see({in, out, out.answered(200, seconds(1)), in.answered(200, milliseconds(1004))});
  Message bye = proxy.in.by_callee("BYE", 1, seconds(9));
  bye.source = ipv4(77);
  bye.destination = ipv4(78);
  stage.see(hung_up(bye));  // leaves the node, as what the callee sends on the inbound leg does
  stage.settle();
  EXPECT_EQ(stage.only_record().leg, 0u);
}

TEST(Joining, CallsWithOtherCallIdsHaveNothingToDoWithEachOther) {
  Stage stage;
  Dialog one;
  Dialog two;
  two.call_id = "call-2@192.0.2.1";
  two.prefix = "z9hG4bK-two-";
  stage.see(answered_call(one));
  stage.see(answered_call(two));
  stage.see(hung_up(two.by_caller("BYE", 2, seconds(9))));
  stage.settle();
  EXPECT_EQ(stage.only_record().call_id, "call-2@192.0.2.1");
  EXPECT_EQ(stage.only_record().leg, 0u);
}

struct MidCall {
  const char* name;
  std::function<std::vector<Message>(Dialog&)> seen;
};

class BeganOutOfSight : public testing::TestWithParam<MidCall> {};

TEST_P(BeganOutOfSight, MakesALegThatIsCut) {
  Stage stage;
  Dialog dialog;
  stage.see(GetParam().seen(dialog));
  stage.wait_until(seconds(5));
  stage.see(hung_up(dialog.by_callee("BYE", 9, seconds(10))));
  stage.wait_until(seconds(60));
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.coverage, Coverage::cut);
  EXPECT_EQ(row.start_ns, std::nullopt);
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.end_ns, at(seconds(10)));
  EXPECT_EQ(row.direction, SIPSONDE_DIRECTION_inbound);
  EXPECT_EQ(row.source, ipv4(1));
  EXPECT_EQ(row.q850_cause, 16);
  EXPECT_EQ(stage.active(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, BeganOutOfSight,
    testing::Values(
        MidCall{"Reinvite",
                [](Dialog& dialog) {
                  const Message reinvite = dialog.by_caller("INVITE", 5, seconds(1));
                  return std::vector{reinvite, reinvite.answered(200, milliseconds(10)),
                                     dialog.ack_of_2xx(milliseconds(1020), 5)};
                }},
        MidCall{"Update",
                [](Dialog& dialog) { return std::vector{dialog.by_caller("UPDATE", 5, seconds(1))}; }},
        MidCall{"Info", [](Dialog& dialog) { return std::vector{dialog.by_caller("INFO", 5, seconds(1))}; }},
        MidCall{"Refer",
                [](Dialog& dialog) { return std::vector{dialog.by_caller("REFER", 5, seconds(1))}; }},
        MidCall{
            "AnswerOfTheInvite",
            [](Dialog& dialog) {
              return std::vector{dialog.invite().answered(200, seconds(1)), dialog.ack_of_2xx(seconds(2))};
            }},
        MidCall{"RingingOfTheInvite",
                [](Dialog& dialog) {
                  const Message invite = dialog.invite();
                  return std::vector{invite.answered(180, seconds(1)), invite.answered(200, seconds(2))};
                }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(BeganOutOfSight, ByeAloneMakesALegOfWhichNobodyKnowsWhoCalled) {
  Stage stage;
  Dialog dialog;
  const Message bye = dialog.by_caller("BYE", 9, seconds(10));
  stage.see({bye, bye.answered(200, milliseconds(10))});
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.coverage, Coverage::cut);
  EXPECT_EQ(row.start_ns, std::nullopt);
  EXPECT_EQ(row.answer_ns, std::nullopt);
  EXPECT_EQ(row.disposition, Disposition::answered);
  EXPECT_EQ(row.disconnect_initiator, Initiator::unknown);
  EXPECT_EQ(row.end_ns, at(seconds(10)));
  EXPECT_EQ(row.from_number, "1001");
  EXPECT_THAT(stage.event_names(), ElementsAre("sip.bye", "sip.terminated"));
}

TEST(BeganOutOfSight, ResponseToAByeMakesOneToo) {
  Stage stage;
  Dialog dialog;
  stage.see(dialog.by_caller("BYE", 9, seconds(10)).answered(200, milliseconds(10)));
  stage.settle();
  EXPECT_EQ(stage.only_record().coverage, Coverage::cut);
}

TEST(BeganOutOfSight, OneSidedSightOfTheCalleeTellsTheWholeCall) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({invite.answered(100, milliseconds(1)), invite.answered(180, seconds(1)),
             invite.answered(200, seconds(2))});
  stage.see(dialog.by_caller("BYE", 2, seconds(10)).answered(200, milliseconds(10)));
  stage.settle();
  const CallRecord row = stage.only_record();
  EXPECT_EQ(row.direction, SIPSONDE_DIRECTION_inbound);
  EXPECT_EQ(row.source, ipv4(1));
  EXPECT_EQ(row.ringing_ns, at(seconds(1)));
  EXPECT_EQ(row.answer_ns, at(seconds(2)));
  EXPECT_EQ(row.disconnect_initiator, Initiator::caller);
  EXPECT_EQ(row.coverage, Coverage::cut);
}

TEST(BeganOutOfSight, CancelAndItsRefusalAreACutLegThatWasCancelled) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  const Message cancel = dialog.cancel_of(invite, seconds(5));
  stage.see({cancel, cancel.answered(200, milliseconds(5)), invite.answered(487, milliseconds(5020))});
  stage.settle();
  EXPECT_EQ(stage.only_record().disposition, Disposition::cancelled);
  EXPECT_EQ(stage.only_record().coverage, Coverage::cut);
}

TEST(BeganOutOfSight, WhatProvesNoDialogMakesNoLeg) {
  Stage stage;
  Dialog dialog;
  const Message invite = dialog.invite();
  stage.see({dialog.ack_of_2xx(seconds(1)), invite.answered(100, milliseconds(5)),
             dialog.by_caller("NOTIFY", 4, seconds(1)), dialog.by_caller("PRACK", 5, seconds(1))});
  stage.close(seconds(2));
  EXPECT_TRUE(stage.records().empty());
}

TEST(Dialogs, TellLongCallIdsApart) {
  Stage stage;
  Dialog one;
  one.call_id = std::string(2 * kTextLimit, 'x') + "1";
  Dialog two;
  two.call_id = std::string(2 * kTextLimit, 'x') + "2";
  two.prefix = "z9hG4bK-two-";
  stage.see(one.invite());
  stage.see(two.invite());
  stage.close(seconds(1));
  ASSERT_EQ(stage.records().size(), 2u);
  EXPECT_EQ(stage.records()[1].leg, 0u);
  EXPECT_EQ(stage.records()[1].call_id.size(), kTextLimit);
}

}  // namespace
}  // namespace sipsonde::test
