// SPDX-License-Identifier: Apache-2.0
#include "privacy/pseudonyms.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <random>
#include <set>

namespace sipsonde {
namespace {

Pseudonyms with_key(std::string_view key) {
  auto made = Pseudonyms::with_key(key);
  EXPECT_TRUE(made);
  return std::move(*made);
}

std::string pseudonym_of(Pseudonyms& pseudonyms, std::string_view digits) {
  std::string text;
  pseudonyms.append(text, digits);
  return text;
}

// The whole of the MAC is d7ff3002b18415d59832a1cb2328faf9c3c777081463e9556370400ce84f4287.
TEST(Pseudonyms, AreTheBeginningOfTheMacOfPlusAndDigits) {
  Pseudonyms pseudonyms = with_key(std::string(32, '\0'));
  EXPECT_EQ(pseudonym_of(pseudonyms, "15551230001"), "d7ff3002b18415d59832a1cb2328faf9");
}

// By OpenSSL's other interface, for keys on both sides of a block and numbers known and new.
TEST(Pseudonyms, AgreeWithAMacMadeAnewForEach) {
  std::mt19937 random(20260103);
  std::uniform_int_distribution<int> digit('0', '9');
  std::uniform_int_distribution<std::size_t> length(1, 40);
  for (const std::size_t key_size : {32u, 64u, 65u, 4096u}) {
    const std::string key(key_size, static_cast<char>(key_size));
    Pseudonyms pseudonyms = with_key(key);
    std::vector<std::string> numbers;
    for (int i = 0; i < 300; ++i) {
      std::string digits(length(random), '0');
      for (char& c : digits) c = static_cast<char>(digit(random));
      numbers.push_back(digits);
    }
    for (int round = 0; round < 2; ++round)
      for (const std::string& digits : numbers) {
        const std::string message = "+" + digits;
        unsigned char mac[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac, &size);
        std::string expected;
        for (std::size_t i = 0; i < 16; ++i) {
          char hex[3];
          std::snprintf(hex, sizeof hex, "%02x", mac[i]);
          expected += hex;
        }
        ASSERT_EQ(pseudonym_of(pseudonyms, digits), expected) << digits;
      }
  }
}

TEST(Pseudonyms, OfOneKeyAreTheSameOnEveryNode) {
  Pseudonyms one = with_key("a secret of at least 32 characters");
  Pseudonyms other = with_key("a secret of at least 32 characters");
  Pseudonyms third = with_key("another secret of 32 characters !");
  EXPECT_EQ(pseudonym_of(one, "4930123456"), pseudonym_of(other, "4930123456"));
  EXPECT_NE(pseudonym_of(one, "4930123456"), pseudonym_of(third, "4930123456"));
}

TEST(Pseudonyms, OfDifferentNumbersDiffer) {
  Pseudonyms pseudonyms = with_key(std::string(32, 'k'));
  std::set<std::string> seen;
  // Leading zeroes and lengths count, and more numbers than are remembered.
  for (const char* digits : {"0", "00", "000", "1", "01", "10", "100"})
    EXPECT_TRUE(seen.insert(pseudonym_of(pseudonyms, digits)).second) << digits;
  for (int number = 1'000'000; number < 1'020'000; ++number)
    EXPECT_TRUE(seen.insert(pseudonym_of(pseudonyms, std::to_string(number))).second) << number;
}

TEST(Pseudonyms, AreAppended) {
  Pseudonyms pseudonyms = with_key(std::string(32, '\0'));
  std::string text = "sip:";
  pseudonyms.append(text, "15551230001");
  pseudonyms.append(text, "15551230001");
  EXPECT_EQ(text, "sip:d7ff3002b18415d59832a1cb2328faf9d7ff3002b18415d59832a1cb2328faf9");
}

}  // namespace
}  // namespace sipsonde
