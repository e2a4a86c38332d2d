// SPDX-License-Identifier: Apache-2.0
#include "api/app_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/json_object.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

const AppEventContext kContext{.call_id = "a@b", .node = "edge-1", .now_ns = 1'772'366'400'000'000'042};

std::vector<AppEvent> parsed(std::string_view body) {
  auto events = parse_app_events(body, kContext);
  EXPECT_TRUE(events) << body << ": " << (events ? "" : events.error().message);
  return events ? *events : std::vector<AppEvent>{};
}

std::string only_line(std::string_view body) {
  const auto events = parsed(body);
  EXPECT_EQ(events.size(), 1u) << body;
  return events.empty() ? "" : events.front().line;
}

TEST(AppEvent, BecomesALineLikeAnyOther) {
  EXPECT_EQ(only_line(R"({"event": "app.routed"})"),
            R"({"ts":"2026-03-01T12:00:00.000000042Z","call_id":"a@b","leg":null,"account_id":null,)"
            R"("tenant":null,"trunk":null,"direction":null,"event":"app.routed","method":null,"code":null,)"
            R"("reason":null,"src":null,"dst":null,"transport":null,"node":"edge-1","attributes":{}})");
}

TEST(AppEvent, SaysWhatItKnows) {
  const std::string line = only_line(
      R"({"ts": "2026-03-01T13:00:00.5+01:00", "call_id": "a@b", "event": "app.admitted", "leg": 1, "code": 200,)"
      R"("reason": "below the limit", "tenant": "acme", "account_id": "acme-1", "trunk": "carrier-a"})");
  for (const char* part : {R"("ts":"2026-03-01T12:00:00.500000000Z")", R"("leg":1)", R"("code":200)",
                           R"("reason":"below the limit")", R"("tenant":"acme")", R"("account_id":"acme-1")",
                           R"("trunk":"carrier-a")"})
    EXPECT_THAT(line, HasSubstr(part));
}

TEST(AppEvent, NeverHasANameOfWhatWasSeenOnTheWire) {
  const std::pair<const char*, const char*> cases[] = {
      {"app.routed", "app.routed"},
      {"routed", "app.routed"},
      {"sip.invite", "app.sip.invite"},
      {"media.ended", "app.media.ended"},
      {"queue/joined:1", "app.queue/joined:1"},
      {"App.x", "app.App.x"},
  };
  for (const auto& [posted, stored] : cases)
    EXPECT_THAT(only_line(std::string(R"({"event": ")") + posted + "\"}"),
                HasSubstr(std::string(R"("event":")") + stored + "\""));
}

TEST(AppEvent, KeepsOtherMembersAsAttributesOfText) {
  const std::string line = only_line(
      R"({"event": "x", "queue": "sales", "position": 3, "score": 0.5, "vip": true, "agent": null,)"
      R"("attributes": {"skill": "de", "waited": 12}, "tried": ["a", {"b": 1}], "src": "192.0.2.1:1"})");
  EXPECT_THAT(line,
              HasSubstr(R"("attributes":{"queue":"sales","position":"3","score":"0.5","vip":"true",)"
                        R"("skill":"de","waited":"12","tried":"[\"a\",{\"b\":1}]","src":"192.0.2.1:1"}})"));
  EXPECT_THAT(line, HasSubstr(R"("src":null)")) << "addresses of packets are those of packets";
}

TEST(AppEvent, TakesSeveralAndPutsThemInOrder) {
  const auto events =
      parsed(R"([{"event": "c"}, {"event": "b", "ts": "2026-03-01T11:00:00Z"}, {"event": "d"},)"
             R"({"event": "a", "ts": "2026-03-01T10:00:00Z"}])");
  std::string order;
  for (const AppEvent& event : events) order += JsonObject::parse(event.line)->text("event").back();
  EXPECT_EQ(order, "abcd");
  EXPECT_TRUE(std::ranges::is_sorted(events, {}, &AppEvent::time_ns));
}

TEST(AppEvent, StaysOneLineOfJsonWhateverItHolds) {
  const std::string line =
      only_line("{\"event\": \"x\", \"a\\n\\\"b\": \"\\u0000\\n\\u001b[2J\\ud83d\\ude00\"}");
  EXPECT_EQ(line.find('\n'), line.npos);
  EXPECT_EQ(line.find('\x1b'), line.npos);
  ASSERT_TRUE(JsonObject::parse(line));
  EXPECT_EQ(JsonObject::parse(line)->attribute("a\n\"b"),
            std::string_view("\0\n\x1b[2J\xf0\x9f\x98\x80", 10));
}

struct WrongCase {
  std::string body;
  const char* complaint;
};

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int number = 0; number < times; ++number) text += part;
  return text;
}

TEST(AppEvent, IsRefusedWithAReason) {
  std::string many_attributes = R"({"event": "x")";
  for (int number = 0; number < 65; ++number) many_attributes += ", \"a" + std::to_string(number) + "\": 1";
  const WrongCase cases[] = {
      {"", "no JSON at byte 0"},
      {"{", "no JSON at byte 1"},
      {"event=x", "no JSON at byte 0"},
      {"{\"event\": \"x\"} {}", "no JSON at byte 15"},
      {"{\"event\": \"\xff\"}", "no JSON"},
      {"{\"event\": NaN}", "no JSON"},
      {"[]", "has no event, or more than 256"},
      {"[" + repeated("{\"event\":\"x\"},", 256) + "{\"event\":\"x\"}]", "has no event, or more than 256"},
      {"null", "event 1 of the body: is no object"},
      {"[{\"event\": \"x\"}, 7]", "event 2 of the body: is no object"},
      {"{}", "has no event"},
      {"{\"name\": \"x\"}", "has no event"},
      {"{\"event\": 7}", "no text"},
      {"{\"event\": null}", "no text"},
      {"{\"event\": \"\"}", "letters, digits"},
      {"{\"event\": \"app.\"}", "letters, digits"},
      {"{\"event\": \"two words\"}", "letters, digits"},
      {"{\"event\": \"" + std::string(129, 'a') + "\"}", "letters, digits"},
      {"{\"event\": \"x\", \"ts\": 1772366400}", "has a ts that is no time"},
      {"{\"event\": \"x\", \"ts\": \"noon\"}", "has a ts that is no time"},
      {"{\"event\": \"x\", \"call_id\": \"other\"}", "not that of the path"},
      {"{\"event\": \"x\", \"leg\": -1}", "has a leg that is no number"},
      {"{\"event\": \"x\", \"leg\": 4294967296}", "has a leg that is no number"},
      {"{\"event\": \"x\", \"code\": \"200\"}", "has a code that is no number"},
      {"{\"event\": \"x\", \"code\": 65536}", "has a code that is no number"},
      {"{\"event\": \"x\", \"reason\": {}}", "has a reason that is no text"},
      {"{\"event\": \"x\", \"reason\": \"" + std::string(1025, 'a') + "\"}", "has a reason that is no text"},
      {"{\"event\": \"x\", \"a\": \"" + std::string(5000, 'a') + "\"}", "longer than 4096"},
      {"{\"event\": \"x\", \"a\": 1, \"a\": 2}", "there twice"},
      {"{\"event\": \"x\", \"a\": 1, \"attributes\": {\"a\": 2}}", "there twice"},
      {many_attributes + "}", "more than 64 attributes"},
      {std::string(500'000, '['), "nests more than 32 deep"},
      {"{\"event\": \"x\", \"a\": " + repeated("{\"a\":", 40) + "1" + repeated("}", 41),
       "nests more than 32 deep"},
  };
  for (const WrongCase& test : cases) {
    const auto events = parse_app_events(test.body, kContext);
    ASSERT_FALSE(events) << test.body.substr(0, 80);
    EXPECT_THAT(events.error().message, HasSubstr(test.complaint)) << test.body.substr(0, 80);
  }
  std::string long_line = R"({"event": "x")";
  for (int number = 0; number < 5; ++number)
    long_line += ", \"a" + std::to_string(number) + "\": \"" + std::string(4000, 'a') + "\"";
  EXPECT_THAT(parse_app_events(long_line + "}", kContext).error().message,
              HasSubstr("longer than 16384 bytes"));
}

TEST(AppEvent, CountsCharactersOfItsTexts) {
  EXPECT_EQ(parsed("{\"event\": \"x\", \"reason\": \"" + repeated("\xc3\xa9", 1024) + "\"}").size(), 1u);
  EXPECT_FALSE(
      parse_app_events("{\"event\": \"x\", \"reason\": \"" + repeated("\xc3\xa9", 1025) + "\"}", kContext));
}

TEST(AppEvent, BracketsWithinTextsAreNoDepth) {
  EXPECT_THAT(only_line("{\"event\": \"x\", \"a\": \"" + std::string(100, '[') + "\\\"" +
                        std::string(100, '{') + "\"}"),
              HasSubstr("[[[["));
}

}  // namespace
}  // namespace sipsonde
