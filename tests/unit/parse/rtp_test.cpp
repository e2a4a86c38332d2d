// SPDX-License-Identifier: Apache-2.0
// A stream's accounts of its sequence numbers, compiled for the host and held against a set of numbers (RFC
// 3550 sections A.1 and A.3).
#include "parse/rtp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "support/rtp_model.h"

namespace sipsonde::testing {
namespace {

using Place = SequenceModel::Place;

// The kernel's stream and the model side by side.
class BothAccounts {
 public:
  explicit BothAccounts(std::uint16_t first) : model_(first) {
    const rtp_header rtp{.ssrc = 1, .timestamp = 0, .sequence = first, .payload_type = 0, .marker = 0};
    std::memset(&stream_, 0x5a, sizeof stream_);  // what a stream before it left behind
    begin_stream(&stream_, &rtp, 1);
  }

  // Where the packet falls; both must say the same of all that they count.
  Place take(std::uint16_t sequence) {
    const __u32 lost_before = stream_.lost;
    __u32 lost = 0;
    const rtp_place place =
        take_next_sequence(&stream_, sequence) ? RTP_IN_ORDER : take_odd_sequence(&stream_, sequence, &lost);
    const Place expected = model_.take(sequence);
    EXPECT_EQ(static_cast<int>(place), static_cast<int>(expected));
    EXPECT_EQ(stream_.lost - lost_before, lost);
    compare();
    return expected;
  }
  void take_all(std::initializer_list<int> sequences) {
    for (const int sequence : sequences) take(static_cast<std::uint16_t>(sequence));
  }
  // `count` packets in order.
  void run_on(int count) {
    for (int i = 0; i < count; ++i) take(static_cast<std::uint16_t>(stream_.highest + 1));
  }

  const sipsonde_stream& stream() const { return stream_; }
  __u32 expected() const { return stream_.highest - stream_.base + 1; }

 private:
  void compare() const {
    EXPECT_EQ(stream_.highest, static_cast<__u32>(model_.highest()));
    EXPECT_EQ(expected(), model_.expected());
    EXPECT_EQ(stream_.lost, model_.lost);
    EXPECT_EQ(stream_.loss_runs, model_.runs);
    EXPECT_EQ(stream_.duplicates, model_.duplicates);
    EXPECT_EQ(stream_.reordered, model_.reordered);
    EXPECT_EQ(stream_.reorder_depth, model_.depth);
    EXPECT_EQ(stream_.restarts, model_.restarts);
    EXPECT_EQ(open(), model_.open());
    EXPECT_EQ(model_.expected() - model_.lost - model_.open(), model_.unique);  // nothing is counted twice
  }
  std::uint64_t open() const {
    constexpr std::uint64_t kUndecided = (1ULL << (SIPSONDE_STREAM_MISORDER - 64)) - 1;
    return static_cast<std::uint64_t>(std::popcount(~stream_.window[0]) +
                                      std::popcount(~stream_.window[1] & kUndecided));
  }

  sipsonde_stream stream_;
  SequenceModel model_;
};

TEST(RtpSequence, InOrderLosesNothing) {
  BothAccounts accounts(1000);
  accounts.run_on(500);
  EXPECT_EQ(accounts.expected(), 501u);
  EXPECT_EQ(accounts.stream().lost, 0u);
}

TEST(RtpSequence, WrapsAndCountsOn) {
  for (const int first : {65535, 65530, 65436, 65400}) {
    SCOPED_TRACE(first);
    BothAccounts accounts(static_cast<std::uint16_t>(first));
    accounts.run_on(300);
    EXPECT_EQ(accounts.stream().highest, static_cast<__u32>(first) + 300);
    EXPECT_EQ(accounts.expected(), 301u);
    EXPECT_EQ(accounts.stream().lost + accounts.stream().restarts, 0u);
  }
}

TEST(RtpSequence, WrapsTwice) {
  BothAccounts accounts(65000);
  for (int i = 0; i < 60; ++i) accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + 2999));
  EXPECT_EQ(accounts.stream().highest, 65000u + 60 * 2999);
  EXPECT_EQ(accounts.stream().lost, 60u * 2998 - 99);
}

TEST(RtpSequence, ANumberIsLostOnceItIsAHundredBehind) {
  BothAccounts accounts(10);
  accounts.take_all({11, 13});  // 12 is missing
  accounts.run_on(98);
  EXPECT_EQ(accounts.stream().highest, 111u);
  EXPECT_EQ(accounts.stream().lost, 0u);
  accounts.run_on(1);
  EXPECT_EQ(accounts.stream().lost, 1u);
  EXPECT_EQ(accounts.stream().loss_runs, 1u);
}

TEST(RtpSequence, ALossIsSeenInEveryPlaceOfTheWindow) {
  for (int place = 1; place <= 130; ++place) {
    SCOPED_TRACE(place);
    BothAccounts accounts(65500);
    accounts.run_on(place);
    accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + 2));
    accounts.run_on(140);
    EXPECT_EQ(accounts.stream().lost, 1u);
    EXPECT_EQ(accounts.stream().loss_runs, 1u);
  }
}

TEST(RtpSequence, ABurstIsOneRunHoweverLong) {
  for (int length = 1; length <= 2999; length += length < 140 ? 1 : 97) {
    SCOPED_TRACE(length);
    BothAccounts accounts(20);
    accounts.run_on(7);
    accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + 1 + length));
    accounts.run_on(130);
    EXPECT_EQ(accounts.stream().lost, static_cast<__u32>(length));
    EXPECT_EQ(accounts.stream().loss_runs, 1u);
  }
}

TEST(RtpSequence, EveryOtherPacketLostAreAsManyRuns) {
  BothAccounts accounts(65000);
  for (int i = 0; i < 1000; ++i) accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + 2));
  accounts.run_on(100);
  EXPECT_EQ(accounts.stream().lost, 1000u);
  EXPECT_EQ(accounts.stream().loss_runs, 1000u);
}

TEST(RtpSequence, TwoJumpsInARowAreTwoRuns) {
  for (int jump = 2; jump <= 3000; jump = jump * 3 / 2 + 1) {
    SCOPED_TRACE(jump);
    BothAccounts accounts(1);
    accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + static_cast<__u32>(jump)));
    accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + static_cast<__u32>(jump)));
    accounts.run_on(100);
    EXPECT_EQ(accounts.stream().lost, 2 * static_cast<__u32>(jump - 1));
    EXPECT_EQ(accounts.stream().loss_runs, 2u);
  }
}

TEST(RtpSequence, AJumpAheadOfAnyWidthIsCountedToTheLastNumber) {
  for (__u32 jump = 1; jump <= RTP_MAX_DROPOUT; ++jump) {
    BothAccounts accounts(65000);
    accounts.take_all({65001, 65003, 65004});
    ASSERT_EQ(accounts.take(static_cast<std::uint16_t>(accounts.stream().highest + jump)), Place::in_order);
    accounts.run_on(3);
    ASSERT_FALSE(HasFailure()) << "a jump of " << jump;
  }
}

TEST(RtpSequence, WhatComesLateUpTo99BehindIsNotLost) {
  for (int behind = 1; behind <= 99; ++behind) {
    SCOPED_TRACE(behind);
    BothAccounts accounts(65480);
    accounts.run_on(3);
    const auto missing = static_cast<std::uint16_t>(accounts.stream().highest + 1);
    accounts.take(static_cast<std::uint16_t>(missing + 1));
    accounts.run_on(behind - 1);
    EXPECT_EQ(accounts.take(missing), Place::reordered);
    accounts.run_on(130);
    EXPECT_EQ(accounts.stream().lost, 0u);
    EXPECT_EQ(accounts.stream().reordered, 1u);
    EXPECT_EQ(accounts.stream().reorder_depth, behind);
  }
}

TEST(RtpSequence, WhatComes100BehindBelongsToAnotherSequence) {
  BothAccounts accounts(500);
  accounts.run_on(200);
  EXPECT_EQ(accounts.take(601), Place::duplicate);
  EXPECT_EQ(accounts.take(600), Place::far);
}

TEST(RtpSequence, ADuplicateIsKnownInEveryPlaceOfTheWindow) {
  BothAccounts accounts(65500);
  accounts.run_on(120);
  for (__u32 behind = 0; behind < SIPSONDE_STREAM_MISORDER; ++behind)
    EXPECT_EQ(accounts.take(static_cast<std::uint16_t>(accounts.stream().highest - behind)),
              Place::duplicate);
  EXPECT_EQ(accounts.stream().duplicates, 100u);
  EXPECT_EQ(accounts.expected(), 121u);
}

TEST(RtpSequence, WhatCameLateIsADuplicateTheSecondTime) {
  BothAccounts accounts(7);
  accounts.take_all({9, 10});
  EXPECT_EQ(accounts.take(8), Place::reordered);
  EXPECT_EQ(accounts.take(8), Place::duplicate);
}

TEST(RtpSequence, WhatWasBeforeTheFirstCountsAsNoMoreThanADuplicate) {
  BothAccounts accounts(100);
  accounts.take_all({99, 98, 1});
  EXPECT_EQ(accounts.stream().duplicates, 3u);
  EXPECT_EQ(accounts.expected(), 1u);
}

// ---- another sequence ----

TEST(RtpSequence, TwoInOrderFarAwayRestartIt) {
  BothAccounts accounts(1000);
  accounts.run_on(9);
  EXPECT_EQ(accounts.take(40000), Place::far);
  EXPECT_EQ(accounts.expected(), 10u);
  EXPECT_EQ(accounts.take(40001), Place::in_order);
  EXPECT_EQ(accounts.expected(), 12u);
  EXPECT_EQ(accounts.stream().highest, 65536u + 40001);
  EXPECT_EQ(accounts.stream().restarts, 1u);
  accounts.run_on(200);
  EXPECT_EQ(accounts.expected(), 212u);
  EXPECT_EQ(accounts.stream().lost, 0u);
}

TEST(RtpSequence, ARestartDecidesWhatWasOpen) {
  BothAccounts accounts(1000);
  accounts.take_all({1001, 1004, 1005, 1007, 40000, 40001});  // 1002, 1003 in one run, 1006 in another
  EXPECT_EQ(accounts.stream().lost, 3u);
  EXPECT_EQ(accounts.stream().loss_runs, 2u);
  EXPECT_EQ(accounts.expected(), 10u);
}

TEST(RtpSequence, ARestartCountsARunOnce) {
  for (int length = 1; length <= 250; ++length) {  // decided wholly, in part or not at all by then
    SCOPED_TRACE(length);
    BothAccounts accounts(1000);
    accounts.take(static_cast<std::uint16_t>(1001 + length));
    accounts.take_all({40000, 40001});
    EXPECT_EQ(accounts.stream().lost, static_cast<__u32>(length));
    EXPECT_EQ(accounts.stream().loss_runs, 1u);
  }
}

TEST(RtpSequence, FarPacketsThatAreNotInOrderNeverRestartIt) {
  BothAccounts accounts(1000);
  for (int i = 0; i < 100; ++i) accounts.take(static_cast<std::uint16_t>(20000 + 100 * i));
  EXPECT_EQ(accounts.stream().restarts, 0u);
  EXPECT_EQ(accounts.stream().highest, 1000u);
}

TEST(RtpSequence, RestartsGoOnFromEachOther) {
  BothAccounts accounts(1);
  for (int i = 1; i <= 50; ++i) {
    const auto next = static_cast<std::uint16_t>(i * 20011);
    accounts.take(next);
    accounts.take(static_cast<std::uint16_t>(next + 1));
    accounts.run_on(i);
  }
  EXPECT_EQ(accounts.stream().restarts, 50u);
  EXPECT_EQ(accounts.expected(), 1u + 2 * 50 + 50 * 51 / 2);
}

// ---- at random ----

struct Weather {
  const char* name;
  int lost, burst, late, twice, far, jump;  // of a thousand packets
};

class RtpWalk : public ::testing::TestWithParam<Weather> {};

TEST_P(RtpWalk, CountsAsTheModelDoesAtEveryStep) {
  const Weather& weather = GetParam();
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::mt19937 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    const auto happens = [&](int of_thousand) { return below(1000) < of_thousand; };
    auto next = static_cast<std::uint16_t>(random());
    BothAccounts accounts(next++);
    std::vector<std::uint16_t> held;
    for (int step = 0; step < 10'000; ++step) {
      if (happens(weather.burst)) next = static_cast<std::uint16_t>(next + below(200));
      if (happens(weather.jump)) next = static_cast<std::uint16_t>(next + below(4000));
      if (happens(weather.far)) next = static_cast<std::uint16_t>(random());
      if (happens(weather.lost)) ++next;
      if (happens(weather.late)) held.push_back(next++);
      accounts.take(next);
      if (happens(weather.twice)) accounts.take(static_cast<std::uint16_t>(next - below(120)));
      ++next;
      if (!held.empty() && happens(100)) {
        const auto which = held.begin() + below(static_cast<int>(held.size()));
        accounts.take(*which);
        held.erase(which);
      }
      ASSERT_FALSE(HasFailure()) << "seed " << seed << ", step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Weathers, RtpWalk,
                         ::testing::Values(Weather{"Fair", 5, 0, 0, 1, 0, 0},
                                           Weather{"Lossy", 200, 20, 0, 0, 0, 0},
                                           Weather{"Shuffled", 10, 0, 100, 20, 0, 0},
                                           Weather{"Jumping", 50, 50, 20, 20, 0, 30},
                                           Weather{"Restarting", 50, 20, 50, 50, 20, 20},
                                           Weather{"Wild", 300, 100, 200, 200, 300, 100}),
                         [](const auto& weather) { return std::string(weather.param.name); });

TEST(RtpWalkOfNoise, CountsAsTheModelDoesAtEveryStep) {
  std::mt19937 random(4);
  BothAccounts accounts(0);
  for (int step = 0; step < 10'000; ++step) {
    accounts.take(static_cast<std::uint16_t>(random()));
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
}

}  // namespace
}  // namespace sipsonde::testing
