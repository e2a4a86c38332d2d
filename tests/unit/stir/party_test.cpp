// SPDX-License-Identifier: Apache-2.0
#include "stir/party.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/decode/message_text.h"

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::vector<std::string_view> lines;  // replace From, To, INVITE; others are added
  PartyClaim claim;
  Fit fit;
};

MessageText message_with(const std::vector<std::string_view>& lines) {
  MessageText message = MessageText::request();
  for (const std::string_view line : lines) {
    bool replaced = false;
    for (const std::string_view name : {"From", "To", "INVITE"}) {
      if (!line.starts_with(name)) continue;
      message.replace(name, line);
      replaced = true;
    }
    if (!replaced) message.add(line);
  }
  return message;
}

class Origin : public testing::TestWithParam<Case> {};

TEST_P(Origin, FitsOrNot) {
  const std::string text = message_with(GetParam().lines).text();
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  Passport passport;
  passport.origin = GetParam().claim;
  EXPECT_EQ(fit_of_origin(passport, sip), GetParam().fit);
}

const Case kOrigins[] = {
    {"Number", {"From: <sip:+12155551212@a.example>;tag=1"}, {"12155551212", true}, Fit::fits},
    {"TelUri", {"From: <tel:+1-215-555-1212>;tag=1"}, {"12155551212", true}, Fit::fits},
    {"National", {"From: <sip:2155551212@a.example>;tag=1"}, {"12155551212", true}, Fit::fits},
    {"OtherNumber", {"From: <sip:+12155551299@a.example>;tag=1"}, {"12155551212", true}, Fit::differs},
    {"Name", {"From: <sip:alice@a.example>;tag=1"}, {"12155551212", true}, Fit::differs},
    {"ClaimIsNoNumber", {"From: <sip:+12155551212@a.example>;tag=1"}, {"alice", true}, Fit::differs},
    {"AssertedIdentity",
     {"From: <sip:alice@a.example>;tag=1", "P-Asserted-Identity: <tel:+12155551212>"},
     {"12155551212", true},
     Fit::fits},
    {"SecondAssertedIdentity",
     {"From: <sip:alice@a.example>;tag=1", "P-Asserted-Identity: <sip:a@a.example>, <tel:+12155551212>"},
     {"12155551212", true},
     Fit::fits},
    {"NeitherOfTwo",
     {"From: <sip:+1@a.example>;tag=1", "P-Asserted-Identity: <tel:+12155551299>"},
     {"12155551212", true},
     Fit::differs},
    {"Anonymous", {"From: <sip:anonymous@anonymous.invalid>;tag=1"}, {"12155551212", true}, Fit::unknown},
    {"AnonymousUser", {"From: <sip:Anonymous@a.example>;tag=1"}, {"12155551212", true}, Fit::unknown},
    {"AnonymousAndAsserted",
     {"From: <sip:anonymous@anonymous.invalid>;tag=1", "P-Asserted-Identity: <tel:+12155551299>"},
     {"12155551212", true},
     Fit::differs},
    {"NoUser", {"From: <sip:a.example>;tag=1"}, {"12155551212", true}, Fit::unknown},
    {"Uri", {"From: <sip:alice@a.example;x=y>;tag=1"}, {"sip:alice@A.example", false}, Fit::fits},
    {"UserInOtherCase", {"From: <sip:Alice@a.example>;tag=1"}, {"sip:alice@a.example", false}, Fit::differs},
    {"OtherHost", {"From: <sip:alice@b.example>;tag=1"}, {"sip:alice@a.example", false}, Fit::differs},
    {"UriOfANumber", {"From: <sip:+12155551212@a.example>;tag=1"}, {"tel:+12155551212", false}, Fit::fits},
    {"OtherScheme", {"From: <urn:service:sos>;tag=1"}, {"urn:service:sos", false}, Fit::fits},
};
INSTANTIATE_TEST_SUITE_P(Messages, Origin, testing::ValuesIn(kOrigins),
                         [](const auto& test) { return std::string(test.param.name); });

class Destination : public testing::TestWithParam<Case> {};

TEST_P(Destination, FitsOrNot) {
  const std::string text = message_with(GetParam().lines).text();
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  Passport passport;
  passport.destinations = {PartyClaim{"19995550000", true}, GetParam().claim};
  passport.destination_count = 2;
  EXPECT_EQ(fit_of_destination(passport, sip), GetParam().fit);
}

const Case kDestinations[] = {
    {"To", {"To: <sip:+12155551213@b.example>"}, {"12155551213", true}, Fit::fits},
    {"RequestUri", {"INVITE sip:+12155551213@b.example SIP/2.0"}, {"12155551213", true}, Fit::fits},
    {"Neither", {}, {"12155551213", true}, Fit::differs},
    {"Uri", {}, {"sip:bob@biloxi.example", false}, Fit::fits},
};
INSTANTIATE_TEST_SUITE_P(Messages, Destination, testing::ValuesIn(kDestinations),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Parties, ThatAreNotClaimedAreUnknown) {
  const std::string text = MessageText::request().text();
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(fit_of_origin(Passport{}, sip), Fit::unknown);
  EXPECT_EQ(fit_of_destination(Passport{}, sip), Fit::unknown);
}

}  // namespace
}  // namespace sipsonde
