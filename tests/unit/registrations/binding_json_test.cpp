// SPDX-License-Identifier: Apache-2.0
#include "registrations/binding_json.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

std::string json_of(const Binding& binding, std::uint64_t now_ns) {
  std::string json;
  append_json(json, binding, now_ns);
  return json;
}

Binding binding() {
  Binding binding;
  binding.aor = "alice@example.com";
  binding.contact = "sip:alice@192.0.2.10:5060";
  binding.user_agent = "phone/1.0";
  binding.source.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 10};
  binding.source.port = 5060;
  binding.expires_ns = 60'000'000'000;
  return binding;
}

TEST(BindingJson, HasTheFieldsOfTheContract) {
  EXPECT_EQ(json_of(binding(), 0),
            "{\"aor\": \"alice@example.com\", \"contact\": \"sip:alice@192.0.2.10:5060\", "
            "\"source\": \"192.0.2.10:5060\", \"expires\": 60, \"user_agent\": \"phone/1.0\"}");
}

TEST(BindingJson, CountsABegunSecondAndNoneBelowZero) {
  EXPECT_NE(json_of(binding(), 1).find("\"expires\": 60,"), std::string::npos);
  EXPECT_NE(json_of(binding(), 59'000'000'001).find("\"expires\": 1,"), std::string::npos);
  EXPECT_NE(json_of(binding(), 61'000'000'000).find("\"expires\": 0,"), std::string::npos);
}

TEST(BindingJson, OfWhatIsUnknownIsNull) {
  Binding listed = binding();
  listed.source = {};
  listed.user_agent.clear();
  const std::string json = json_of(listed, 0);
  EXPECT_NE(json.find("\"source\": null"), std::string::npos);
  EXPECT_NE(json.find("\"user_agent\": null"), std::string::npos);
}

TEST(BindingJson, StaysJsonWhateverAHeaderHeld) {
  Binding hostile = binding();
  hostile.contact = "sip:\"\\\n\x01@x";
  hostile.user_agent = "\xff\xc3\x28";
  EXPECT_EQ(
      json_of(hostile, 0),
      "{\"aor\": \"alice@example.com\", \"contact\": \"sip:\\\"\\\\\\u000A\\u0001@x\", "
      "\"source\": \"192.0.2.10:5060\", \"expires\": 60, \"user_agent\": \"\xEF\xBF\xBD\xEF\xBF\xBD(\"}");
}

}  // namespace
}  // namespace sipsonde
