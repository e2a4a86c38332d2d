// SPDX-License-Identifier: Apache-2.0
#include "api/call_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sipsonde {
namespace {

CallQuery parsed(std::string_view text) {
  auto query = CallQuery::parse(text);
  EXPECT_TRUE(query) << text << ": " << (query ? "" : query.error().message);
  return query ? *query : CallQuery{};
}

TEST(CallQuery, AsksForEndedLegsUnlessItSaysOtherwise) {
  const CallQuery query = parsed("");
  EXPECT_FALSE(query.active);
  EXPECT_EQ(query.limit, kCallsDefault);
  EXPECT_FALSE(query.cursor);
  EXPECT_FALSE(query.filter.from_ms);
  EXPECT_TRUE(parsed("active=true").active);
  EXPECT_FALSE(parsed("active=false").active);
}

TEST(CallQuery, TakesEveryFilter) {
  const CallQuery query = parsed(
      "from=2026-03-01T12:00:00%2B01:00&until=1772370000&q=%2B49%2030&disposition=no-answer&tenant=acme&"
      "trunk=carrier-a&limit=7&cursor=2026-03-01.1772366400000.12");
  EXPECT_EQ(query.filter.from_ms, 1'772'362'800'000);
  EXPECT_EQ(query.filter.until_ms, 1'772'370'000'000);
  EXPECT_EQ(query.filter.text, "+49 30");
  EXPECT_EQ(query.filter.disposition, "no-answer");
  EXPECT_EQ(query.filter.tenant, "acme");
  EXPECT_EQ(query.filter.trunk, "carrier-a");
  EXPECT_EQ(query.limit, 7u);
  ASSERT_TRUE(query.cursor);
  EXPECT_EQ(to_text(*query.cursor), "2026-03-01.1772366400000.12");
}

TEST(CallQuery, GoesOnWhereALivePageEnded) {
  EXPECT_EQ(to_text(LivePlace{3, 128}), "live.3.128");
  EXPECT_EQ(parsed("cursor=live.3.128&active=true").live_cursor, (LivePlace{3, 128}));
  EXPECT_EQ(parsed("active=true&cursor=").live_cursor, LivePlace{});
}

TEST(CallQuery, RefusesWhatItDoesNotUnderstand) {
  const std::pair<const char*, const char*> cases[] = {
      {"active=yes", "active"},
      {"active", "active"},
      {"from=yesterday", "from"},
      {"until=", "until"},
      {"disposition=fine", "disposition"},
      {"limit=0", "limit"},
      {"limit=1001", "limit"},
      {"limit=-1", "limit"},
      {"limit=5x", "limit"},
      {"limit=99999999999999999999", "limit"},
      {"cursor=x", "cursor"},
      {"cursor=live.0.0", "cursor"},
      {"active=true&cursor=2026-03-01.1.2", "cursor"},
      {"active=true&cursor=live.0", "cursor"},
      {"active=true&cursor=live.0.0x", "cursor"},
      {"active=true&cursor=live.99999999999.0", "cursor"},
      {"q=%", "q"},
      {"q=%4g", "q"},
      {"acitve=true", "no such parameter"},
      {"=", "no such parameter"},
  };
  for (const auto& [text, word] : cases) {
    const auto query = CallQuery::parse(text);
    ASSERT_FALSE(query) << text;
    EXPECT_THAT(query.error().message, testing::HasSubstr(word)) << text;
  }
  EXPECT_FALSE(CallQuery::parse("q=" + std::string(257, 'a')));
  EXPECT_TRUE(CallQuery::parse("q=" + std::string(256, 'a')));
  EXPECT_TRUE(CallQuery::parse("&&"));
}

}  // namespace
}  // namespace sipsonde
