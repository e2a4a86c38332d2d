// SPDX-License-Identifier: Apache-2.0
#include "calls/leg_inquiry.h"

#include <gtest/gtest.h>

#include <thread>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = LegInquiry::Clock;

LegsSeen legs_of(const LegsAsked& asked) {
  LegsSeen seen;
  seen.legs.facts.emplace_back(CallRecord{.call_id = seen.legs.texts.keep(asked.call_id), .leg = asked.from});
  seen.next = asked.from + 1;
  return seen;
}

// Answers until it is stopped, as a worker does between two looks at its ring.
class Desk {
 public:
  explicit Desk(LegInquiry& inquiry)
      : thread_([this, &inquiry] {
          while (!stop_) {
            if (inquiry.is_waiting())
              if (const auto asked = inquiry.take()) inquiry.answer(legs_of(*asked));
            std::this_thread::yield();
          }
          inquiry.close();
        }) {}
  ~Desk() { stop(); }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(LegInquiry, BringsTheAnswerToWhoeverAsked) {
  LegInquiry inquiry;
  Desk desk(inquiry);
  std::vector<std::thread> askers;
  std::atomic<int> right{0};
  for (std::uint32_t asker = 0; asker < 4; ++asker)
    askers.emplace_back([&, asker] {
      for (int round = 0; round < 200; ++round) {
        const std::string call_id = "call-" + std::to_string(asker);
        const auto seen = inquiry.ask({.call_id = call_id, .from = asker}, Clock::now() + 20s);
        if (!seen || seen->next != asker + 1) continue;
        right += std::get<CallRecord>(seen->legs.facts.at(0)).call_id == call_id;
      }
    });
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(right, 800);
}

TEST(LegInquiry, IsGivenUpWhenTheTimeIsOver) {
  LegInquiry inquiry;
  EXPECT_FALSE(inquiry.ask({}, Clock::now() + 1ms));
  EXPECT_FALSE(inquiry.is_waiting()) << "nobody waits any more";
  EXPECT_FALSE(inquiry.take());
}

TEST(LegInquiry, AnAnswerThatCameTooLateIsNobodyElses) {
  LegInquiry inquiry;
  std::thread asker([&inquiry] { EXPECT_FALSE(inquiry.ask({.from = 1}, Clock::now() + 500ms)); });
  while (!inquiry.is_waiting()) std::this_thread::yield();
  const auto late = inquiry.take();
  ASSERT_TRUE(late);
  asker.join();
  std::thread next([&inquiry] {
    const auto seen = inquiry.ask({.from = 7}, Clock::now() + 20s);
    EXPECT_TRUE(seen && seen->next == 8u);
  });
  EXPECT_FALSE(inquiry.is_waiting()) << "first the answer that is under way";
  inquiry.answer(legs_of(*late));
  while (!inquiry.is_waiting()) std::this_thread::yield();
  const auto asked = inquiry.take();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->from, 7u);
  inquiry.answer(legs_of(*asked));
  next.join();
}

TEST(LegInquiry, NobodyWaitsForAWorkerThatHasEnded) {
  LegInquiry inquiry;
  std::thread asker([&inquiry] { EXPECT_FALSE(inquiry.ask({}, Clock::now() + 60s)); });
  while (!inquiry.is_waiting()) std::this_thread::yield();
  inquiry.close();
  asker.join();
  EXPECT_FALSE(inquiry.ask({}, Clock::now() + 60s));
}

}  // namespace
}  // namespace sipsonde
