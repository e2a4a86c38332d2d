// SPDX-License-Identifier: Apache-2.0
#include "probe/interface_names.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sipsonde {
namespace {

TEST(InterfaceNames, APatternHasASignOfOne) {
  for (const char* name : {"eth*", "eth?", "eth[01]", "*"}) EXPECT_TRUE(is_pattern(name)) << name;
  for (const char* name : {"eth0", "eth0.100", "br-lan", ""}) EXPECT_FALSE(is_pattern(name)) << name;
}

TEST(InterfaceNames, LoopbackFitsNoPattern) {
  const auto all = interfaces_that_fit({"*"});
  EXPECT_EQ(std::ranges::count(all, "lo"), 0);
}

TEST(InterfaceNames, ANameAloneFitsNothing) {
  EXPECT_TRUE(interfaces_that_fit({"lo", "eth0"}).empty());
  EXPECT_TRUE(interfaces_that_fit({"no-such-interface-*"}).empty());
}

TEST(InterfaceChanges, WhereNothingChangesThereIsNothingToRead) {
  auto changes = InterfaceChanges::subscribe();
  ASSERT_TRUE(changes);
  EXPECT_GE(changes->fd(), 0);
  changes->drain();  // comes back
}

}  // namespace
}  // namespace sipsonde
