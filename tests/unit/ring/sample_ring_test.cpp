// SPDX-License-Identifier: Apache-2.0
#include "ring/sample_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace sipsonde {
namespace {

std::string sample_bytes(std::uint32_t claimed, const std::string& payload) {
  sipsonde_event head{};
  head.time_ns = 7;
  head.payload_len = claimed;
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  return bytes + payload;
}

TEST(Sample, IsItsHeadAndItsPayload) {
  const std::string bytes = sample_bytes(5, "hello");
  const auto sample = decode_sample(bytes);
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->head.time_ns, 7u);
  EXPECT_EQ(sample->payload, "hello");
}

TEST(Sample, EndsWhereItsHeadSays) {
  const std::string bytes = sample_bytes(2, "he behind it the ring's padding");
  EXPECT_EQ(decode_sample(bytes)->payload, "he");
}

TEST(Sample, ShorterThanItSaysIsNone) {
  EXPECT_FALSE(decode_sample(sample_bytes(6, "hello")));
  EXPECT_FALSE(decode_sample(std::string(sizeof(sipsonde_event) - 1, '\0')));
}

}  // namespace
}  // namespace sipsonde
