// SPDX-License-Identifier: Apache-2.0
#include "sinks/events_kafka.h"

#include "facts_for_tests.h"
#include "support/scripted_producer.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

class EventsKafkaTest : public testing::Test {
 protected:
  // Sent and refused since the last time.
  std::pair<std::uint64_t, std::uint64_t> receipt() {
    const auto receipt = sink_->take_receipt();
    EXPECT_TRUE(receipt);
    return {receipt->sent, receipt->refused};
  }
  using Counts = std::pair<std::uint64_t, std::uint64_t>;

  ScriptedCluster cluster_;
  const TrunkTable trunks_ = {TrunkRule{.name = "default"}};
  std::unique_ptr<EventsKafka> sink_ =
      *EventsKafka::open(producers_of(cluster_), FactContext{&trunks_, "edge-1"});
};

TEST_F(EventsKafkaTest, SendsEventsAloneEachAsInTheFileWithTheCallIdAsKey) {
  const FactBatch batch = batch_of({event_of("a"), record_of("a"), event_of("")});
  EXPECT_FALSE(sink_->takes(record_of("a")));
  EXPECT_EQ(*sink_->write(*batch), 2u);
  std::string line;
  append_json(line, std::get<CallEvent>(batch->facts[0]), FactContext{&trunks_, "edge-1"});
  ASSERT_EQ(cluster_.taken.size(), 2u);
  EXPECT_EQ(cluster_.taken[0].value, line);
  EXPECT_EQ(cluster_.taken[0].key, "a");
  EXPECT_EQ(cluster_.taken[1].key, "");
  EXPECT_EQ(receipt(), Counts(2, 0));
}

TEST_F(EventsKafkaTest, ABatchThatDoesNotFitIsContinuedWhereItStopped) {
  cluster_.room = 2;
  cluster_.answers = false;
  const FactBatch batch = batch_of({event_of("1"), event_of("2"), event_of("3")});
  EXPECT_FALSE(sink_->write(*batch));
  EXPECT_EQ(receipt(), Counts(0, 0));
  cluster_.answers = true;
  EXPECT_FALSE(sink_->write(*batch));  // room is made by what it hears now
  EXPECT_EQ(*sink_->write(*batch), 3u);
  EXPECT_EQ(receipt(), Counts(3, 0));
  EXPECT_EQ(cluster_.stored.size(), 3u);
}

TEST_F(EventsKafkaTest, BrokersThatAreAwayAreAnErrorWhileSomethingIsOnItsWay) {
  cluster_.trouble = "Connection refused";
  EXPECT_TRUE(sink_->flush());
  cluster_.answers = false;
  EXPECT_EQ(*sink_->write(*batch_of({event_of("a")})), 1u);
  const auto flushed = sink_->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "Connection refused");
  EXPECT_TRUE(sink_->reopen());
  EXPECT_EQ(cluster_.producers, 1);
  cluster_.answers = true;
  EXPECT_TRUE(sink_->flush());
  EXPECT_EQ(receipt(), Counts(1, 0));
}

TEST_F(EventsKafkaTest, WhatTheClusterDoesNotTakeIsCountedAndNotSentAgain) {
  cluster_.judge = [](const auto&) { return KafkaFate::later; };
  EXPECT_EQ(*sink_->write(*batch_of({event_of("a"), event_of("b")})), 2u);
  EXPECT_TRUE(sink_->flush());
  EXPECT_EQ(receipt(), Counts(0, 2));
  EXPECT_EQ(cluster_.taken.size(), 2u);
}

TEST_F(EventsKafkaTest, WhatALostProducerHeldIsCountedWhenANewOneTakesItsPlace) {
  cluster_.answers = false;
  EXPECT_EQ(*sink_->write(*batch_of({event_of("a")})), 1u);
  cluster_.dead = true;
  EXPECT_FALSE(sink_->flush());
  EXPECT_TRUE(sink_->reopen());
  EXPECT_TRUE(sink_->flush());
  EXPECT_EQ(receipt(), Counts(0, 1));
  EXPECT_EQ(cluster_.producers, 2);
}

TEST_F(EventsKafkaTest, TheEndWaitsForTheLastAndNotBeyondTheDeadline) {
  EXPECT_EQ(*sink_->write(*batch_of({event_of("a")})), 1u);
  EXPECT_TRUE(sink_->flush_all());
  cluster_.answers = false;
  EXPECT_EQ(*sink_->write(*batch_of({event_of("b")})), 1u);
  sink_->stop_by(std::chrono::steady_clock::now() + 20ms);
  EXPECT_FALSE(sink_->flush_all());
}

}  // namespace
}  // namespace sipsonde
