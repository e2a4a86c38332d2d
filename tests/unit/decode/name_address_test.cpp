// SPDX-License-Identifier: Apache-2.0
#include "decode/name_address.h"

#include <gtest/gtest.h>

#include "decode/parameters.h"

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view value;
  std::string_view uri;
  std::string_view user;
  std::string_view host;
  std::string_view tag;
};

class NameAddressOf : public testing::TestWithParam<Case> {};

TEST_P(NameAddressOf, IsReadApart) {
  std::string_view rest = GetParam().value;
  const NameAddress address = take_name_address(rest, false);
  EXPECT_EQ(address.uri, GetParam().uri);
  EXPECT_EQ(address.user, GetParam().user);
  EXPECT_EQ(address.host, GetParam().host);
  EXPECT_EQ(find_parameter(rest, "tag"), GetParam().tag);
}

const Case kCases[] = {
    {"Bracketed", "<sip:bob@b.example>;tag=1", "sip:bob@b.example", "bob", "b.example", "1"},
    {"Bare", "sip:bob@b.example;tag=1", "sip:bob@b.example", "bob", "b.example", "1"},
    {"BareWithBlanks", " sip:bob@b.example ; x ; tag = 1 ", "sip:bob@b.example", "bob", "b.example", "1"},
    {"DisplayName", "Bob B <sip:bob@b.example>", "sip:bob@b.example", "bob", "b.example", ""},
    {"QuotedName", "\"Bob\"<sip:bob@b.example>;tag=1", "sip:bob@b.example", "bob", "b.example", "1"},
    {"BracketsInTheQuotedName", "\"<sip:no@no.example>;tag=0\" <sip:bob@b.example>;tag=1",
     "sip:bob@b.example", "bob", "b.example", "1"},
    {"EscapedQuoteInTheName", R"("B \" <x> \\" <sip:bob@b.example>;tag=1)", "sip:bob@b.example", "bob",
     "b.example", "1"},
    {"TagInsideTheUriIsTheUris", "<sip:bob@b.example;tag=0>", "sip:bob@b.example;tag=0", "bob", "b.example",
     ""},
    {"TagInAQuotedParameterIsNone", "<sip:bob@b.example>;x=\";tag=0\";tag=1", "sip:bob@b.example", "bob",
     "b.example", "1"},
    {"TagInUpperCase", "<sip:bob@b.example>;TAG=AbC", "sip:bob@b.example", "bob", "b.example", "AbC"},
    {"LongerNameIsNoTag", "<sip:bob@b.example>;tags=0;xtag=0;tag=1", "sip:bob@b.example", "bob", "b.example",
     "1"},
    {"TagWithoutValue", "<sip:bob@b.example>;tag", "sip:bob@b.example", "bob", "b.example", ""},
    {"Password", "<sip:bob:secret@b.example:5080;lr>", "sip:bob:secret@b.example:5080;lr", "bob", "b.example",
     ""},
    {"SipsUri", "<sips:bob@b.example?Subject=x>", "sips:bob@b.example?Subject=x", "bob", "b.example", ""},
    {"SchemeInUpperCase", "<SIP:bob@b.example>", "SIP:bob@b.example", "bob", "b.example", ""},
    {"NoUser", "<sip:b.example:5060>", "sip:b.example:5060", "", "b.example", ""},
    {"Ipv6Host", "<sip:bob@[2001:db8::1]:5060;lr>", "sip:bob@[2001:db8::1]:5060;lr", "bob", "[2001:db8::1]",
     ""},
    {"Ipv6HostWithoutEnd", "<sip:bob@[2001:db8::1>", "sip:bob@[2001:db8::1", "bob", "", ""},
    {"UserWithParameters", "<sip:+1555;isub=1@b.example;user=phone>", "sip:+1555;isub=1@b.example;user=phone",
     "+1555;isub=1", "b.example", ""},
    {"TelephoneNumber", "<tel:+1-555-123-0001;phone-context=b.example>;tag=1",
     "tel:+1-555-123-0001;phone-context=b.example", "+1-555-123-0001", "", "1"},
    {"BareTelephoneNumber", "tel:+15551230001;tag=1", "tel:+15551230001", "+15551230001", "", "1"},
    {"AnotherScheme", "<http://b.example/x@y>", "http://b.example/x@y", "", "", ""},
    {"NoScheme", "<bob@b.example>", "bob@b.example", "", "", ""},
    {"BlanksInsideTheBrackets", "< sip:bob@b.example >;tag=1", "sip:bob@b.example", "bob", "b.example", "1"},
    {"EmptyBrackets", "<>;tag=1", "", "", "", "1"},
    {"OpenBracket", "<sip:bob@b.example;tag=1", "", "", "", ""},
    {"OpenQuote", "\"Bob <sip:bob@b.example>;tag=1", "", "", "", ""},
    {"BackslashAtTheEnd", "\"Bob\\", "", "", "", ""},
    {"Empty", "", "", "", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Values, NameAddressOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(NameAddress, CommaEndsABareAddressOfAListOnly) {
  std::string_view list = "sip:a@one.example, sip:b@two.example";
  EXPECT_EQ(take_name_address(list, true).uri, "sip:a@one.example");
  std::string_view single = "sip:a,b@one.example";
  EXPECT_EQ(take_name_address(single, false).uri, "sip:a,b@one.example");
}

TEST(NameAddress, ParametersOfTheNextValueAreNotThisOnes) {
  std::string_view rest = "<sip:a@one.example>;q=1, <sip:b@two.example>;expires=9";
  take_name_address(rest, true);
  EXPECT_EQ(find_parameter(rest, "q"), "1");
  EXPECT_EQ(find_parameter(rest, "expires"), "");
}

}  // namespace
}  // namespace sipsonde
