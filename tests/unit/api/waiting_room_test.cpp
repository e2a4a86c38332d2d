// SPDX-License-Identifier: Apache-2.0
#include "api/waiting_room.h"

#include <gtest/gtest.h>

#include <future>

namespace sipsonde {
namespace {

TEST(WaitingRoom, TakesNoMoreThanItsLimitBesidesThoseBeingAnswered) {
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> begun{0};
  std::atomic<int> done{0};
  WaitingRoom room(2, 3);  // ends before what its jobs use
  const auto job = [&begun, &done, gone] {
    ++begun;
    gone.wait();
    ++done;
  };
  ASSERT_TRUE(room.enter(job));
  ASSERT_TRUE(room.enter(job));
  while (begun < 2) std::this_thread::yield();
  for (int number = 0; number < 3; ++number) EXPECT_TRUE(room.enter(job));
  EXPECT_FALSE(room.enter(job));
  go.set_value();
  while (done < 5) std::this_thread::yield();
  EXPECT_TRUE(room.enter(job));
}

TEST(WaitingRoom, WaitsForWhatIsBeingAnsweredWhenItClosesAndLetsGoOfTheRest) {
  std::promise<void> begun;
  std::promise<void> go;
  std::atomic<bool> finished{false};
  WaitingRoom room(1, 10);
  ASSERT_TRUE(room.enter([&] {
    begun.set_value();
    go.get_future().wait();
    finished = true;
  }));
  begun.get_future().wait();
  auto held = std::make_shared<int>(0);
  ASSERT_TRUE(room.enter([held] { ++*held; }));
  std::thread closer([&room] { room.close(); });
  go.set_value();
  closer.join();
  EXPECT_TRUE(finished);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(room.enter([] {}));
}

}  // namespace
}  // namespace sipsonde
