// SPDX-License-Identifier: Apache-2.0
#include "probe/interface_drops.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace sipsonde {
namespace {

class InterfaceDropsTest : public ::testing::Test {
 protected:
  InterfaceDropsTest() {
    std::string room = (std::filesystem::temp_directory_path() / "drops-XXXXXX").string();
    root_ = mkdtemp(room.data());
  }
  ~InterfaceDropsTest() override { std::filesystem::remove_all(root_); }

  void set(const std::string& device, const std::string& counter, int value) {
    const auto folder = root_ / device / "statistics";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / counter) << value << '\n';
  }

  std::filesystem::path root_;
};

TEST_F(InterfaceDropsTest, AreWhatCameSinceTheLastLook) {
  set("eth0", "rx_missed_errors", 5);
  set("eth1", "rx_fifo_errors", 7);
  InterfaceDrops drops(root_.string());
  drops.follow({"eth0", "eth1"});
  EXPECT_EQ(drops.since_last_look(), 0u);
  set("eth0", "rx_missed_errors", 8);
  set("eth1", "rx_fifo_errors", 11);
  EXPECT_EQ(drops.since_last_look(), 7u);
  EXPECT_EQ(drops.since_last_look(), 0u);
}

TEST_F(InterfaceDropsTest, WhatNobodyWantedIsNoLoss) {
  set("eth0", "rx_dropped", 5);
  InterfaceDrops drops(root_.string());
  drops.follow({"eth0"});
  set("eth0", "rx_dropped", 500);
  EXPECT_EQ(drops.since_last_look(), 0u);
}

TEST_F(InterfaceDropsTest, ADeviceThatComesAnewBeginsAtItsOwnCount) {
  set("eth0", "rx_over_errors", 5);
  InterfaceDrops drops(root_.string());
  drops.follow({"eth0", "gone0"});
  std::filesystem::remove_all(root_ / "eth0");
  EXPECT_EQ(drops.since_last_look(), 0u);
  set("eth0", "rx_over_errors", 0);
  EXPECT_EQ(drops.since_last_look(), 0u);
}

}  // namespace
}  // namespace sipsonde
