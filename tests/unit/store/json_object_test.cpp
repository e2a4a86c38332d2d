// SPDX-License-Identifier: Apache-2.0
#include "store/json_object.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

TEST(JsonObject, ReadsWhatAnEventSays) {
  StoreStage stage;
  static constexpr Attribute kAttributes[] = {{"from", "sip:\"a\"@b"}};
  CallEvent event = response_at(EventName::answered, 200, "a\\b", 3, kNoon_ns);
  event.attributes = kAttributes;
  std::string line;
  append_json(line, event, FactContext{&stage.trunks, stage.node});
  const auto object = JsonObject::parse(line);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->text("call_id"), "a\\b");
  EXPECT_EQ(object->number("leg"), 3);
  EXPECT_EQ(object->number("code"), 200);
  EXPECT_EQ(object->endpoint("src"), endpoint_at(2));
  EXPECT_EQ(object->attribute("from"), "sip:\"a\"@b");
  EXPECT_EQ(object->attribute("to"), "");
  EXPECT_EQ(object->text("reason"), "");  // null
  EXPECT_EQ(object->text("leg"), "");     // a number
  EXPECT_EQ(object->number("event"), std::nullopt);
}

TEST(JsonObject, OfWhatIsNoObjectIsNone) {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("1"), std::string("{"),
                                  std::string("{} x"), std::string("{\"a\":}"), std::string(200'000, '[')})
    EXPECT_FALSE(JsonObject::parse(text)) << text.substr(0, 20);
}

TEST(JsonObject, OfStrangeMembersIsUnknown) {
  const auto object = JsonObject::parse(R"({"attributes":[1],"leg":1.5,"src":{"a":1}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->attribute("from"), "");
  EXPECT_EQ(object->number("leg"), std::nullopt);
  EXPECT_EQ(object->endpoint("src"), Endpoint{});
}

TEST(EndpointOfText, IsReadAsItWasWrittenAndNothingElseIs) {
  Endpoint six;
  six.address = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  six.port = 65'535;
  for (const Endpoint& endpoint : {endpoint_at(1), endpoint_at(255, 1), six})
    EXPECT_EQ(endpoint_of(to_text(endpoint)), endpoint) << to_text(endpoint);
  for (const char* text : {"", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:5060x",
                           "host:5060", "[2001:db8::1]", "192.0.2.1:-1"})
    EXPECT_EQ(endpoint_of(text), Endpoint{}) << text;
}

}  // namespace
}  // namespace sipsonde
