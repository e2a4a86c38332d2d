// SPDX-License-Identifier: Apache-2.0
#include "links/key.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

// The key of the authors' own vectors: the bytes 0 to 15.
constexpr HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

// The bytes 0, 1, 2, … as in the vectors.
std::string counting(std::size_t size) {
  std::string text;
  while (text.size() < size) text.push_back(static_cast<char>(text.size()));
  return text;
}

TEST(SipHash, GivesTheVectorsOfItsAuthors) {
  EXPECT_EQ(sip_hash(kKey, ""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(sip_hash(kKey, counting(1)), 0x74f839c593dc67fdu);
  EXPECT_EQ(sip_hash(kKey, counting(15)), 0xa129ca6149be45e5u);
}

TEST(SipHash, DependsOnEveryByteAndOnTheKey) {
  const std::uint64_t whole = sip_hash(kKey, counting(40));
  for (std::size_t i = 0; i < 40; ++i) {
    std::string changed = counting(40);
    changed[i] = static_cast<char>(changed[i] ^ 0x80);
    EXPECT_NE(sip_hash(kKey, changed), whole) << i;
  }
  EXPECT_NE(sip_hash({1, 2}, counting(40)), whole);
}

TEST(LinkKey, KeepsKindsAndPartsApart) {
  const LinkKey key = link_key(kKey, LinkKeyKind::numbers, {"ab", "c"});
  EXPECT_NE(link_key(kKey, LinkKeyKind::numbers, {"a", "bc"}), key);
  EXPECT_NE(link_key(kKey, LinkKeyKind::numbers, {"c", "ab"}), key);
  EXPECT_NE(link_key(kKey, LinkKeyKind::media, {"ab", "c"}), key);
  EXPECT_EQ(link_key(kKey, LinkKeyKind::numbers, {"ab", "c"}), key);
}

}  // namespace
}  // namespace sipsonde
