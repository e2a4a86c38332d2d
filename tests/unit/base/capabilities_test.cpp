// SPDX-License-Identifier: Apache-2.0
#include "base/capabilities.h"

#include <gtest/gtest.h>

#include <thread>

namespace sipsonde {
namespace {

using Names = std::vector<std::string>;

TEST(Capabilities, HaveTheNamesOfTheManual) {
  EXPECT_EQ(names_of(0), Names{});
  EXPECT_EQ(names_of(CapabilitySet{1} << 12 | CapabilitySet{1} << 39), (Names{"net_admin", "bpf"}));
  EXPECT_EQ(names_of(CapabilitySet{1} << 5), Names{"5"}) << "one that this program never needs";
}

TEST(Capabilities, ThoseOfSinksAndWorkersAreFewerThanThoseOfMain) {
  EXPECT_EQ(capabilities_of_workers() & ~capabilities_of_main(), 0u);
  EXPECT_EQ(capabilities_of_sinks() & ~capabilities_of_main(), 0u);
  EXPECT_NE(capabilities_of_workers(), capabilities_of_main());
}

TEST(Capabilities, AreGivenUpByTheCallingThreadAlone) {
  const CapabilitySet before = held_capabilities();
  CapabilitySet kept = ~CapabilitySet{0}, none = ~CapabilitySet{0}, again = ~CapabilitySet{0};
  std::thread([&] {
    keep_capabilities(capabilities_of_workers());
    kept = held_capabilities();
    keep_capabilities(0);
    none = held_capabilities();
    keep_capabilities(before);
    again = held_capabilities();
  }).join();
  EXPECT_EQ(kept, before & capabilities_of_workers());
  EXPECT_EQ(none, 0u);
  EXPECT_EQ(again, 0u) << "what was given up does not come back";
  EXPECT_EQ(held_capabilities(), before);
}

}  // namespace
}  // namespace sipsonde
