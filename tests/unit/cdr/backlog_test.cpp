// SPDX-License-Identifier: Apache-2.0
#include "cdr/backlog.h"

namespace sipsonde {
namespace {

std::vector<StoredRow> rows_of_day(StoreDay day, std::size_t count) {
  std::vector<StoredRow> rows(count);
  for (std::size_t at = 0; at < count; ++at) rows[at].at = {day, static_cast<std::int64_t>(at) + 1};
  return rows;
}

TEST(Backlog, IsWhatTheLastLookSawLessWhatWasDelivered) {
  Backlog backlog;
  EXPECT_TRUE(backlog.look({{7, 10}, {8, 5}}, {}).empty());
  backlog.delivered(rows_of_day(7, 4));
  EXPECT_EQ(backlog.rows(), 11u);
}

TEST(Backlog, WhatWasWrittenAndDeliveredBetweenLooksIsNoDebt) {
  Backlog backlog;
  EXPECT_TRUE(backlog.look({{7, 0}}, {}).empty());
  backlog.delivered(rows_of_day(7, 3));
  EXPECT_EQ(backlog.rows(), 0u);
}

TEST(Backlog, ADayThatWentIsLostOnceAndWithoutWhatIsInHand) {
  Backlog backlog;
  EXPECT_TRUE(backlog.look({{7, 10}, {8, 5}}, {}).empty());
  const auto in_hand = rows_of_day(7, 4);
  EXPECT_EQ(backlog.look({{8, 6}}, in_hand), (Backlog::Days{{7, 6}}));
  EXPECT_EQ(backlog.rows(), 10u);
  EXPECT_TRUE(backlog.look({{8, 6}}, in_hand).empty());
  backlog.delivered(in_hand);
  EXPECT_TRUE(backlog.look({{8, 6}}, {}).empty());
  EXPECT_EQ(backlog.rows(), 6u);
}

TEST(Backlog, ADayThatWasReadToItsEndMayGo) {
  Backlog backlog;
  EXPECT_TRUE(backlog.look({{7, 4}, {8, 5}}, {}).empty());
  backlog.delivered(rows_of_day(7, 4));
  EXPECT_TRUE(backlog.look({{8, 5}}, {}).empty());
}

}  // namespace
}  // namespace sipsonde
