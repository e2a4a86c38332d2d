// SPDX-License-Identifier: Apache-2.0
#include "api/uri_text.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

struct DecodedCase {
  std::string_view text;
  std::optional<std::string> decoded;
};

TEST(PercentDecoded, GivesTheTextOrNothing) {
  const DecodedCase cases[] = {
      {"", ""},
      {"alice@example.com", "alice@example.com"},
      {"alice%40example.com", "alice@example.com"},
      {"%2b1555", "+1555"},
      {"+1555", "+1555"},
      {"a%2Fb%25", "a/b%"},
      {"%00", std::string(1, '\0')},
      {"%", std::nullopt},
      {"%4", std::nullopt},
      {"%4g", std::nullopt},
      {"%-1", std::nullopt},
      {"%+1", std::nullopt},
      {"%0x", std::nullopt},
  };
  for (const DecodedCase& test : cases) EXPECT_EQ(percent_decoded(test.text), test.decoded) << test.text;
}

TEST(QueryParameter, IsTheFirstOfItsName) {
  EXPECT_EQ(query_parameter("limit=5&after=x&limit=6", "limit"), "5");
  EXPECT_EQ(query_parameter("limit=5&after=x", "after"), "x");
  EXPECT_EQ(query_parameter("limit", "limit"), "");
  EXPECT_EQ(query_parameter("limits=5&&x", "limit"), std::nullopt);
  EXPECT_EQ(query_parameter("a=b=c", "a"), "b=c");
  EXPECT_EQ(query_parameter("", "a"), std::nullopt);
}

}  // namespace
}  // namespace sipsonde
