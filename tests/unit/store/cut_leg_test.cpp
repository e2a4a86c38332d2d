// SPDX-License-Identifier: Apache-2.0
#include "store/cut_leg.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

class CutLegTest : public testing::Test {
 protected:
  void add(CallEvent event, Attributes attributes = {}) {
    event.attributes = attributes;
    append_json(lines_.emplace_back(), event, FactContext{&stage_.trunks, stage_.node});
  }
  std::optional<CutLeg> cut(std::uint32_t leg = 0) const { return CutLeg::of("a", leg, lines_); }

  StoreStage stage_;
  std::vector<std::string> lines_;
  static constexpr Attribute kParties[] = {
      {"from", "SIP:+4930:secret@a.example"}, {"to", "tel:+44;ext=1"}, {"user_agent", "phone/1"}};
};

TEST_F(CutLegTest, IsTheRecordOfWhatItsEventsTell) {
  CallEvent invite = event_at(EventName::invite, "a", 0, kNoon_ns);
  invite.direction = SIPSONDE_DIRECTION_outbound;
  invite.transport = SIPSONDE_TRANSPORT_tls;
  add(invite, kParties);
  add(response_at(EventName::progress, 183, "a", 0, kNoon_ns + 1 * kSecond_ns));
  add(response_at(EventName::ringing, 180, "a", 0, kNoon_ns + 2 * kSecond_ns));
  add(response_at(EventName::answered, 202, "a", 0, kNoon_ns + 3 * kSecond_ns));
  add(event_at(EventName::info, "a", 1, kNoon_ns + 99 * kSecond_ns));  // of another leg
  add(event_at(EventName::ack, "a", 0, kNoon_ns + 4 * kSecond_ns));
  const auto leg = cut();
  ASSERT_TRUE(leg);
  const CallRecord record = leg->record();
  EXPECT_EQ(record.call_id, "a");
  EXPECT_EQ(record.direction, SIPSONDE_DIRECTION_outbound);
  EXPECT_EQ(record.transport, SIPSONDE_TRANSPORT_tls);
  EXPECT_EQ(record.from_number, "+4930");
  EXPECT_EQ(record.to_number, "+44");
  EXPECT_EQ(record.from_uri, "SIP:+4930:secret@a.example");
  EXPECT_EQ(record.user_agent, "phone/1");
  EXPECT_EQ(record.source, endpoint_at(1));
  EXPECT_EQ(record.destination, endpoint_at(2));
  EXPECT_EQ(record.start_ns, kNoon_ns);
  EXPECT_EQ(record.ringing_ns, kNoon_ns + 1 * kSecond_ns);
  EXPECT_EQ(record.answer_ns, kNoon_ns + 3 * kSecond_ns);
  EXPECT_EQ(record.end_ns, kNoon_ns + 4 * kSecond_ns);
  EXPECT_EQ(record.sip_status, 202);
  EXPECT_EQ(record.disposition, Disposition::answered);
  EXPECT_EQ(record.disconnect_initiator, Initiator::unknown);
  EXPECT_EQ(record.coverage, Coverage::cut);
  EXPECT_EQ(leg->node(), "edge-1");
  EXPECT_EQ(leg->trunks().at(0).name, "carrier-a");
  EXPECT_EQ(leg->trunks().at(0).tenant, "acme");
  EXPECT_EQ(leg->trunks().at(0).account_id, "acme-1");
}

TEST_F(CutLegTest, BeginsWithTheFirstOfSeveralAttempts) {
  static constexpr Attribute kSecond[] = {{"attempt", "2"}};
  add(event_at(EventName::invite, "a", 0, kNoon_ns), kParties);
  add(response_at(EventName::challenged, 401, "a", 0, kNoon_ns + 1));
  add(event_at(EventName::invite, "a", 0, kNoon_ns + 2), kSecond);
  add(response_at(EventName::answered, 200, "a", 0, kNoon_ns + 3));
  EXPECT_EQ(cut()->record().start_ns, kNoon_ns);
}

TEST_F(CutLegTest, IsTheLastOneOfACallIdThatIsUsedAgain) {
  add(event_at(EventName::invite, "a", 0, kNoon_ns - kDay_ns), kParties);
  add(response_at(EventName::ringing, 180, "a", 0, kNoon_ns - kDay_ns + 1));
  add(response_at(EventName::answered, 200, "a", 0, kNoon_ns - kDay_ns + 2));
  add(event_at(EventName::invite, "a", 0, kNoon_ns), kParties);
  add(response_at(EventName::answered, 200, "a", 0, kNoon_ns + 1));
  const auto leg = cut();
  ASSERT_TRUE(leg);
  EXPECT_EQ(leg->record().start_ns, kNoon_ns);
  EXPECT_EQ(leg->record().ringing_ns, std::nullopt);
}

TEST_F(CutLegTest, WhoseInviteWasNotSeenGoesTheWayOfItsAnswer) {
  add(response_at(EventName::answered, 200, "a", 0, kNoon_ns));
  const auto leg = cut();
  ASSERT_TRUE(leg);
  EXPECT_EQ(leg->record().start_ns, std::nullopt);
  EXPECT_EQ(leg->record().source, endpoint_at(1));
}

TEST_F(CutLegTest, WithoutAnAnswerIsNone) {
  EXPECT_FALSE(cut());
  add(event_at(EventName::invite, "a", 0, kNoon_ns), kParties);
  lines_.emplace_back("no JSON");
  lines_.emplace_back(R"({"ts":"never","leg":0,"event":"sip.answered"})");
  EXPECT_FALSE(cut());
  EXPECT_FALSE(cut(1));
}

TEST(UserPart, IsAsANumberStandsInARecord) {
  EXPECT_EQ(user_part_of("sip:bob@b.example"), "bob");
  EXPECT_EQ(user_part_of("sips:bob:secret@b.example"), "bob");
  EXPECT_EQ(user_part_of("tel:+49-30;phone-context=x"), "+49-30");
  EXPECT_EQ(user_part_of("sip:b.example"), "");
  EXPECT_EQ(user_part_of("urn:service:sos"), "");
  EXPECT_EQ(user_part_of(""), "");
}

}  // namespace
}  // namespace sipsonde
