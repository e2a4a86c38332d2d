// SPDX-License-Identifier: Apache-2.0
#include "privacy/mask.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view digits;
  bool international;
  std::string_view masked;
};

class Masked : public testing::TestWithParam<Case> {};

TEST_P(Masked, KeepsCountryAndArea) {
  std::string out;
  append_masked(out, GetParam().digits, GetParam().international);
  EXPECT_EQ(out, GetParam().masked);
}

constexpr Case kCases[] = {
    {"NorthAmerica", "15551230001", true, "+1555*******"},
    {"Russia", "74951234567", true, "+7495*******"},
    {"TwoDigitCountry", "4930123456", true, "+49301*****"},
    {"ThreeDigitCountry", "35312345678", true, "+353123*****"},
    {"UnassignedCountry", "2101234567", true, "+210123****"},
    {"WithoutPlus", "15551230001", false, "1555*******"},
    {"National", "0301234567", false, "0301******"},
    {"ShortForItsCountry", "4930123", true, "+493****"},
    {"FiveDigits", "12345", false, "1****"},
    {"FourDigits", "1234", false, "****"},
    {"OneDigit", "1", false, "*"},
    {"None", "", false, ""},
    {"LongerThanANumber", "12345678901234567890", false, "1234****************"},
};
INSTANTIATE_TEST_SUITE_P(Numbers, Masked, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(PublicNumbers, AreShortOnesAndThoseOfTheList) {
  for (const char* digits : {"1", "112", "911", "4711", "116117", "10111"})
    EXPECT_TRUE(is_public_number(digits, false)) << digits;
  for (const char* digits : {"12345", "116118", "1161170", "15551230001", "11611"})
    EXPECT_FALSE(is_public_number(digits, false)) << digits;
  EXPECT_FALSE(is_public_number("116117", true));
  EXPECT_TRUE(is_public_number("112", true));
}

}  // namespace
}  // namespace sipsonde
