// SPDX-License-Identifier: Apache-2.0
#include "metrics/sliding_window.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace sipsonde {
namespace {

constexpr std::uint64_t kLast = 300;
using Window = SlidingWindow<2, kLast>;

constexpr std::uint64_t kNow = 1'767'225'600;  // seconds, as of a capture of today

// On the heap: a window is some kilobytes.
std::unique_ptr<Window> make_window() {
  return std::make_unique<Window>();
}

struct AgeCase {
  const char* name;
  std::uint64_t age;
  std::uint64_t held;
};

constexpr AgeCase kAges[] = {
    {"Now", 0, 1},
    {"ASecondAgo", 1, 1},
    {"AlmostTheWholeWindowAgo", kLast - 1, 1},
    {"TheWholeWindowAgo", kLast, 1},
    {"ASecondMore", kLast + 1, 0},
    {"AsLongAsTheRingIs", 512, 0},
    {"TheRingAndABit", 513, 0},
    {"LongAgo", 100'000, 0},
};

class Age : public testing::TestWithParam<AgeCase> {};

TEST_P(Age, DecidesWhenItIsAdded) {
  const auto window = make_window();
  window->add(kNow - GetParam().age, kNow, 0);
  EXPECT_EQ(window->sums(kNow)[0], GetParam().held);
}

TEST_P(Age, DecidesWhenTimeGoesOn) {
  const auto window = make_window();
  window->add(kNow, kNow, 0);
  EXPECT_EQ(window->sums(kNow + GetParam().age)[0], GetParam().held);
}

INSTANTIATE_TEST_SUITE_P(Seconds, Age, testing::ValuesIn(kAges),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SlidingWindow, LetsEachSlotGoInItsTurn) {
  const auto window = make_window();
  for (std::uint64_t second = 0; second <= kLast; ++second) window->add(kNow + second, kNow + second, 0);
  EXPECT_EQ(window->sums(kNow + kLast)[0], kLast + 1);
  for (std::uint64_t second = 1; second <= kLast + 1; ++second)
    EXPECT_EQ(window->sums(kNow + kLast + second)[0], kLast + 1 - second);
}

TEST(SlidingWindow, IsEmptyAfterAGapAndTakesUpAgain) {
  const auto window = make_window();
  std::uint64_t now = kNow;
  window->add(now, now, 0, 7);
  for (const int gap : {301, 512, 1024, 86'400}) {
    now += static_cast<std::uint64_t>(gap);
    EXPECT_EQ(window->sums(now)[0], 0) << gap;
    window->add(now, now, 0, 5);
    EXPECT_EQ(window->sums(now)[0], 5) << gap;
  }
}

TEST(SlidingWindow, TakesWhatComesLateIntoItsOwnSlot) {
  const auto window = make_window();
  window->add(kNow + 1, kNow + 1, 0);
  window->add(kNow, kNow + 1, 0);  // of the second before
  EXPECT_EQ(window->sums(kNow + 1)[0], 2);
  EXPECT_EQ(window->sums(kNow + kLast)[0], 2);
  EXPECT_EQ(window->sums(kNow + kLast + 1)[0], 1);
}

TEST(SlidingWindow, CountsAsNowWhatSaysThatItIsLater) {
  const auto window = make_window();
  window->add(kNow + 100, kNow, 0);
  EXPECT_EQ(window->sums(kNow)[0], 1);
}

TEST(SlidingWindow, GoesOnWhenTheClockIsSetBack) {
  const auto window = make_window();
  for (std::uint64_t second = 0; second < 600; ++second) window->add(kNow + second, kNow + second, 0);
  const std::uint64_t back = kNow - 3600;
  EXPECT_EQ(window->sums(back)[0], 0);
  for (std::uint64_t second = 0; second < 600; ++second) {
    window->add(back + second, back + second, 0);
    EXPECT_EQ(window->sums(back + second)[0], std::min(second, kLast) + 1);
  }
}

TEST(SlidingWindow, BeginsAtTheBeginningOfTime) {
  const auto window = make_window();
  EXPECT_EQ(window->sums(0)[0], 0);
  window->add(0, 0, 0);
  window->add(1, 1, 0);
  EXPECT_EQ(window->sums(1)[0], 2);
  EXPECT_EQ(window->sums(kLast)[0], 2);
  EXPECT_EQ(window->sums(kLast + 1)[0], 1);
}

TEST(SlidingWindow, HoldsTheLastTimeThatNanosecondsCanSay) {
  const auto window = make_window();
  const std::uint64_t last = UINT64_MAX / 1'000'000'000;
  window->add(last, last, 1, 3);
  EXPECT_EQ(window->sums(last), (Window::Sums{0, 3}));
}

TEST(SlidingWindow, KeepsItsCellsApart) {
  const auto window = make_window();
  window->add(kNow, kNow, 0, 1);
  window->add(kNow, kNow, 1, 40);
  window->add(kNow + 5, kNow + 5, 1, 2);
  EXPECT_EQ(window->sums(kNow + 5), (Window::Sums{1, 42}));
}

TEST(SlidingWindow, StaysAtItsLimitRatherThanSpillIntoItsTime) {
  const auto window = make_window();
  window->add(kNow, kNow, 0, Window::kCellLimit - 1);
  window->add(kNow, kNow, 0, UINT64_MAX);
  EXPECT_EQ(window->sums(kNow)[0], Window::kCellLimit);
  window->add(kNow, kNow, 0);
  EXPECT_EQ(window->sums(kNow)[0], Window::kCellLimit);
}

// Against the plainest model there is: every addition in a list.
TEST(SlidingWindow, AgreesWithAListOfEverything) {
  std::mt19937 random(6076);
  const auto window = make_window();
  std::map<std::uint64_t, std::uint64_t> list;
  std::uint64_t now = kNow;
  for (int step = 0; step < 20'000; ++step) {
    now += random() % 64 == 0 ? random() % 700 : random() % 2;
    const std::uint64_t slot = now - random() % 400;
    const std::uint64_t amount = random() % 10;
    window->add(slot, now, 1, amount);
    list[slot] += amount;
    if (step % 16 != 0) continue;
    std::uint64_t expected = 0;
    for (auto in = list.lower_bound(now - kLast); in != list.end(); ++in) expected += in->second;
    ASSERT_EQ(window->sums(now)[1], expected) << "step " << step;
  }
}

TEST(SlidingWindow, LosesNothingOfSeveralThreadsAtTheEdgesOfSlots) {
  constexpr std::uint64_t kEach = 20'000;
  constexpr std::uint64_t kThreads = 4;
  const auto window = make_window();
  std::vector<std::thread> threads;
  // All walk through the same seconds, so that each slot's first addition is contended; and each has been
  // there a turn of the ring before, so that it takes the place of an older one.
  for (std::uint64_t second = 0; second < 250; ++second)
    window->add(kNow - 512 + second, kNow - 512 + second, 0, 1000);
  for (std::uint64_t thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&window] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        const std::uint64_t now = kNow + i / 100;
        window->add(now, now, 0);
        window->add(now, now, 1, 3);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(window->sums(kNow + kEach / 100), (Window::Sums{kThreads * kEach, kThreads * kEach * 3}));
}

}  // namespace
}  // namespace sipsonde
