// SPDX-License-Identifier: Apache-2.0
#include "api/call_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/api_stage.h"

namespace sipsonde::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// How often a part stands in a text.
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string next_of(const HttpResponse& page) {
  const std::string start = "\"next\": \"";
  const std::size_t at = page.body.find(start);
  return at == page.body.npos ? ""
                              : page.body.substr(at + start.size(),
                                                 page.body.find('"', at + start.size()) - at - start.size());
}

class CallRoutes : public testing::Test {
 protected:
  CallRoutes() { stage.switch_store_on(); }

  // Answered, ended after a minute; `minutes` after noon.
  void add_call(const std::string& call_id, std::uint64_t minutes) {
    const std::uint64_t start = kNoon_ns + minutes * 60 * kSecond_ns;
    add_answer(*stage.writer, call_id, 0, start);
    stage.writer->add(answered_record(call_id, 0, start, start + 60 * kSecond_ns));
    stage.commit();
  }
  ApiStage stage;
};

TEST_F(CallRoutes, ListCallsLatestFirst) {
  add_call("first@x", 0);
  add_call("second@x", 5);
  const HttpResponse page = stage.get("/calls");
  EXPECT_EQ(page.status, 200u);
  EXPECT_TRUE(stage.waited);
  EXPECT_THAT(page.body,
              AllOf(StartsWith("{\"calls\": [{\"call_id\":\"second@x\","), EndsWith("], \"next\": null}\n")));
  EXPECT_EQ(count(page.body, "\"call_id\":"), 2u);
}

TEST_F(CallRoutes, ListThemAPageAtATime) {
  for (std::uint64_t number = 0; number < 5; ++number) add_call("call-" + std::to_string(number), number);
  std::string seen;
  std::string query = "limit=2";
  int pages = 0;
  for (;; ++pages) {
    ASSERT_LT(pages, 4);
    const HttpResponse page = stage.get("/calls", query);
    ASSERT_EQ(page.status, 200u);
    for (std::size_t at = page.body.find("\"call-"); at != page.body.npos;
         at = page.body.find("\"call-", at + 1))
      seen += page.body[at + 6];
    if (next_of(page).empty()) break;
    query = "limit=2&cursor=" + next_of(page);
  }
  EXPECT_EQ(seen, "43210");
}

TEST_F(CallRoutes, ListWhatPassesTheFilter) {
  add_call("first@x", 0);
  add_call("second@x", 5);
  const std::pair<const char*, std::size_t> cases[] = {
      {"from=2026-03-01T12:02:00Z", 1},
      {"until=2026-03-01T12:02:00Z", 1},
      {"q=SECOND", 1},
      {"q=%2B4930123", 2},
      {"disposition=answered", 2},
      {"disposition=busy", 0},
      {"tenant=acme&trunk=carrier-a", 2},
      {"tenant=other", 0},
      {"active=false", 2},
      {"from=2026-03-02", 0},
  };
  for (const auto& [query, calls] : cases) {
    const HttpResponse page = stage.get("/calls", query);
    EXPECT_EQ(page.status, 200u) << query;
    EXPECT_EQ(count(page.body, "\"call_id\":"), calls) << query;
  }
  const HttpResponse wrong = stage.get("/calls", "form=2026");
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_THAT(wrong.body, HasSubstr("no such parameter"));
}

TEST_F(CallRoutes, TellOfOneCallHoweverItsCallIdIsWritten) {
  add_call("a/b c@x", 0);
  for (const char* path : {"/calls/a%2Fb%20c%40x", "/calls/a/b%20c@x"}) {
    const HttpResponse response = stage.get(path);
    EXPECT_EQ(response.status, 200u) << path;
    EXPECT_THAT(response.body,
                StartsWith("{\"call_id\": \"a/b c@x\", \"legs\": [{\"call_id\":\"a/b c@x\",\"leg\":0,"));
  }
}

TEST_F(CallRoutes, KnowNoOtherCall) {
  add_call("a@x", 0);
  for (const char* call :
       {"b@x", "a", "A@x", "%00", "%ff%fe", "a%40x%00", "..%2f..%2fetc%2fpasswd", "'%20OR%20'1'='1"})
    for (const char* what : {"", "/trace", "/ladder.svg", "/pcap"}) {
      const HttpResponse response = stage.get(std::string("/calls/") + call + what);
      EXPECT_EQ(response.status, 404u) << call << what;
      EXPECT_THAT(response.body, StartsWith("{\"error\": \""));
    }
  EXPECT_EQ(stage.get("/calls/%zz").status, 400u);
  EXPECT_EQ(stage.get("/calls/%4/trace").status, 400u);
  EXPECT_EQ(stage.get("/calls/" + std::string(1025, 'a')).status, 404u);
}

TEST_F(CallRoutes, TellItsStoryInOrder) {
  add_call("a@x", 0);
  const HttpResponse response = stage.get("/calls/a%40x/trace");
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body, StartsWith("{\"call_id\": \"a@x\", \"events\": [{\"ts\":\"2026-03-01T12:00:00"));
  const std::size_t invite = response.body.find("sip.invite");
  const std::size_t ringing = response.body.find("sip.ringing");
  const std::size_t answered = response.body.find("sip.answered");
  EXPECT_LT(invite, ringing);
  EXPECT_LT(ringing, answered);
  EXPECT_NE(answered, std::string::npos);
}

TEST_F(CallRoutes, DrawIt) {
  add_call("a@x", 0);
  const HttpResponse response = stage.get("/calls/a%40x/ladder.svg");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "image/svg+xml");
  EXPECT_THAT(response.body, AllOf(HasSubstr("<svg"), HasSubstr("INVITE"), EndsWith("</svg>\n")));
}

TEST_F(CallRoutes, TakeEventsOfOtherLayersIntoTheStory) {
  add_call("a@x", 0);
  const HttpResponse posted = stage.post(
      "/calls/a%40x/events",
      R"([{"event": "app.routed", "ts": "2026-03-01T12:00:00.5Z", "to": "carrier-a"}, {"event": "admitted"}])");
  EXPECT_EQ(posted.status, 201u);
  EXPECT_THAT(
      posted.body,
      AllOf(StartsWith("{\"call_id\": \"a@x\", \"events\": [{\"ts\":\"2026-03-01T12:00:00.000000042Z\""),
            HasSubstr("app.admitted"), HasSubstr("{\"to\":\"carrier-a\"}")));
  const std::string story = stage.get("/calls/a%40x/trace").body;
  EXPECT_LT(story.find("sip.invite"), story.find("app.admitted"));
  EXPECT_LT(story.find("app.admitted"), story.find("app.routed"));
  EXPECT_LT(story.find("app.routed"), story.find("sip.ringing"));
}

TEST_F(CallRoutes, TakeEventsOfACallThatIsNotSeenYet) {
  EXPECT_EQ(stage.post("/calls/new%40x/events", R"({"event": "app.click-to-dial"})").status, 201u);
  EXPECT_THAT(stage.get("/calls/new@x/trace").body, HasSubstr("app.click-to-dial"));
  EXPECT_EQ(stage.get("/calls/new@x").status, 404u) << "no leg of it is known";
}

TEST_F(CallRoutes, TakeNothingThatIsNoEvent) {
  for (const char* body :
       {"", "{}", "[]", "x", "{\"event\": \"two words\"}", "[{\"event\": \"good\"}, {\"event\": 1}]"}) {
    const HttpResponse response = stage.post("/calls/a%40x/events", body);
    EXPECT_EQ(response.status, 400u) << body;
    EXPECT_THAT(response.body, StartsWith("{\"error\": \""));
  }
  EXPECT_EQ(stage.get("/calls/a%40x/trace").status, 404u) << "all of them or none";
}

TEST_F(CallRoutes, SayWhyThereIsNoCapture) {
  add_call("a@x", 0);
  const HttpResponse response = stage.get("/calls/a%40x/pcap");
  EXPECT_EQ(response.status, 404u);
  EXPECT_THAT(response.body, HasSubstr("set store.messages"));
  stage.surroundings.keeps_messages = true;
  EXPECT_THAT(stage.get("/calls/a%40x/pcap").body, HasSubstr("no message of that call is kept"));
}

TEST_F(CallRoutes, LeaveOutADayThatIsDamagedAndAddNothingToIt) {
  add_call("a@x", 0);
  stage.writer.reset();
  std::ofstream(stage.stage.file(), std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
  stage.store = std::make_unique<CallStore>(stage.stage.path());
  stage.surroundings.store = stage.store.get();
  EXPECT_EQ(stage.get("/calls").body, "{\"calls\": [], \"next\": null}\n");
  for (const char* path : {"/calls/a@x", "/calls/a@x/trace", "/calls/a@x/ladder.svg"})
    EXPECT_EQ(stage.get(path).status, 404u) << path;
  EXPECT_EQ(stage.post("/calls/a@x/events", R"({"event": "x"})").status, 503u);
}

TEST(CallRoutesWithoutAStore, SayWhichSettingSwitchesItOn) {
  ApiStage stage;
  for (const char* path :
       {"/calls", "/calls/a@x", "/calls/a@x/trace", "/calls/a@x/ladder.svg", "/calls/a@x/pcap"}) {
    const HttpResponse response = stage.get(path);
    EXPECT_EQ(response.status, 404u) << path;
    EXPECT_THAT(response.body, HasSubstr("set store.path")) << path;
  }
  EXPECT_THAT(stage.post("/calls/a@x/events", R"({"event": "x"})").body, HasSubstr("set store.path"));
  EXPECT_EQ(stage.get("/calls", "active=true").body, "{\"calls\": [], \"next\": null}\n") << "needs no store";
}

}  // namespace
}  // namespace sipsonde::test
