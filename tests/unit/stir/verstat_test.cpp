// SPDX-License-Identifier: Apache-2.0
#include "stir/verstat.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/decode/message_text.h"

namespace sipsonde {
namespace {

struct Word {
  const char* name;
  std::string_view text;
  Verstat value;
  char attestation;
};

class VerstatWord : public testing::TestWithParam<Word> {};

TEST_P(VerstatWord, IsUnderstood) {
  const VerstatClaim claim = decode_verstat(GetParam().text);
  EXPECT_EQ(claim.value, GetParam().value);
  EXPECT_EQ(claim.attestation, GetParam().attestation);
}

const Word kWords[] = {
    {"Passed", "TN-Validation-Passed", Verstat::passed, 0},
    {"Failed", "TN-Validation-Failed", Verstat::failed, 0},
    {"None", "No-TN-Validation", Verstat::unvalidated, 0},
    {"AnyCase", "tn-validation-PASSED", Verstat::passed, 0},
    {"PassedA", "TN-Validation-Passed-A", Verstat::passed, 'A'},
    {"PassedSmallB", "TN-Validation-Passed-b", Verstat::passed, 'B'},
    {"FailedC", "TN-Validation-Failed-C", Verstat::failed, 'C'},
    {"LongerSuffix", "TN-Validation-Passed-A-Diverted", Verstat::passed, 'A'},
    {"OtherSuffix", "TN-Validation-Passed-X", Verstat::passed, 0},
    {"EmptySuffix", "TN-Validation-Passed-", Verstat::passed, 0},
    {"SuffixOfTwoLetters", "TN-Validation-Passed-AB", Verstat::passed, 0},
    {"NoSuffixWithoutADash", "TN-Validation-PassedA", Verstat::unknown, 0},
    {"Other", "TN-Validation", Verstat::unknown, 0},
    {"Absent", "", Verstat::absent, 0},
};
INSTANTIATE_TEST_SUITE_P(Words, VerstatWord, testing::ValuesIn(kWords),
                         [](const auto& test) { return std::string(test.param.name); });

struct Place {
  const char* name;
  std::vector<std::string_view> lines;  // From, when one of them is
  std::string_view text;
};

class VerstatPlace : public testing::TestWithParam<Place> {};

TEST_P(VerstatPlace, IsLookedAt) {
  MessageText message = MessageText::request();
  for (const std::string_view line : GetParam().lines) {
    if (line.starts_with("From"))
      message.replace("From", line);
    else
      message.add(line);
  }
  const std::string text = message.text();
  SipMessage sip;
  ASSERT_EQ(decode_sip(text, false, sip), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(verstat_of(sip).text, GetParam().text);
}

const Place kPlaces[] = {
    {"Nowhere", {}, ""},
    {"TelUri", {"P-Asserted-Identity: <tel:+1555;verstat=V>"}, "V"},
    {"UserPart", {"P-Asserted-Identity: \"A\" <sip:+1555;verstat=V@a.example;user=phone>"}, "V"},
    {"SipUri", {"P-Asserted-Identity: <sip:+1555@a.example;user=phone;verstat=V>"}, "V"},
    {"BesideTheUri", {"P-Asserted-Identity: <sip:+1555@a.example>;verstat=V"}, "V"},
    {"NameInUpperCase", {"P-Asserted-Identity: <tel:+1555;VERSTAT=V>"}, "V"},
    {"BeforeUriHeaders", {"P-Asserted-Identity: <sip:+1555@a.example;verstat=V?x=y>"}, "V"},
    {"LongerName", {"P-Asserted-Identity: <tel:+1555;xverstat=V;verstats=W>"}, ""},
    {"InTheDisplayName", {"P-Asserted-Identity: \";verstat=V\" <tel:+1555>"}, ""},
    {"SecondOfAList", {"P-Asserted-Identity: <sip:a@a.example>, <tel:+1555;verstat=V>"}, "V"},
    {"SecondHeader",
     {"P-Asserted-Identity: <sip:a@a.example>", "P-Asserted-Identity: <tel:+1;verstat=V>"},
     "V"},
    {"FirstOfTwo", {"P-Asserted-Identity: <tel:+1;verstat=V>, <tel:+1;verstat=W>"}, "V"},
    {"ThirdIsTooMany", {"P-Asserted-Identity: <tel:+1>, <tel:+2>, <tel:+3;verstat=V>"}, ""},
    {"From", {"From: <sip:+1555;verstat=V@a.example>;tag=1"}, "V"},
    {"FromTel", {"From: <tel:+1555;verstat=V>;tag=1"}, "V"},
    {"FromParameter", {"From: <sip:+1555@a.example>;verstat=V;tag=1"}, "V"},
    {"AssertedBeforeFrom",
     {"P-Asserted-Identity: <tel:+1555;verstat=V>", "From: <tel:+1555;verstat=W>;tag=1"},
     "V"},
    {"FromBesideASilentAssertion",
     {"P-Asserted-Identity: <tel:+1555>", "From: <tel:+1555;verstat=W>;tag=1"},
     "W"},
    {"ElsewhereIsNowhere", {"Contact: <tel:+1555;verstat=V>"}, ""},
    {"WithoutValue", {"P-Asserted-Identity: <tel:+1555;verstat>"}, ""},
};
INSTANTIATE_TEST_SUITE_P(Places, VerstatPlace, testing::ValuesIn(kPlaces),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
