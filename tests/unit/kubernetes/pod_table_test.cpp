// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_table.h"

#include <gtest/gtest.h>

#include "kubernetes/pod_directory.h"

namespace sipsonde {
namespace {

Pod pod(std::string name, std::string_view address, std::uint64_t started_ns = 0) {
  return {"voip", std::move(name), {}, {*address_of(address)}, started_ns};
}

std::string name_at(const PodTable& table, std::string_view address, std::uint64_t time_ns) {
  const PodName* const found = table.find(*address_of(address), time_ns);
  return found ? found->name : "";
}

TEST(PodTable, NamesThePodOfAnAddressAndNoOther) {
  const auto table =
      PodTable::after({}, {pod("a", "10.0.0.1"), pod("b", "10.0.0.2"), pod("c", "fd00::1")}, 100);
  EXPECT_EQ(name_at(*table, "10.0.0.1", 100), "a");
  EXPECT_EQ(name_at(*table, "10.0.0.2", 100), "b");
  EXPECT_EQ(name_at(*table, "fd00::1", 100), "c");
  for (const char* other : {"10.0.0.0", "10.0.0.3", "fd00::2", "::"})
    EXPECT_EQ(name_at(*table, other, 100), "");
  EXPECT_EQ(name_at({}, "10.0.0.1", 100), "");
}

TEST(PodTable, APodDidNotHaveItsAddressBeforeItsStart) {
  const auto table = PodTable::after({}, {pod("a", "10.0.0.1", 50)}, 100);
  EXPECT_EQ(name_at(*table, "10.0.0.1", 49), "");
  EXPECT_EQ(name_at(*table, "10.0.0.1", 50), "a");
}

TEST(PodTable, APodThatIsGoneStillHadItsAddressThen) {
  const auto before = PodTable::after({}, {pod("a", "10.0.0.1", 50)}, 100);
  const auto after = PodTable::after(*before, {}, 200);
  EXPECT_EQ(name_at(*after, "10.0.0.1", 199), "a");
  EXPECT_EQ(name_at(*after, "10.0.0.1", 200), "");
  const auto later = PodTable::after(*after, {}, 300);
  EXPECT_EQ(name_at(*later, "10.0.0.1", 199), "a");
  EXPECT_EQ(name_at(*later, "10.0.0.1", 250), "");
}

TEST(PodTable, AnAddressThatGoesToAnotherPodIsEachOnesInItsTime) {
  const auto before = PodTable::after({}, {pod("a", "10.0.0.1", 50)}, 100);
  const auto after = PodTable::after(*before, {pod("b", "10.0.0.1", 150)}, 200);
  EXPECT_EQ(name_at(*after, "10.0.0.1", 120), "a");
  EXPECT_EQ(name_at(*after, "10.0.0.1", 150), "b");
  EXPECT_EQ(name_at(*after, "10.0.0.1", 1000), "b");
}

TEST(PodTable, APodThatAListForgotOnceIsThereAgain) {
  auto table = PodTable::after({}, {pod("a", "10.0.0.1", 50)}, 100);
  table = PodTable::after(*table, {}, 200);
  table = PodTable::after(*table, {pod("a", "10.0.0.1", 50)}, 300);
  EXPECT_EQ(name_at(*table, "10.0.0.1", 250), "a");
  EXPECT_EQ(name_at(*table, "10.0.0.1", 400), "a");
  EXPECT_EQ(table->size(), 1u);
}

TEST(PodTable, RemembersAsManyThatAreGoneAsItMayAndTheLatest) {
  auto table = std::make_shared<const PodTable>();
  for (std::uint64_t round = 1; round <= 40; ++round) {
    std::vector<Pod> pods;
    for (unsigned i = 0; i < 64; ++i)
      pods.push_back(
          pod("p" + std::to_string(round), "10.0." + std::to_string(round) + "." + std::to_string(i), round));
    table = PodTable::after(*table, pods, round);
  }
  EXPECT_EQ(table->size(), 64 + PodTable::kGoneMax);
  EXPECT_EQ(name_at(*table, "10.0.40.1", 40), "p40");
  EXPECT_EQ(name_at(*table, "10.0.39.1", 39), "p39");
  EXPECT_EQ(name_at(*table, "10.0.2.1", 2), "");
}

TEST(PodView, SeesANewTableAndKeepsTheOldOneUntilItAsks) {
  PodDirectory directory;
  PodView view(directory);
  EXPECT_EQ(view.table().size(), 0u);
  directory.publish(PodTable::after({}, {pod("a", "10.0.0.1")}, 1));
  const PodTable& first = view.table();
  EXPECT_EQ(first.size(), 1u);
  directory.publish(PodTable::after({}, {}, 2));
  EXPECT_EQ(name_at(first, "10.0.0.1", 1), "a");
  EXPECT_EQ(view.table().size(), 0u);
}

}  // namespace
}  // namespace sipsonde
