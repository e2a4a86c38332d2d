// SPDX-License-Identifier: Apache-2.0
#include "cdr/pace.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

class PaceTest : public testing::Test {
 protected:
  // Rows that go in `seconds` when there are always more, in batches of 50.
  std::uint64_t rows_in(Pace& pace, std::chrono::seconds length) {
    std::uint64_t rows = 0;
    for (const auto end = now_ + length; now_ < end; now_ += std::max(1ms, pace.wait(now_))) {
      if (pace.wait(now_) > 0ms) continue;
      pace.spend(50, now_);
      rows += 50;
    }
    return rows;
  }
  Pace::Clock::time_point now_ = Pace::Clock::now();
};

TEST_F(PaceTest, LetsThroughWhatTheReceiverTakes) {
  Pace pace(1000);
  EXPECT_NEAR(static_cast<double>(rows_in(pace, 10s)), 10'000, 300);
}

TEST_F(PaceTest, ATimeWithoutRowsSavesUpNoFlood) {
  Pace pace(1000);
  pace.spend(50, now_);
  now_ += 1h;
  EXPECT_NEAR(static_cast<double>(rows_in(pace, 1s)), 1000, 200);
}

TEST_F(PaceTest, IsAlwaysTwiceAsFastAsWhatComesIn) {
  Pace pace(1000);
  for (int look = 0; look < 60; ++look) pace.note_written(3000, now_ += 1s);
  EXPECT_NEAR(static_cast<double>(rows_in(pace, 5s)), 5 * 6000, 1000);
  for (int look = 0; look < 60; ++look) pace.note_written(0, now_ += 1s);
  EXPECT_NEAR(static_cast<double>(rows_in(pace, 5s)), 5 * 1000, 300);
}

TEST_F(PaceTest, WithoutABoundNothingWaits) {
  Pace pace(std::nullopt);
  pace.spend(1'000'000, now_);
  EXPECT_EQ(pace.wait(now_), 0ms);
}

}  // namespace
}  // namespace sipsonde
