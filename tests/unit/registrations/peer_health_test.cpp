// SPDX-License-Identifier: Apache-2.0
#include "registrations/peer_health.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(PeerHealth, OfATrunkThatNobodyAskedIsUnknown) {
  const PeerHealth health(2);
  EXPECT_EQ(health.up(0), std::nullopt);
  EXPECT_EQ(health.up(1), std::nullopt);
}

TEST(PeerHealth, IsThatOfTheLastOptions) {
  PeerHealth health(2);
  health.observe(1, 100, true);
  EXPECT_EQ(health.up(1), true);
  EXPECT_EQ(health.up(0), std::nullopt);
  health.observe(1, 200, false);
  EXPECT_EQ(health.up(1), false);
  health.observe(1, 300, true);
  EXPECT_EQ(health.up(1), true);
}

TEST(PeerHealth, IsNotUndoneByATimeoutOfAnEarlierOptions) {
  PeerHealth health(1);
  health.observe(0, 200, true);
  health.observe(0, 100, false);
  EXPECT_EQ(health.up(0), true);
}

TEST(PeerHealth, OfATrunkThatIsNotThereIsIgnored) {
  PeerHealth health(1);
  health.observe(7, 100, true);
  EXPECT_EQ(health.up(0), std::nullopt);
}

}  // namespace
}  // namespace sipsonde
