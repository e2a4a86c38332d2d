// SPDX-License-Identifier: Apache-2.0
#include "api/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <set>

#include "api/app_event.h"
#include "api/route_table.h"
#include "unit/api/api_stage.h"
#include "version.h"

namespace sipsonde::test {
namespace {

using Json = rapidjson::Value;
using Names = std::set<std::string>;

class OpenApi : public testing::Test {
 protected:
  OpenApi() {
    const std::string_view text = openapi_document();
    document.Parse(text.data(), text.size());
  }
  const Json& paths() const { return document["paths"]; }
  const Json& schema(const char* name) const { return document["components"]["schemas"][name]; }
  rapidjson::Document document;
};

Names names_of(const Json& object) {
  Names names;
  for (const auto& member : object.GetObject()) names.insert(member.name.GetString());
  return names;
}

Names texts_of(const Json& list) {
  Names texts;
  for (const auto& text : list.GetArray()) texts.insert(text.GetString());
  return texts;
}

Names members_of(const std::string& line) {
  rapidjson::Document parsed;
  parsed.Parse(line.data(), line.size());
  return parsed.IsObject() ? names_of(parsed) : Names{};
}

TEST_F(OpenApi, IsJsonOfThisVersion) {
  ASSERT_FALSE(document.HasParseError()) << document.GetErrorOffset();
  EXPECT_STREQ(document["openapi"].GetString(), "3.1.0");
  EXPECT_STREQ(document["info"]["version"].GetString(), kVersion);
}

TEST_F(OpenApi, DescribesEveryRouteAndNoOther) {
  Names described;
  for (const auto& path : paths().GetObject())
    for (const auto& member : path.value.GetObject()) {
      std::string method = member.name.GetString();
      if (method == "parameters") continue;
      for (char& c : method) c = static_cast<char>(std::toupper(c));
      described.insert(method + " " + path.name.GetString());
    }
  Names routes;
  for (const Route& route : api_routes())
    routes.insert(std::string(route.method) + " " + std::string(route.path));
  EXPECT_EQ(described, routes);
}

TEST_F(OpenApi, SaysWhereTheTokenIsAskedFor) {
  for (const Route& route : api_routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const Json& operation = paths()[std::string(route.path).c_str()][method.c_str()];
    EXPECT_EQ(operation.HasMember("security"), route.entry == Route::Entry::open) << route.path;
    EXPECT_EQ(operation["responses"].HasMember("401"), route.entry == Route::Entry::with_token) << route.path;
    EXPECT_TRUE(operation.HasMember("operationId") && operation.HasMember("summary")) << route.path;
  }
}

TEST_F(OpenApi, NamesTheParameterOfEachPath) {
  for (const auto& path : paths().GetObject()) {
    const std::string text = path.name.GetString();
    const std::size_t brace = text.find('{');
    ASSERT_EQ(path.value.HasMember("parameters"), brace != text.npos) << text;
    if (brace != text.npos)
      EXPECT_EQ("{" + std::string(path.value["parameters"][0]["name"].GetString()) + "}",
                text.substr(brace, text.find('}') - brace + 1));
  }
}

TEST_F(OpenApi, KnowsEveryMemberOfARow) {
  StoreStage stage;
  const Names members =
      members_of(line_of(answered_record("a@x", 0, kNoon_ns, kNoon_ns + kSecond_ns), stage));
  EXPECT_GT(members.size(), 40u);
  EXPECT_EQ(names_of(schema("Leg")["properties"]), members);
  EXPECT_EQ(texts_of(schema("Leg")["required"]), members);
}

TEST_F(OpenApi, KnowsEveryMemberOfAStream) {
  StoreStage stage;
  const MediaRecord stream;
  CallRecord record = answered_record("a@x", 0, kNoon_ns, kNoon_ns + kSecond_ns);
  record.media = {&stream, 1};
  rapidjson::Document row;
  const std::string line = line_of(record, stage);
  row.Parse(line.data(), line.size());
  EXPECT_EQ(names_of(schema("Stream")["properties"]), names_of(row["media"][0]));
}

TEST_F(OpenApi, KnowsEveryMemberOfAnEvent) {
  StoreStage stage;
  std::string line;
  append_json(line, event_at(EventName::invite, "a@x", 0, kNoon_ns), FactContext{&stage.trunks, stage.node});
  EXPECT_EQ(names_of(schema("Event")["properties"]), members_of(line));
  const auto posted =
      parse_app_events("{\"event\": \"x\"}", {.call_id = "a@x", .node = "n", .now_ns = kNoon_ns});
  ASSERT_TRUE(posted);
  EXPECT_EQ(members_of(posted->front().line), members_of(line)) << "events of other layers have the same";
}

TEST_F(OpenApi, KnowsEveryMemberOfTheStats) {
  ApiStage stage;
  EXPECT_EQ(names_of(schema("Stats")["properties"]), members_of(stage.get("/admin/stats").body));
}

TEST_F(OpenApi, IsServed) {
  ApiStage stage;
  const HttpResponse response = stage.get("/openapi.json");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, openapi_document());
}

}  // namespace
}  // namespace sipsonde::test
