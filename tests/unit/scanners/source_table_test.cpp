// SPDX-License-Identifier: Apache-2.0
#include "scanners/source_table.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kWindow = 60 * kSecond;

Address ipv4(unsigned number) {
  Address address{};
  address[10] = address[11] = 0xff;
  for (int i = 0; i < 4; ++i)
    address[static_cast<std::size_t>(15 - i)] = static_cast<std::uint8_t>(number >> (8 * i));
  return address;
}

unsigned asked_of(SourceTable& table, std::uint64_t key, std::uint64_t time_ns) {
  unsigned count = 0;
  table.with_known(key, time_ns,
                   [&](Source& source) { count = source.of(ScannerKind::register_sweep).asked.count(); });
  return count;
}

void ask(SourceTable& table, std::uint64_t key, std::uint64_t time_ns, std::uint32_t target) {
  table.with(key, time_ns, [&](Source& source) { source.of(ScannerKind::register_sweep).asked.add(target); });
}

TEST(SourceTable, KeepsWhatASourceAskedForUntilItsWindowIsOver) {
  SourceTable table(kWindow, 1);
  const std::uint64_t key = table.key_of(ipv4(1));
  ask(table, key, 10 * kSecond, 1);
  ask(table, key, 69 * kSecond, 2);
  EXPECT_EQ(asked_of(table, key, 69 * kSecond), 2u);
  EXPECT_EQ(asked_of(table, key, 70 * kSecond), 0u);
}

TEST(SourceTable, KeepsThoseWhoWereFineForOneMoreWindow) {
  SourceTable table(kWindow, 1);
  const std::uint64_t key = table.key_of(ipv4(1));
  const auto fine_before = [&](std::uint64_t time_ns) {
    bool has = false;
    table.with(key, time_ns,
               [&](Source& source) { has = source.of(ScannerKind::invite_burst).fine_before.has(5); });
    return has;
  };
  table.with(key, 0, [](Source& source) { source.of(ScannerKind::invite_burst).fine.add(5); });
  EXPECT_TRUE(fine_before(kWindow));
  EXPECT_FALSE(fine_before(2 * kWindow));
  table.with(key, 3 * kWindow, [](Source& source) { source.of(ScannerKind::invite_burst).fine.add(5); });
  EXPECT_FALSE(fine_before(6 * kWindow)) << "a window without a request lies between";
}

TEST(SourceTable, TakesATimeBeforeTheWindowForOneInIt) {
  SourceTable table(kWindow, 1);
  const std::uint64_t key = table.key_of(ipv4(1));
  ask(table, key, 100 * kSecond, 1);
  ask(table, key, 99 * kSecond, 2);
  EXPECT_EQ(asked_of(table, key, 100 * kSecond), 2u);
}

TEST(SourceTable, TakesTheHostsOfAnIpv6NetworkForOneSource) {
  const SourceTable table(kWindow, 1);
  Address one{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  Address same_network = one;
  same_network[15] = 2;
  Address other_network = one;
  other_network[7] = 2;
  EXPECT_EQ(table.key_of(one), table.key_of(same_network));
  EXPECT_NE(table.key_of(one), table.key_of(other_network));
  EXPECT_NE(table.key_of(ipv4(1)), table.key_of(ipv4(2)));
}

TEST(SourceTable, KnowsNothingOfASourceThatNeverAsked) {
  SourceTable table(kWindow, 1);
  bool called = false;
  table.with_known(table.key_of(ipv4(1)), 0, [&](Source&) { called = true; });
  EXPECT_FALSE(called);
}

TEST(SourceTable, ForgetsSilentSourcesWhenThereAreTooMany) {
  SourceTable table(kWindow, 1);
  const std::uint64_t busy = table.key_of(ipv4(1));
  for (unsigned i = 2; i < 20'000; ++i) {
    ask(table, busy, i, 1);
    ask(table, table.key_of(ipv4(i)), i, 1);
  }
  EXPECT_EQ(asked_of(table, busy, 20'000), 1u);
  EXPECT_GT(table.evicted(), 15'000u);
}

TEST(SourceTable, DoesNotCountASourceWhoseWindowIsOverAsEvicted) {
  SourceTable table(kWindow, 1);
  for (unsigned i = 0; i < 10'000; ++i) ask(table, table.key_of(ipv4(i)), i * kWindow, 1);
  EXPECT_EQ(table.evicted(), 0u);
}

TEST(SourceTable, KeepsRegistrarsWhenOthersGiveWay) {
  SourceTable table(kWindow, 1);
  const std::uint64_t registrar = table.key_of(ipv4(1));
  table.with(registrar, 0, [](Source& source) { source.registrar_until_ns = 3600 * kSecond; });
  for (unsigned i = 2; i < 20'000; ++i) ask(table, table.key_of(ipv4(i)), i, 1);
  bool known = false;
  table.with_known(registrar, 20'000, [&](Source&) { known = true; });
  EXPECT_TRUE(known);
}

TEST(SourceTable, IsSharedByThreads) {
  SourceTable table(kWindow, 1);
  const std::uint64_t key = table.key_of(ipv4(1));
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned i = 0; i < 1000; ++i) {
        ask(table, key, i, thread);
        ask(table, table.key_of(ipv4(10 + thread * 10 + i % 10)), i, 1);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(asked_of(table, key, 1000), 4u);
}

}  // namespace
}  // namespace sipsonde
