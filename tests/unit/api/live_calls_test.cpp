// SPDX-License-Identifier: Apache-2.0
#include "api/live_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/api_stage.h"

namespace sipsonde::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

CallRecord live_leg(std::string_view call_id, std::uint32_t number, std::uint64_t start_ns) {
  CallRecord record = answered_record(call_id, number, start_ns, 0);
  record.end_ns.reset();
  record.sip_status.reset();
  return record;
}

// A worker with so many legs, each begun a second after the one before; one leg a slot.
std::function<LegsSeen(const LegsAsked&)> worker_with(std::uint32_t legs, std::string name) {
  return [legs, name](const LegsAsked& asked) {
    LegsSeen seen;
    for (std::uint32_t slot = asked.from; slot < legs; ++slot) {
      if (seen.legs.size() >= asked.most) {
        seen.next = slot;
        break;
      }
      const std::string_view call_id = seen.legs.texts.keep(name + std::to_string(slot));
      if (asked.call_id.empty() || asked.call_id == call_id)
        seen.legs.facts.emplace_back(live_leg(call_id, 0, kNoon_ns + slot * kSecond_ns));
    }
    return seen;
  };
}

CallQuery query_of(std::string_view text) {
  auto query = CallQuery::parse(text);
  EXPECT_TRUE(query);
  return *query;
}

class LiveCalls : public testing::Test {
 protected:
  LiveCalls() { stage.surroundings.inquiries = {&first.inquiry(), &second.inquiry()}; }
  LivePage page(std::string_view query) {
    auto result = live_calls(stage.surroundings, query_of(query));
    EXPECT_TRUE(result);
    return result ? *result : LivePage{};
  }
  InquiryDesk first{worker_with(3, "a")};
  InquiryDesk second{worker_with(2, "b")};
  ApiStage stage;
};

TEST_F(LiveCalls, AreThoseOfAllWorkersLatestFirst) {
  const LivePage all = page("active=true");
  ASSERT_EQ(all.rows.size(), 5u);
  EXPECT_FALSE(all.next);
  EXPECT_THAT(all.rows.front(), HasSubstr("\"call_id\":\"a2\""));
  EXPECT_THAT(all.rows.front(),
              AllOf(HasSubstr("\"end_timestamp_ms\":null"), HasSubstr("\"duration_seconds\":null"),
                    HasSubstr("\"tenant_id\":\"acme\""), HasSubstr("\"disposition\":\"answered\"")));
}

TEST_F(LiveCalls, ComeAPageAtATime) {
  std::vector<std::string> rows;
  std::string query = "active=true&limit=2";
  for (int pages = 0; pages < 10; ++pages) {
    const LivePage some = page(query);
    EXPECT_LE(some.rows.size(), 2u);
    rows.insert(rows.end(), some.rows.begin(), some.rows.end());
    if (!some.next) break;
    query = "active=true&limit=2&cursor=" + to_text(*some.next);
  }
  std::ranges::sort(rows);
  EXPECT_EQ(std::unique(rows.begin(), rows.end()), rows.end());
  EXPECT_EQ(rows.size(), 5u);
}

TEST_F(LiveCalls, PassTheFilter) {
  EXPECT_EQ(page("active=true&q=A1").rows.size(), 1u);
  EXPECT_EQ(page("active=true&tenant=acme").rows.size(), 5u);
  EXPECT_EQ(page("active=true&trunk=default").rows.size(), 0u);
  EXPECT_EQ(page("active=true&disposition=busy").rows.size(), 0u);
  EXPECT_EQ(page("active=true&from=2026-03-01T12:00:01Z").rows.size(), 3u);
  EXPECT_EQ(page("active=true&until=2026-03-01T12:00:01Z").rows.size(), 4u);
  EXPECT_EQ(page("active=true&cursor=live.9.0").rows.size(), 0u) << "of a worker that is not there";
}

TEST_F(LiveCalls, AreFoundByTheirCallId) {
  const HttpResponse response = stage.get("/calls/b1");
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body, testing::StartsWith("{\"call_id\": \"b1\", \"legs\": [{\"call_id\":\"b1\","));
  EXPECT_EQ(stage.get("/calls/b2").status, 404u);
  EXPECT_EQ(stage.get("/calls", "active=true&limit=1").status, 200u);
}

TEST(LiveCallsOfASilentWorker, AreAnswered503) {
  LegInquiry inquiry;
  inquiry.close();
  ApiStage stage;
  stage.surroundings.inquiries = {&inquiry};
  for (const auto& response : {stage.get("/calls", "active=true"), stage.get("/calls/a")}) {
    EXPECT_EQ(response.status, 503u);
    EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Retry-After", "1")));
  }
}

}  // namespace
}  // namespace sipsonde::test
