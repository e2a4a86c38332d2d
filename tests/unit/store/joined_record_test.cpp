// SPDX-License-Identifier: Apache-2.0
#include "store/joined_record.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

class JoinedRecord : public testing::Test {
 protected:
  CallRecord beginning() const {
    CallRecord record = answered_record("a", 1, kNoon_ns, kNoon_ns + 60 * kSecond_ns);
    record.direction = SIPSONDE_DIRECTION_outbound;
    record.coverage = Coverage::cut;
    return record;
  }
  void store(const CallRecord& record) {
    rows_.push_back({.at = {kFirstDay, static_cast<std::int64_t>(rows_.size() + 1)},
                     .call_id = "a",
                     .key = {},
                     .document = line_of(record, stage_)});
  }
  std::optional<StoreCursor> join_with(CallRecord& rest) { return join(rest, rows_, texts_); }

  StoreStage stage_;
  std::vector<StoredRow> rows_;
  Arena texts_;
  const std::uint64_t end_ns_ = kNoon_ns + 300 * kSecond_ns;
};

TEST_F(JoinedRecord, HasTheBeginningOfTheStoreAndTheEndOfTheRest) {
  store(beginning());
  CallRecord rest = rest_of_call("a", end_ns_, endpoint_at(1), endpoint_at(2));
  rest.packets_sent = 7;
  ASSERT_TRUE(may_be_a_rest(rest));
  EXPECT_EQ(join_with(rest), (StoreCursor{kFirstDay, 1}));
  EXPECT_EQ(rest.leg, 1u);
  EXPECT_EQ(rest.start_ns, kNoon_ns);
  EXPECT_EQ(rest.ringing_ns, kNoon_ns + kSecond_ns);
  EXPECT_EQ(rest.answer_ns, kNoon_ns + 3 * kSecond_ns);
  EXPECT_EQ(rest.end_ns, end_ns_);
  EXPECT_EQ(rest.direction, SIPSONDE_DIRECTION_outbound);
  EXPECT_EQ(rest.from_number, "+4930123");
  EXPECT_EQ(rest.to_uri, "sip:bob@b.example;user=phone");
  EXPECT_EQ(rest.sip_status, 200);
  EXPECT_EQ(rest.packets_sent, 7u);
  EXPECT_EQ(rest.disconnect_initiator, Initiator::caller);
  EXPECT_EQ(rest.coverage, Coverage::cut);
}

TEST_F(JoinedRecord, IsTurnedRoundWhenTheCalleeHungUp) {
  store(beginning());
  const MediaRecord streams[] = {{.way = MediaWay::sent, .packets = 1},
                                 {.way = MediaWay::received, .packets = 2}};
  CallRecord rest = rest_of_call("a", end_ns_, endpoint_at(2), endpoint_at(1));
  rest.packets_sent = 1;
  rest.bytes_sent = 10;
  rest.packets_received = 2;
  rest.media = streams;
  ASSERT_TRUE(join_with(rest));
  EXPECT_EQ(rest.source, endpoint_at(1));
  EXPECT_EQ(rest.disconnect_initiator, Initiator::callee);
  EXPECT_EQ(rest.packets_sent, 2u);
  EXPECT_EQ(rest.packets_received, 1u);
  EXPECT_EQ(rest.bytes_received, 10u);
  EXPECT_EQ(rest.bytes_sent, std::nullopt);
  ASSERT_EQ(rest.media.size(), 2u);
  EXPECT_EQ(rest.media[0].way, MediaWay::received);
  EXPECT_EQ(rest.media[1].way, MediaWay::sent);
}

TEST_F(JoinedRecord, WithoutAnEndOfItsOwnEndsWithTheLastThatIsKnown) {
  store(beginning());
  CallRecord rest = rest_of_call("a", end_ns_, endpoint_at(1), endpoint_at(2));
  rest.end_ns.reset();
  rest.disconnect_initiator = Initiator::unknown;
  ASSERT_TRUE(join_with(rest));
  EXPECT_EQ(rest.end_ns, kNoon_ns + 60 * kSecond_ns);
}

TEST_F(JoinedRecord, TakesTheLastOfSeveralBeginnings) {
  store(beginning());
  CallRecord later = beginning();
  later.start_ns = kNoon_ns + 9 * kSecond_ns;
  store(later);
  CallRecord rest = rest_of_call("a", end_ns_, endpoint_at(1), endpoint_at(2));
  EXPECT_EQ(join_with(rest), (StoreCursor{kFirstDay, 2}));
  EXPECT_EQ(rest.start_ns, later.start_ns);
}

TEST_F(JoinedRecord, IsNotMadeOfWhatDoesNotBelongTogether) {
  CallRecord full = beginning();
  full.coverage = Coverage::full;
  CallRecord hung_up = beginning();
  hung_up.disconnect_initiator = Initiator::callee;
  CallRecord unanswered = beginning();
  unanswered.answer_ns.reset();
  CallRecord elsewhere = beginning();
  elsewhere.destination = endpoint_at(2, 5062);
  for (const CallRecord& other : {full, hung_up, unanswered, elsewhere}) store(other);
  rows_.push_back({.at = {kFirstDay, 9}, .call_id = "a", .key = {}, .document = "no JSON"});
  CallRecord rest = rest_of_call("a", end_ns_, endpoint_at(1), endpoint_at(2));
  EXPECT_EQ(join_with(rest), std::nullopt);
  EXPECT_EQ(rest.start_ns, std::nullopt);
  EXPECT_EQ(rest.leg, 0u);
}

TEST_F(JoinedRecord, OfALegThatWasSeenFromItsStartThereIsNoRest) {
  EXPECT_FALSE(may_be_a_rest(answered_record("a", 0, kNoon_ns, end_ns_)));
  EXPECT_FALSE(may_be_a_rest(beginning()));
}

}  // namespace
}  // namespace sipsonde
