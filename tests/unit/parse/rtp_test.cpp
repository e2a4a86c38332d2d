// SPDX-License-Identifier: Apache-2.0
// A stream's accounts of its sequence numbers, held against a set of numbers (RFC 3550 sections A.1 and A.3).
#include "rtp_accounts.h"

namespace sipsonde::testing {
namespace {

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

}  // namespace
}  // namespace sipsonde::testing
