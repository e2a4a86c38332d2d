// SPDX-License-Identifier: Apache-2.0
#include "stir/claim_number.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view user;
  std::string_view number;  // empty: none
};

class TelephoneNumberOf : public testing::TestWithParam<Case> {};

TEST_P(TelephoneNumberOf, HasDigitsAlone) {
  const auto number = claim_number_of(GetParam().user);
  EXPECT_EQ(number ? number->text() : "", GetParam().number);
}

const Case kCases[] = {
    {"International", "+12155551212", "12155551212"},
    {"Digits", "12155551212", "12155551212"},
    {"VisualSeparators", "+1 (215) 555-12.12", "12155551212"},
    {"Parameters", "+12155551212;ext=5;verstat=x", "12155551212"},
    {"StarAndHash", "*21#", "*21#"},
    {"Escaped", "%2B1215%23", "1215#"},
    {"EscapedLetter", "%41", ""},
    {"HalfEscape", "12%2", ""},
    {"PlusInTheMiddle", "1+2", ""},
    {"TwoPluses", "++12", ""},
    {"Name", "alice", ""},
    {"NameWithDigits", "alice1", ""},
    {"Empty", "", ""},
    {"PlusAlone", "+", ""},
    {"Longest", "12345678901234567890123456789012", "12345678901234567890123456789012"},
    {"TooLong", "123456789012345678901234567890123", ""},
};
INSTANTIATE_TEST_SUITE_P(Users, TelephoneNumberOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

struct FitCase {
  const char* name;
  std::string_view claim;
  std::string_view in_message;
  bool fits;
};

class TelephoneNumberFits : public testing::TestWithParam<FitCase> {};

TEST_P(TelephoneNumberFits, TheClaim) {
  const auto claim = claim_number_of(GetParam().claim),
             number = claim_number_of(GetParam().in_message);
  ASSERT_TRUE(claim && number);
  EXPECT_EQ(fits_claim(*claim, *number), GetParam().fits);
}

const FitCase kFitCases[] = {
    {"Same", "12155551212", "+12155551212", true},
    {"SameWithoutPlus", "12155551212", "12155551212", true},
    {"National", "12155551212", "2155551212", true},
    {"NationalWithTrunkPrefix", "493012345678", "03012345678", true},
    {"InternationalPrefix", "493012345678", "00493012345678", true},
    {"PlusIsNeverNational", "12155551212", "+2155551212", false},
    {"Other", "12155551212", "+12155551213", false},
    {"OtherNational", "12155551212", "2155551213", false},
    {"TooShortToProve", "12155551212", "551212", false},
    {"ShortAndSame", "110", "110", true},
    {"LongerThanTheClaim", "2155551212", "12155551212", false},
};
INSTANTIATE_TEST_SUITE_P(Pairs, TelephoneNumberFits, testing::ValuesIn(kFitCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
