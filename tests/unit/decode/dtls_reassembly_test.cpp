// SPDX-License-Identifier: Apache-2.0
#include "decode/dtls_reassembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/dtls_bytes.h"

namespace sipsonde {
namespace {

std::optional<std::string> added(DtlsReassembly& table, const std::string& part) {
  std::string_view rest = part;
  const auto fragment = take_dtls_fragment(rest);
  if (!fragment) return std::nullopt;
  const auto whole = table.add(*fragment);
  return whole ? std::optional(std::string(*whole)) : std::nullopt;
}

const std::string kBody = "a certificate in several parts";

TEST(DtlsReassembly, PartsInAnyOrderMakeTheMessageOnce) {
  DtlsMemory memory;
  DtlsReassembly table(memory);
  std::vector<std::size_t> offsets = {0, 7, 14, 21, 28};
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    std::ranges::shuffle(offsets, random);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const auto whole = added(table, dtls_part(11, 1, kBody, offsets[i], 7));
      EXPECT_EQ(whole.has_value(), i + 1 == offsets.size());
      EXPECT_EQ(whole.value_or(kBody), kBody);
    }
    EXPECT_EQ(memory.used_bytes, 0u);
  }
  EXPECT_EQ(memory.given_up, 0u);
}

TEST(DtlsReassembly, PartsOfARetransmissionMayBeCutElsewhere) {
  DtlsMemory memory;
  DtlsReassembly table(memory);
  EXPECT_FALSE(added(table, dtls_part(11, 1, kBody, 0, 12)));
  EXPECT_FALSE(added(table, dtls_part(11, 1, kBody, 5, 12)));
  EXPECT_EQ(added(table, dtls_part(11, 1, kBody, 10, 20)), kBody);
}

TEST(DtlsReassembly, PartsThatContradictBeginAnew) {
  DtlsMemory memory;
  DtlsReassembly table(memory);
  std::string other = kBody;
  other[0] = 'A';
  EXPECT_FALSE(added(table, dtls_part(11, 1, kBody, 0, 20)));
  EXPECT_FALSE(added(table, dtls_part(11, 1, other, 0, 20)));
  EXPECT_EQ(added(table, dtls_part(11, 1, other, 20, 10)), other);
  EXPECT_EQ(memory.used_bytes, 0u);
}

TEST(DtlsReassembly, AMessageThatIsTooLargeIsGivenUpOnce) {
  DtlsMemory memory;
  DtlsReassembly table(memory);
  const std::string large(DtlsReassembly::kFlightBytes + 1, 'x');
  for (std::size_t at = 0; at < large.size(); at += 1000)
    EXPECT_FALSE(added(table, dtls_part(11, 1, large, at, 1000)));
  EXPECT_EQ(memory.given_up, 1u);
  EXPECT_EQ(memory.used_bytes, 0u);
}

TEST(DtlsReassembly, TheBudgetIsThatOfAllTogether) {
  DtlsMemory memory;
  memory.limit_bytes = 50;
  DtlsReassembly one(memory), other(memory);
  EXPECT_FALSE(added(one, dtls_part(11, 1, kBody, 0, 10)));
  EXPECT_FALSE(added(other, dtls_part(11, 1, kBody, 0, 10)));
  EXPECT_EQ(memory.given_up, 1u);
  EXPECT_EQ(memory.used_bytes, kBody.size());
  one.clear();
  EXPECT_EQ(memory.used_bytes, 0u);
}

TEST(DtlsReassembly, OfTooManyMessagesTheOneWithTheLowestNumberGivesWay) {
  DtlsMemory memory;
  DtlsReassembly table(memory);
  for (int sequence = 1; sequence <= 4; ++sequence)
    EXPECT_FALSE(added(table, dtls_part(11, sequence, kBody, 0, 10)));
  EXPECT_EQ(memory.given_up, 1u);
  EXPECT_EQ(added(table, dtls_part(11, 2, kBody, 10, 20)), kBody);
}

TEST(DtlsReassembly, WhatItHoldsIsGivenBackWithIt) {
  DtlsMemory memory;
  {
    DtlsReassembly table(memory);
    EXPECT_FALSE(added(table, dtls_part(11, 1, kBody, 0, 10)));
  }
  EXPECT_EQ(memory.used_bytes, 0u);
}

}  // namespace
}  // namespace sipsonde
