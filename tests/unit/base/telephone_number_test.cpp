// SPDX-License-Identifier: Apache-2.0
#include "base/telephone_number.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view user;
  std::string_view digits;  // empty: no number
  bool international = false;
};

class TelephoneNumberOf : public testing::TestWithParam<Case> {};

TEST_P(TelephoneNumberOf, IsReadAsItsDigits) {
  const auto number = telephone_number_of(GetParam().user);
  ASSERT_EQ(number.has_value(), !GetParam().digits.empty());
  if (!number) return;
  EXPECT_EQ(number->digits(), GetParam().digits);
  EXPECT_EQ(number->international, GetParam().international);
}

const Case kCases[] = {
    {"Global", "+15551230001", "15551230001", true},
    {"InternationalPrefix", "0015551230001", "15551230001", true},
    {"National", "0301234567", "0301234567"},
    {"WithoutPlus", "15551230001", "15551230001"},
    {"ShortCode", "112", "112"},
    {"OneDigit", "7", "7"},
    {"VisualSeparators", "+1-(555)-123.0001", "15551230001", true},
    {"Blanks", " +49 30 123456 ", "4930123456", true},
    {"EscapedPlus", "%2B15551230001", "15551230001", true},
    {"EscapedBlanksAndDigits", "%2b1%20555%20%31%32%330001", "15551230001", true},
    {"UserParameters", "+15551230001;isub=9;ext=4", "15551230001", true},
    {"PhoneContextIsNoPartOfIt", "863-1234;phone-context=+1-914-555", "8631234"},
    {"PhoneContextWithADomain", "7042;phone-context=example.com", "7042"},
    {"PlusInTheMiddle", "1+555", ""},
    {"TwoPlus", "++1555", ""},
    {"PlusAlone", "+", ""},
    {"SeparatorsAlone", "-()", ""},
    {"InternationalPrefixAlone", "00", ""},
    {"InternationalPrefixOnce", "000049", "0049", true},
    {"PlusAndZeroes", "+0049", "0049", true},
    {"Name", "alice", ""},
    {"NameWithDigits", "alice1", ""},
    {"ServiceCode", "*67", ""},
    {"HashCode", "#31#+15551230001", ""},
    {"HalfAnEscape", "155%3", ""},
    {"NoEscape", "155%zz", ""},
    {"EscapedNul", "155%00", ""},
    {"Empty", "", ""},
    {"ParametersAlone", ";phone-context=+1", ""},
    {"AsLongAsTheyGo", "12345678901234567890123456789012", "12345678901234567890123456789012"},
    {"Longer", "123456789012345678901234567890123", ""},
    {"DigitsOfAnotherScript", "\xd9\xa1\xd9\xa2", ""},
};
INSTANTIATE_TEST_SUITE_P(Users, TelephoneNumberOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
