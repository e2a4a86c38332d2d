// SPDX-License-Identifier: Apache-2.0
#include "decode/contacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message_text.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "uri" or "uri 3600", in order.
std::vector<std::string> contacts_of(const std::vector<std::string_view>& lines) {
  MessageText text = MessageText::response();
  for (const std::string_view line : lines) text.add(line);
  const std::string bytes = text.text();
  SipMessage message;
  decode_sip(bytes, false, message);
  std::vector<std::string> found;
  ContactWalk walk(message);
  for (ContactValue value; walk.take(value);)
    found.push_back(std::string(value.uri) + (value.expires ? " " + std::to_string(*value.expires) : ""));
  return found;
}

TEST(ContactWalk, TakesSeveralOfALineAndOfSeveralLines) {
  EXPECT_THAT(contacts_of({"Contact: <sip:a@one.example>;expires=60, \"B, b\" <sip:b@two.example>",
                           "Expires: 5", "m: sip:c@three.example;expires=7,<sip:d@four.example;x=1>"}),
              ElementsAre("sip:a@one.example 60", "sip:b@two.example", "sip:c@three.example 7",
                          "sip:d@four.example;x=1"));
}

TEST(ContactWalk, TakesNothingWhereThereIsNothing) {
  EXPECT_THAT(contacts_of({}), IsEmpty());
  EXPECT_THAT(contacts_of({"Contact:", "Contact: *", "Contact: , ,", "Contact: <>"}), IsEmpty());
}

struct ExpiresCase {
  const char* name;
  std::string_view line;
  std::string found;
};

TEST(ContactWalk, ReadsTheLifetimeOfTheValueItBelongsTo) {
  const ExpiresCase cases[] = {
      {"zero", "Contact: <sip:a@x.example>;expires=0", "sip:a@x.example 0"},
      {"quoted", "Contact: <sip:a@x.example>;expires=\"60\"", "sip:a@x.example 60"},
      {"upper case", "Contact: <sip:a@x.example>;EXPIRES=60", "sip:a@x.example 60"},
      {"among others", "Contact: <sip:a@x.example>;q=0.5;expires=60;+sip.instance=\"<urn:x>\"",
       "sip:a@x.example 60"},
      {"of the URI is none", "Contact: <sip:a@x.example;expires=60>", "sip:a@x.example;expires=60"},
      {"in a quoted text is none", "Contact: <sip:a@x.example>;x=\";expires=60\"", "sip:a@x.example"},
      {"no number", "Contact: <sip:a@x.example>;expires=soon", "sip:a@x.example 3600"},
      {"too large", "Contact: <sip:a@x.example>;expires=4294967296", "sip:a@x.example 3600"},
      {"largest", "Contact: <sip:a@x.example>;expires=4294967295", "sip:a@x.example 4294967295"},
      {"without a value", "Contact: <sip:a@x.example>;expires", "sip:a@x.example"},
      {"folded", "Contact: <sip:a@x.example>\r\n ;expires=60", "sip:a@x.example 60"},
  };
  for (const ExpiresCase& test : cases)
    EXPECT_THAT(contacts_of({test.line}), ElementsAre(test.found)) << test.name;
}

TEST(ContactWalk, GoesOnBehindWhatCannotBeRead) {
  EXPECT_THAT(contacts_of({"Contact: <sip:a@x.example, <sip:b@x.example>",
                           "Contact: \"open <sip:c@x.example>", "Contact: <>;expires=1, <sip:d@x.example>"}),
              testing::Contains("sip:d@x.example"));
}

}  // namespace
}  // namespace sipsonde
