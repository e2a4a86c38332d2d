// SPDX-License-Identifier: Apache-2.0
#include "cdr/kafka.h"

#include "support/scripted_producer.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<StoredRow> rows(int first, int last) {
  std::vector<StoredRow> made;
  for (int row = first; row <= last; ++row)
    made.push_back({.at = {.day = 1, .sequence = row},
                    .call_id = "call-" + std::to_string(row),
                    .key = {},
                    .document = std::to_string(row)});
  return made;
}

class KafkaReceiverTest : public testing::Test {
 protected:
  // Nothing is waited for beyond a deadline that has passed.
  void do_not_wait() { receiver_->stop_by(std::chrono::steady_clock::now()); }

  ScriptedCluster cluster_;
  std::unique_ptr<KafkaReceiver> receiver_ = *KafkaReceiver::open(producers_of(cluster_));
};

TEST_F(KafkaReceiverTest, ConfirmsWhatTheClusterHasStoredWithTheCallIdAsKey) {
  EXPECT_EQ(*receiver_->deliver(rows(1, 3)), 3u);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "2", "3"));
  EXPECT_EQ(cluster_.taken[2].key, "call-3");
}

TEST_F(KafkaReceiverTest, RowsThatAreOnTheirWayAreNotSentAgainWhenTheyAreOfferedAgain) {
  cluster_.answers = false;
  cluster_.trouble = "Connection refused";
  do_not_wait();
  for (int i = 0; i < 3; ++i) {
    const auto delivered = receiver_->deliver(rows(1, 3));
    ASSERT_FALSE(delivered);
    EXPECT_EQ(delivered.error().message, "Connection refused");
  }
  cluster_.answers = true;
  EXPECT_EQ(*receiver_->deliver(rows(1, 4)), 4u);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "2", "3", "4"));
}

TEST_F(KafkaReceiverTest, ConfirmsUpToTheFirstThatWasNotStoredAndSendsThatOneAgain) {
  bool failed = false;
  cluster_.judge = [&](const auto& message) {
    return message.value == "2" && !std::exchange(failed, true) ? KafkaFate::later : KafkaFate::stored;
  };
  EXPECT_EQ(*receiver_->deliver(rows(1, 3)), 1u);
  EXPECT_EQ(*receiver_->deliver(rows(2, 3)), 2u);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "3", "2"));
}

TEST_F(KafkaReceiverTest, WhatIsGivenUpIsAnErrorWithTheReason) {
  cluster_.judge = [](const auto&) { return KafkaFate::later; };
  const auto delivered = receiver_->deliver(rows(1, 2));
  ASSERT_FALSE(delivered);
  EXPECT_EQ(delivered.error().message, "said no");
}

TEST_F(KafkaReceiverTest, ARowThatIsRefusedAloneIsARefusalAndThoseBehindItAreNotSentAgain) {
  cluster_.judge = [](const auto& message) {
    return message.value == "1" ? KafkaFate::refused : KafkaFate::stored;
  };
  EXPECT_EQ(*receiver_->deliver(rows(1, 3)), 0u);
  EXPECT_EQ(*receiver_->deliver(rows(1, 1)), 0u);
  EXPECT_EQ(receiver_->refusal(), "said no");
  EXPECT_EQ(*receiver_->deliver(rows(2, 3)), 2u);
  EXPECT_THAT(cluster_.stored, ElementsAre("2", "3"));
}

TEST_F(KafkaReceiverTest, RowsThatAreRefusedTogetherAreTriedInLessCompany) {
  bool together = true;
  cluster_.judge = [&](const auto&) { return together ? KafkaFate::refused : KafkaFate::stored; };
  EXPECT_EQ(*receiver_->deliver(rows(1, 2)), 0u);
  together = false;
  EXPECT_EQ(*receiver_->deliver(rows(1, 1)), 1u);
  EXPECT_EQ(*receiver_->deliver(rows(2, 2)), 1u);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "2"));
}

TEST_F(KafkaReceiverTest, WhatDoesNotFitTheProducerIsSentWhenThereIsRoom) {
  cluster_.room = 2;
  EXPECT_EQ(*receiver_->deliver(rows(1, 5)), 2u);
  EXPECT_EQ(*receiver_->deliver(rows(3, 5)), 2u);
  EXPECT_EQ(*receiver_->deliver(rows(5, 5)), 1u);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(KafkaReceiverTest, AProducerThatIsLostIsMadeAnewAndTheRowsAreSentAgain) {
  cluster_.answers = false;
  do_not_wait();
  EXPECT_FALSE(receiver_->deliver(rows(1, 2)));
  cluster_.dead = true;
  cluster_.answers = true;
  EXPECT_EQ(*receiver_->deliver(rows(1, 2)), 2u);
  EXPECT_EQ(cluster_.producers, 2);
  EXPECT_THAT(cluster_.stored, ElementsAre("1", "2"));
}

TEST_F(KafkaReceiverTest, IsMadeAnewWhenItIsReopened) {
  EXPECT_EQ(*receiver_->deliver(rows(1, 1)), 1u);
  receiver_->reopen();
  EXPECT_EQ(*receiver_->deliver(rows(2, 2)), 1u);
  EXPECT_EQ(cluster_.producers, 2);
}

}  // namespace
}  // namespace sipsonde
