// SPDX-License-Identifier: Apache-2.0
#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(Endpoint, Ipv4IsWrittenDotted) {
  const Endpoint endpoint{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}, 5060};
  EXPECT_EQ(to_text(endpoint), "192.0.2.1:5060");
}

TEST(Endpoint, Ipv6IsWrittenShortestInBrackets) {
  const Endpoint endpoint{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 5061};
  EXPECT_EQ(to_text(endpoint), "[2001:db8::1]:5061");
}

}  // namespace
}  // namespace sipsonde
