// SPDX-License-Identifier: Apache-2.0
// Whose stream is whose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media_stage.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;

std::vector<Endpoint> announced(const MediaStage& on) {
  std::vector<Endpoint> all;
  for (const auto& [endpoint, value] : on.kernel.endpoints) all.push_back(endpoint);
  return all;
}

TEST(MediaOfALeg, IsAnnouncedToTheKernelWithItsPayloadTypes) {
  MediaStage on;
  Dialog dialog;
  const auto messages = call_with_media(dialog);
  on.stage.see(messages[0]);
  EXPECT_THAT(announced(on), ElementsAre(ipv4(11, 4000), ipv4(11, 4001)));
  const sipsonde_endpoint& rtp = on.kernel.endpoints[of_caller()];
  EXPECT_EQ(rtp.call_hash, call_hash_of(dialog.call_id));
  EXPECT_EQ(rtp.payload[0].payload_type, 101);  // what only an rtpmap explains comes first
  EXPECT_EQ(codec_of(rtp.payload[0].codec), SIPSONDE_CODEC_telephone_event);
  EXPECT_EQ(rtp.payload[1].codec, kPcmu);
  EXPECT_EQ(rtp.payload[2].codec, kPcma);
  EXPECT_EQ(on.kernel.endpoints[ipv4(11, 4001)].payload[0].codec, 0);  // RTCP alone comes there

  on.stage.see(std::vector(messages.begin() + 1, messages.end()));
  EXPECT_THAT(announced(on), ElementsAre(ipv4(11, 4000), ipv4(11, 4001), ipv4(12, 5000), ipv4(12, 5001)));
}

// One side says in some message of the call where it receives; what then goes there is the other side's.
struct SaidCase {
  const char* name;
  bool by_caller;
  std::function<std::vector<Message>(Dialog&, const std::string&)> messages;
};

const SaidCase kSaid[] = {
    {"the INVITE", true,
     [](Dialog& d, const std::string& body) { return std::vector{with_sdp(d.invite(), body)}; }},
    {"a 183", false,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite();
       return std::vector{invite, with_sdp(invite.answered(183, milliseconds(100)), body)};
     }},
    {"the 200", false,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite();
       return std::vector{invite, with_sdp(invite.answered(200, milliseconds(100)), body)};
     }},
    {"the ACK of a late offer", true,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite();
       return std::vector{invite, with_sdp(invite.answered(200, milliseconds(100)), sdp(ipv4(99, 9000))),
                          with_sdp(d.ack_of_2xx(milliseconds(150)), body)};
     }},
    {"a PRACK", true,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite();
       return std::vector{invite, invite.answered(183, milliseconds(100)),
                          with_sdp(d.by_caller("PRACK", 2, milliseconds(150)), body)};
     }},
    {"the 200 to a PRACK", false,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite(), prack = d.by_caller("PRACK", 2, milliseconds(150));
       return std::vector{invite, invite.answered(183, milliseconds(100)), prack,
                          with_sdp(prack.answered(200, milliseconds(10)), body)};
     }},
    {"an UPDATE of the callee", false,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite();
       return std::vector{invite, invite.answered(183, milliseconds(100)),
                          with_sdp(d.by_callee("UPDATE", 1, milliseconds(150)), body)};
     }},
    {"the caller's 200 to it", true,
     [](Dialog& d, const std::string& body) {
       const Message invite = d.invite(), update = d.by_callee("UPDATE", 1, milliseconds(150));
       return std::vector{invite, invite.answered(183, milliseconds(100)), update,
                          with_sdp(update.answered(200, milliseconds(10)), body)};
     }},
    {"a re-INVITE of the callee", false,
     [](Dialog& d, const std::string& body) {
       std::vector<Message> messages = answered_call(d);
       messages.push_back(with_sdp(d.by_callee("INVITE", 1, milliseconds(1100)), body));
       return messages;
     }},
    {"the caller's 200 to that", true,
     [](Dialog& d, const std::string& body) {
       std::vector<Message> messages = answered_call(d);
       const Message again = d.by_callee("INVITE", 1, milliseconds(1100));
       messages.insert(messages.end(), {again, with_sdp(again.answered(200, milliseconds(10)), body)});
       return messages;
     }},
};

TEST(MediaOfALeg, IsWhatEachSideSaysInWhateverMessage) {
  for (const SaidCase& said : kSaid) {
    for (const sipsonde_direction direction : {SIPSONDE_DIRECTION_inbound, SIPSONDE_DIRECTION_outbound}) {
      MediaStage on;
      Dialog dialog;
      dialog.direction = direction;
      on.stage.see(said.messages(dialog, sdp(ipv4(13, 6000))));
      Speaker who{ipv4(200, 7000), ipv4(13, 6000)};
      on.speak(who, milliseconds(1200), milliseconds(1300));
      on.stage.close(seconds(2));
      const auto records = on.stage.records();
      ASSERT_EQ(records.size(), 1u) << said.name;
      ASSERT_EQ(records[0].media.size(), 1u) << said.name;
      EXPECT_EQ(records[0].media[0].way, said.by_caller ? MediaWay::received : MediaWay::sent) << said.name;
    }
  }
}

TEST(MediaOfALeg, BehindANatIsKnownByWhereItComesFrom) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog, sdp(ipv4(77, 4000))));  // an address that no packet carries
  Speaker out{ipv4(1, 33000), of_callee(), 0x1111, 1};
  Speaker back{of_callee(), ipv4(1, 33000), 0x2222, 2};
  on.converse(out, back, milliseconds(1100), milliseconds(1500));
  hang_up(on, dialog, milliseconds(1600));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.packets_sent, 20u);
  EXPECT_EQ(record.packets_received, 20u);
}

TEST(MediaOfALeg, OfNeitherAddressIsNotItsOwn) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker stranger{ipv4(50, 4000), ipv4(51, 5000)};
  on.speak(stranger, milliseconds(1100), milliseconds(1500));
  hang_up(on, dialog, milliseconds(1600));
  const CallRecord record = on.stage.only_record();
  EXPECT_EQ(record.packets_sent, std::nullopt);
  EXPECT_TRUE(record.media.empty());
  EXPECT_TRUE(on.events().empty());
}

// A proxy that leaves the SDP as it is.
struct ProxiedCall {
  Dialog in, out;
  ProxiedCall() {
    out.caller = ipv4(2);
    out.callee = ipv4(3);
    out.direction = SIPSONDE_DIRECTION_outbound;
    out.prefix = "z9hG4bK-out-";
  }
  void begin(MediaStage& on) {
    const auto inside = call_with_media(in);
    auto outside = call_with_media(out);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      on.stage.see(inside[i]);
      on.stage.see(outside[i].later(milliseconds(1)));
    }
  }
};

TEST(MediaOfALeg, IsThatOfBothLegsOfAProxy) {
  MediaStage on;
  ProxiedCall call;
  call.begin(on);
  Speaker out = caller_speaks(), back = callee_speaks();
  on.converse(out, back, milliseconds(1100), milliseconds(2100));
  hang_up(on, call.in, milliseconds(2200));
  hang_up(on, call.out, milliseconds(2600));
  const auto records = on.stage.records();
  ASSERT_EQ(records.size(), 2u);
  for (const CallRecord& record : records) {
    EXPECT_EQ(record.packets_sent, 50u);
    EXPECT_EQ(record.packets_received, 50u);
  }
}

TEST(MediaOfALeg, IsWithdrawnWhenTheLastLegThatNamedItIsGone) {
  MediaStage on;
  ProxiedCall call;
  call.begin(on);
  hang_up(on, call.in, milliseconds(2000));
  on.stage.wait_until(seconds(60));
  EXPECT_EQ(on.kernel.endpoints.size(), 4u);
  hang_up(on, call.out, seconds(61));
  on.stage.wait_until(seconds(120));
  EXPECT_TRUE(on.kernel.endpoints.empty());
}

TEST(MediaOfALeg, StaysAnnouncedWhereALaterCallHasTakenThePlace) {
  MediaStage on;
  Dialog first, second;
  on.stage.see(call_with_media(first));
  second.call_id = "call-2@192.0.2.1";
  second.prefix = "z9hG4bK-second-";
  auto again = call_with_media(second);
  for (Message& message : again) on.stage.see(message.later(seconds(2)));
  hang_up(on, first, seconds(4));
  on.stage.wait_until(seconds(60));
  ASSERT_EQ(on.kernel.endpoints.size(), 4u);
  for (const auto& [endpoint, value] : on.kernel.endpoints)
    EXPECT_EQ(value.call_hash, call_hash_of(second.call_id));
}

TEST(MediaOfALeg, OfAStreamThatGoesOnIsOnlyItsOwnPart) {
  MediaStage on;
  Dialog first, second;
  on.stage.see(call_with_media(first));
  Speaker who = caller_speaks();
  on.speak(who, milliseconds(1100), milliseconds(3100));
  hang_up(on, first, milliseconds(3100));
  on.speak(who, milliseconds(3400), milliseconds(6000));
  EXPECT_THAT(on.kernel.asked_again, ElementsAre(1));

  second.call_id = "call-2@192.0.2.1";
  second.prefix = "z9hG4bK-second-";
  for (Message& message : call_with_media(second)) on.stage.see(message.later(milliseconds(6000)));
  on.speak(who, milliseconds(7100), milliseconds(7200));
  on.tell_again(who, milliseconds(7200));
  on.speak(who, milliseconds(7200), milliseconds(9200));
  hang_up(on, second, milliseconds(9300));
  const auto records = on.stage.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].packets_sent, 100u);
  EXPECT_EQ(records[1].packets_sent, 100u);
  EXPECT_EQ(records[1].packets_lost, 0u);
}

TEST(MediaOfALeg, OfAStreamThatIsOlderThanItsSdpIsAllOfIt) {
  MediaStage on;
  Dialog dialog;
  auto messages = call_with_media(dialog);
  messages[3].body.clear();
  on.stage.see(messages);
  Speaker who{ipv4(200, 7000), of_callee()};  // nobody has named either address yet
  on.speak(who, milliseconds(1100), milliseconds(2100));
  on.stage.see(with_sdp(dialog.by_callee("UPDATE", 1, milliseconds(2100)), sdp(of_callee())));
  on.tell_again(who, milliseconds(2200));
  on.speak(who, milliseconds(2200), milliseconds(3200));
  hang_up(on, dialog, milliseconds(3300));
  EXPECT_EQ(on.stage.only_record().packets_sent, 100u);
}

TEST(MediaOfALeg, AtAnotherHookIsNotCountedTwice) {
  MediaStage on;
  Dialog dialog;
  on.stage.see(call_with_media(dialog));
  Speaker first = caller_speaks(), second = caller_speaks();
  second.slot = 7;
  second.flow = SIPSONDE_FLOW_egress;
  on.converse(first, second, milliseconds(1100), milliseconds(2100));
  hang_up(on, dialog, milliseconds(2200));
  EXPECT_EQ(on.stage.only_record().packets_sent, 50u);
  EXPECT_EQ(on.stage.only_record().media.size(), 1u);
}

// ---- streams that no call has ----

TEST(AStrayStream, IsReportedEachTenSecondsUntilItIsSilent) {
  MediaStage on;
  Speaker who{ipv4(50, 4000), ipv4(51, 5000)};
  on.speak(who, milliseconds(0), milliseconds(25'000));
  on.stage.wait_until(seconds(100));
  ASSERT_EQ(on.heard.reports.size(), 3u);
  EXPECT_EQ(on.heard.reports[0].tenant, "default");
  EXPECT_EQ(on.heard.reports[0].lost, 0u);
  EXPECT_NEAR(static_cast<double>(on.heard.reports[0].expected), 500, 2);
  EXPECT_TRUE(on.heard.reports[0].mos);
  EXPECT_TRUE(on.events().empty());
}

TEST(AStrayStream, IsTakenUpAgainWhenItGoesOn) {
  MediaStage on;
  Speaker who{ipv4(50, 4000), ipv4(51, 5000)};
  on.speak(who, milliseconds(0), milliseconds(5'000));
  on.stage.wait_until(seconds(60));
  EXPECT_THAT(on.kernel.asked_again, ElementsAre(1));
  ASSERT_EQ(on.heard.reports.size(), 1u);
  on.tell_again(who, seconds(60));
  on.speak(who, seconds(60), seconds(71));
  ASSERT_EQ(on.heard.reports.size(), 2u);
  EXPECT_EQ(on.heard.reports[0].expected, 250u);
  EXPECT_NEAR(static_cast<double>(on.heard.reports[1].expected), 500, 2);
}

TEST(AStrayStream, BecomesTheCallsThatNamesIt) {
  MediaStage on;
  Speaker who = caller_speaks();
  on.speak(who, milliseconds(0), milliseconds(100));
  Dialog dialog;
  for (Message& message : call_with_media(dialog)) on.stage.see(message.later(milliseconds(100)));
  on.tell_again(who, milliseconds(1200));
  on.speak(who, milliseconds(1200), milliseconds(2200));
  hang_up(on, dialog, milliseconds(2300));
  EXPECT_EQ(on.stage.only_record().packets_sent, 55u);
  EXPECT_TRUE(on.heard.reports.empty());
}

TEST(AStrayStream, OfAnUnknownClockIsGivenTheOneThatItKeeps) {
  MediaStage on;
  Speaker who{ipv4(50, 4000), ipv4(51, 5000)};
  who.codec = kUnexplained;
  on.speak(who, milliseconds(0), milliseconds(30'500));
  EXPECT_EQ(on.kernel.clocks[1], SIPSONDE_CLOCK_8000);
}

}  // namespace
}  // namespace sipsonde::test
