// SPDX-License-Identifier: Apache-2.0
#include "registrations/address_of_record.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view uri;
  std::string_view aor;  // empty: none
};

class AddressOfRecordOf : public testing::TestWithParam<Case> {};

TEST_P(AddressOfRecordOf, IsCanonical) {
  const auto record = AddressOfRecord::of(GetParam().uri);
  EXPECT_EQ(record ? record->view() : "", GetParam().aor);
  if (!record) return;
  const auto again = AddressOfRecord::of(record->view());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->view(), record->view()) << "what the API shows finds it again";
}

const Case kCases[] = {
    {"Plain", "sip:alice@example.com", "alice@example.com"},
    {"HostInCapitals", "sip:Alice@EXAMPLE.com", "Alice@example.com"},
    {"Parameters", "sip:alice@example.com;transport=tcp;user=phone", "alice@example.com"},
    {"Headers", "sip:alice@example.com?Subject=x", "alice@example.com"},
    {"Password", "sip:alice:secret@example.com", "alice@example.com"},
    {"Sips", "sips:alice@example.com", "alice@example.com"},
    {"SchemeInCapitals", "SIP:alice@example.com", "alice@example.com"},
    {"DefaultPort", "sip:alice@example.com:5060", "alice@example.com"},
    {"DefaultPortOfSips", "sips:alice@example.com:5061", "alice@example.com"},
    {"OtherPort", "sip:alice@example.com:5070;x=1", "alice@example.com:5070"},
    {"Ipv6", "sip:alice@[2001:DB8::1]:5070", "alice@[2001:db8::1]:5070"},
    {"NoUser", "sip:example.com", "example.com"},
    {"EscapeOfALetter", "sip:%61l%49ce@example.com", "alIce@example.com"},
    {"EscapeThatIsNeeded", "sip:a%40b%20c@example.com", "a%40b%20c@example.com"},
    {"EscapeThatIsNone", "sip:a%zz%4@example.com", "a%zz%4@example.com"},
    {"UserParameters", "sip:+1555;isub=1@example.com", "+1555;isub=1@example.com"},
    {"Telephone", "tel:+1-555.123(0001);phone-context=x", "+15551230001"},
    {"WithoutScheme", "alice@example.com", "alice@example.com"},
    {"Empty", "", ""},
    {"SchemeAlone", "sip:", ""},
    {"UserAlone", "sip:alice@", ""},
    {"NumberOfSeparators", "tel:--", ""},
};
INSTANTIATE_TEST_SUITE_P(Uris, AddressOfRecordOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(AddressOfRecord, IsNoneWhenItIsTooLong) {
  const std::string host = "@example.com";
  const std::string fits(512 - host.size(), 'a');
  EXPECT_TRUE(AddressOfRecord::of("sip:" + fits + host));
  EXPECT_FALSE(AddressOfRecord::of("sip:a" + fits + host));
  EXPECT_FALSE(AddressOfRecord::of("a" + fits + host));
  EXPECT_FALSE(AddressOfRecord::of("tel:" + std::string(60'000, '1')));
}

}  // namespace
}  // namespace sipsonde
