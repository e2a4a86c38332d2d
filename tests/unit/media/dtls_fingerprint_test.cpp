// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_fingerprint.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

// FIPS 180: the digests of "abc" stand for those of a certificate.
constexpr std::string_view kSha1 = "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D";
constexpr std::string_view kSha256 =
    "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

std::string zeros(std::size_t size) {
  std::string text = "00";
  while (text.size() < 3 * size - 1) text += ":00";
  return text;
}

TEST(DtlsFingerprint, IsComparedByItsBytes) {
  const std::string lower =
      "sha-256 ba:78:16:bf:8f:01:cf:ea:41:41:40:de:5d:ae:22:23:b0:03:61:a3:96:17:7a:9c:b4:10:"
      "ff:61:f2:00:15:ad";
  for (const std::string& value :
       {"sha-256 " + std::string(kSha256), "SHA-256 " + std::string(kSha256) + "\r\n", lower,
        "sha-1 " + std::string(kSha1)}) {
    Fingerprints given;
    ASSERT_TRUE(given.add(value)) << value;
    EXPECT_TRUE(given.match(digests_of("abc"))) << value;
    EXPECT_FALSE(given.match(digests_of("abd"))) << value;
  }
}

TEST(DtlsFingerprint, TheStrongestFunctionDecides) {
  Fingerprints given;
  ASSERT_TRUE(given.add("sha-1 " + std::string(kSha1)));
  EXPECT_TRUE(given.match(digests_of("abc")));
  ASSERT_TRUE(given.add("sha-512 " + zeros(64)));
  EXPECT_FALSE(given.match(digests_of("abc")));
}

TEST(DtlsFingerprint, SeveralOfOneFunctionAreAlternatives) {
  Fingerprints given;
  ASSERT_TRUE(given.add("sha-256 " + zeros(32)));
  ASSERT_TRUE(given.add("sha-256 " + std::string(kSha256)));
  EXPECT_TRUE(given.match(digests_of("abc")));
}

TEST(DtlsFingerprint, WhatCannotBeComparedIsNotTaken) {
  Fingerprints given;
  for (const std::string& value :
       {std::string(), std::string("sha-256"), std::string("sha-256 "), "md5 " + zeros(16),
        "sha-256 " + zeros(31), "sha-256 " + zeros(33), "sha-1 " + zeros(19) + ":0g",
        "sha-1 " + std::string(59, 'A'), "sha-2566 " + zeros(32)})
    EXPECT_FALSE(given.add(value)) << value;
  EXPECT_TRUE(given.empty());
}

TEST(DtlsFingerprint, OneTooManyIsNotTaken) {
  Fingerprints given;
  for (std::size_t i = 0; i < Fingerprints::kMax; ++i) EXPECT_TRUE(given.add("sha-1 " + zeros(20)));
  EXPECT_FALSE(given.add("sha-1 " + zeros(20)));
}

}  // namespace
}  // namespace sipsonde
