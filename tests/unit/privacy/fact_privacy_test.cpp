// SPDX-License-Identifier: Apache-2.0
#include "privacy/fact_privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

constexpr char kPseudonym[] = "d7ff3002b18415d59832a1cb2328faf9";  // of +15551230001

FactPrivacy privacy(NumberForm form) {
  auto numbers = NumberPrivacy::with(form, std::string(32, '\0'));
  EXPECT_TRUE(numbers);
  return FactPrivacy(std::move(*numbers));
}

CallRecord record() {
  CallRecord made;
  made.call_id = "15551230001@h";
  made.linked_call_id = "15551230001@h";
  made.from_number = "+15551230001";
  made.to_number = "112";
  made.from_uri = "sip:+15551230001@h.example";
  made.to_uri = "sip:112@h.example";
  made.user_agent = "gateway 15551230001";
  made.route = "15551230001";
  return made;
}

TEST(FactPrivacy, ReplacesTheNumbersOfARecord) {
  Arena texts;
  CallRecord made = record();
  privacy(NumberForm::hmac).apply(made, texts);
  EXPECT_EQ(made.from_number, kPseudonym);
  EXPECT_EQ(made.to_number, "112");
  EXPECT_EQ(made.from_uri, std::string("sip:") + kPseudonym + "@h.example");
  EXPECT_EQ(made.to_uri, "sip:112@h.example");
  EXPECT_EQ(made.user_agent, std::string("gateway ") + kPseudonym);
}

TEST(FactPrivacy, LeavesTheCallIdAndWhatAScriptSaid) {
  Arena texts;
  CallRecord made = record();
  privacy(NumberForm::mask).apply(made, texts);
  EXPECT_EQ(made.call_id, "15551230001@h");
  EXPECT_EQ(made.linked_call_id, "15551230001@h");
  EXPECT_EQ(made.route, "15551230001");
}

TEST(FactPrivacy, LeavesARecordInTheClearAsItIs) {
  Arena texts;
  CallRecord made = record();
  privacy(NumberForm::clear).apply(made, texts);
  EXPECT_EQ(made.from_number.data(), record().from_number.data());
  EXPECT_EQ(made.user_agent, "gateway 15551230001");
}

TEST(FactPrivacy, MakesACallerAnonymousThatWithholdsItsNumber) {
  for (const NumberForm form : {NumberForm::clear, NumberForm::mask, NumberForm::hmac}) {
    Arena texts;
    CallRecord made = record();
    made.caller_withheld = true;
    privacy(form).apply(made, texts);
    EXPECT_EQ(made.from_number, "anonymous");
    EXPECT_EQ(made.from_uri, "sip:anonymous@anonymous.invalid");
    EXPECT_EQ(made.to_number, "112");
  }
}

TEST(FactPrivacy, LeavesUnknownWhatIsUnknown) {
  Arena texts;
  CallRecord made;
  made.caller_withheld = true;
  privacy(NumberForm::hmac).apply(made, texts);
  EXPECT_EQ(made.from_number, "");
  EXPECT_EQ(made.from_uri, "");
  EXPECT_EQ(made.to_number, "");
}

constexpr Attribute kAttributes[] = {{"from", "sip:+15551230001@h.example"},
                                     {"to", "tel:+15551230001"},
                                     {"user_agent", "gateway 15551230001"},
                                     {"q850_cause", "16"},
                                     {"attempt", "123456"},
                                     {"never_heard_of", "x15551230001"},
                                     {"nor_of_this", "sip:+15551230001@h.example;x=15551230001"}};

CallEvent event() {
  CallEvent made;
  made.call_id = "15551230001@h";
  made.reason = "No such user 15551230001";
  made.attributes = kAttributes;
  return made;
}

TEST(FactPrivacy, ReplacesTheNumbersOfAnEvent) {
  Arena texts;
  CallEvent made = event();
  privacy(NumberForm::mask).apply(made, texts);
  EXPECT_EQ(made.call_id, "15551230001@h");
  EXPECT_EQ(made.reason, "No such user 1555*******");
  EXPECT_THAT(
      made.attributes,
      ElementsAre(FieldsAre("from", "sip:+1555*******@h.example"), FieldsAre("to", "tel:+1555*******"),
                  FieldsAre("user_agent", "gateway 1555*******"), FieldsAre("q850_cause", "16"),
                  FieldsAre("attempt", "123456"), FieldsAre("never_heard_of", "x1555*******"),
                  FieldsAre("nor_of_this", "sip:+1555*******@h.example")));
  EXPECT_EQ(kAttributes[0].value, "sip:+15551230001@h.example");
}

TEST(FactPrivacy, LeavesAnEventInTheClearAsItIs) {
  Arena texts;
  CallEvent made = event();
  privacy(NumberForm::clear).apply(made, texts);
  EXPECT_EQ(made.attributes.data(), event().attributes.data());
  EXPECT_EQ(made.reason, "No such user 15551230001");
}

TEST(FactPrivacy, HidesTheSenderOfAnEventThatWithholdsItsNumberAndNobodyElse) {
  Arena texts;
  CallEvent made = event();
  made.caller_withheld = true;
  privacy(NumberForm::clear).apply(made, texts);
  EXPECT_EQ(made.attributes[0].value, "sip:anonymous@anonymous.invalid");
  EXPECT_EQ(made.attributes[1].value, "tel:+15551230001");
  EXPECT_EQ(made.attributes[2].value, "gateway 15551230001");
}

}  // namespace
}  // namespace sipsonde
