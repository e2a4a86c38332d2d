// SPDX-License-Identifier: Apache-2.0
#include "cdr/delivery.h"

#include "cdr_stage.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class DeliveryTest : public testing::Test {
 protected:
  void start() {
    auto receiver = std::make_unique<ScriptedReceiver>();
    receiver_ = receiver.get();
    if (away_) receiver_->script.assign(1000, Error{"HTTP 503"});
    auto opened = CdrDelivery::open(stage_.path(), std::move(receiver));
    ASSERT_TRUE(opened) << opened.error().message;
    delivery_ = *std::move(opened);
  }
  // What it has told its receiver; it has ended then.
  std::vector<std::string> stop(std::chrono::seconds limit = 8s) {
    delivery_->close(Clock::now() + limit);
    EXPECT_TRUE(delivery_->join());
    return receiver_->confirmed;
  }

  CdrStage stage_;
  bool away_ = false;
  ScriptedReceiver* receiver_ = nullptr;
  std::unique_ptr<CdrDelivery> delivery_;
};

TEST_F(DeliveryTest, OfWhatWasThereBeforeANewReceiverGetsNothing) {
  stage_.write(5);
  start();
  stage_.write(3);
  EXPECT_EQ(stop(), CdrStage::ids(6, 8));
}

TEST_F(DeliveryTest, WhatWasCommittedBeforeTheEndIsDelivered) {
  start();
  stage_.write(250);
  EXPECT_EQ(stop(), CdrStage::ids(1, 250));
  EXPECT_EQ(delivery_->depth(), 0u);
  EXPECT_EQ(delivery_->tally().sent, 250u);
}

TEST_F(DeliveryTest, AReceiverThatIsAwayHoldsUpNoEndAndGetsItsRowsLater) {
  away_ = true;
  start();
  stage_.write(20);
  while (delivery_->tally().failed == 0) std::this_thread::sleep_for(1ms);
  const auto began = Clock::now();
  EXPECT_TRUE(stop().empty());
  EXPECT_LT(Clock::now() - began, 4s);
  EXPECT_EQ(delivery_->depth(), 20u);
  EXPECT_EQ(delivery_->tally().dropped, 0u);
  away_ = false;
  start();
  EXPECT_EQ(stop(), CdrStage::ids(1, 20));
}

TEST_F(DeliveryTest, ACursorThatIsNoneIsSaidAtTheStart) {
  { std::ofstream(stage_.path() + "/cdr-http.cursor") << "tomorrow\n"; }
  const auto refused = CdrDelivery::open(stage_.path(), std::make_unique<ScriptedReceiver>());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
}

}  // namespace
}  // namespace sipsonde
