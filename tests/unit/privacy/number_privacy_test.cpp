// SPDX-License-Identifier: Apache-2.0
#include "privacy/number_privacy.h"

#include <gtest/gtest.h>

#include <random>

namespace sipsonde {
namespace {

constexpr std::string_view kPseudonym = "d7ff3002b18415d59832a1cb2328faf9";  // of +15551230001

NumberPrivacy privacy(NumberForm form) {
  auto made = NumberPrivacy::with(form, std::string(32, '\0'));
  EXPECT_TRUE(made);
  return std::move(*made);
}

using Append = void (NumberPrivacy::*)(std::string&, std::string_view);

std::string shown(NumberForm form, Append append, std::string_view text) {
  NumberPrivacy made = privacy(form);
  std::string out = "|";
  (made.*append)(out, text);
  EXPECT_EQ(out[0], '|');
  return out.substr(1);
}

// `$` stands for the pseudonym of +15551230001.
std::string with_pseudonym(std::string_view text) {
  std::string whole;
  for (const char c : text) c == '$' ? whole.append(kPseudonym) : whole.append(1, c);
  return whole;
}

struct Case {
  const char* name;
  std::string_view text;
  std::string_view masked;
  std::string_view hashed;
};

class Users : public testing::TestWithParam<Case> {};

TEST_P(Users, AreShownWithoutNumbers) {
  EXPECT_EQ(shown(NumberForm::mask, &NumberPrivacy::append_user, GetParam().text), GetParam().masked);
  EXPECT_EQ(shown(NumberForm::hmac, &NumberPrivacy::append_user, GetParam().text),
            with_pseudonym(GetParam().hashed));
  EXPECT_EQ(shown(NumberForm::clear, &NumberPrivacy::append_user, GetParam().text), GetParam().text);
}

const Case kUsers[] = {
    {"Global", "+15551230001", "+1555*******", "$"},
    {"InternationalPrefix", "0015551230001", "+1555*******", "$"},
    {"WithoutPlus", "15551230001", "1555*******", "$"},
    {"Separators", "+1 (555) 123-00.01", "+1555*******", "$"},
    {"Escaped", "%2B1555123%30001", "+1555*******", "$"},
    {"Parameters", "+15551230001;isub=15551230001;phone-context=+1555123", "+1555*******", "$"},
    {"Name", "alice", "alice", "alice"},
    {"NameWithAShortNumber", "room-1234", "room-1234", "room-1234"},
    {"NumberInAName", "user15551230001x", "user1555*******x", "user$x"},
    {"NumberBehindACode", "*31#+15551230001", "*31#+1555*******", "*31#$"},
    {"TwoNumbersInAName", "a15551230001b+15551230001", "a1555*******b+1555*******", "a$b$"},
    {"NumberInAnEscapedName", "bob%20%2B15551230001", "bob +1555*******", "bob $"},
    {"NumberOfEscapes", "x%31%35%35%35%31%32%33%30%30%30%31", "x1555*******", "x$"},
    {"EscapesWithoutANumber", "bob%20b%2Fc", "bob%20b%2Fc", "bob%20b%2Fc"},
    {"Emergency", "112", "112", "112"},
    {"ShortCode", "4711", "4711", "4711"},
    {"ShortCodeWithParameters", "112;phone-context=+15551230001", "112", "112"},
    {"HelpLine", "116117", "116117", "116117"},
    {"Anonymous", "anonymous", "anonymous", "anonymous"},
    {"MoreDigitsThanANumber", "1555123000115551230001155512300011555",
     "1555*********************************", "3f8c3097017a1df99d00718e691c90fa"},
    {"Empty", "", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Texts, Users, testing::ValuesIn(kUsers),
                         [](const auto& test) { return std::string(test.param.name); });

class Uris : public testing::TestWithParam<Case> {};

TEST_P(Uris, AreShownWithoutNumbers) {
  EXPECT_EQ(shown(NumberForm::mask, &NumberPrivacy::append_uri, GetParam().text), GetParam().masked);
  EXPECT_EQ(shown(NumberForm::hmac, &NumberPrivacy::append_uri, GetParam().text),
            with_pseudonym(GetParam().hashed));
  EXPECT_EQ(shown(NumberForm::clear, &NumberPrivacy::append_uri, GetParam().text), GetParam().text);
}

const Case kUris[] = {
    {"Sip", "sip:+15551230001@h.example", "sip:+1555*******@h.example", "sip:$@h.example"},
    {"SipsInCapitals", "SIPS:+15551230001@h.example", "SIPS:+1555*******@h.example", "SIPS:$@h.example"},
    {"PortAndParameters", "sip:+15551230001@h.example:5061;transport=tcp;user=phone;lr",
     "sip:+1555*******@h.example:5061;transport=tcp;user=phone;lr",
     "sip:$@h.example:5061;transport=tcp;user=phone;lr"},
    {"Ipv6Host", "sip:+15551230001@[2001:db8::12345]:5060", "sip:+1555*******@[2001:db8::12345]:5060",
     "sip:$@[2001:db8::12345]:5060"},
    {"Ipv4Host", "sip:+15551230001@192.0.2.10", "sip:+1555*******@192.0.2.10", "sip:$@192.0.2.10"},
    {"Tel", "tel:+1-555-123-0001", "tel:+1555*******", "tel:$"},
    {"TelWithParameters", "tel:+15551230001;phone-context=+1555123;npdi;rn=+15551230001", "tel:+1555*******",
     "tel:$"},
    {"Password", "sip:+15551230001:15551230001@h.example", "sip:+1555*******@h.example", "sip:$@h.example"},
    {"PasswordOfAName", "sip:alice:secret@h.example", "sip:alice@h.example", "sip:alice@h.example"},
    {"Headers", "sip:bob@h.example?Replaces=15551230001%40h", "sip:bob@h.example", "sip:bob@h.example"},
    {"NumberInAParameter", "sip:bob@h.example;x=15551230001;lr;y=1-555-123", "sip:bob@h.example;lr",
     "sip:bob@h.example;lr"},
    {"EscapesInAParameter", "sip:bob@h.example;x=%31%35%35;lr", "sip:bob@h.example;lr",
     "sip:bob@h.example;lr"},
    {"UserParameters", "sip:+15551230001;phone-context=+1555123@h.example;user=phone",
     "sip:+1555*******@h.example;user=phone", "sip:$@h.example;user=phone"},
    {"Name", "sip:alice@h.example;lr", "sip:alice@h.example;lr", "sip:alice@h.example;lr"},
    {"NoUser", "sip:h.example:5060", "sip:h.example:5060", "sip:h.example:5060"},
    {"NumberInThePlaceOfAHost", "sip:+15551230001", "sip:+1555*******", "sip:$"},
    {"NumberAsAHost", "sip:bob@15551230001;lr", "sip:bob@1555*******;lr", "sip:bob@$;lr"},
    {"NumberInWhatIsNoHost", "sip:=+15551230001", "sip:=+1555*******", "sip:=$"},
    {"DigitsInAHost", "sip:bob@sbc-1234567.example", "sip:bob@sbc-1234567.example",
     "sip:bob@sbc-1234567.example"},
    {"AnAtTooMany", "sip:a@+15551230001@h.example", "sip:a@+1555*******@h.example", "sip:a@$@h.example"},
    {"NoSchemeAndAnAddress", "bob@192.0.2.10:5060", "bob@192.0.2.10:5060", "bob@192.0.2.10:5060"},
    {"MailScheme", "mailto:15551230001@h.example", "mailto:1555*******@h.example", "mailto:$@h.example"},
    {"NoScheme", "+15551230001@h", "+1555*******@h", "$@h"},
    {"Urn", "urn:service:sos", "urn:service:sos", "urn:service:sos"},
    {"AnotherScheme", "http://h.example/15551230001", "http://h.example/1555*******", "http://h.example/$"},
    {"Emergency", "sip:112@h.example;user=phone", "sip:112@h.example;user=phone",
     "sip:112@h.example;user=phone"},
    {"Anonymous", "sip:anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid",
     "sip:anonymous@anonymous.invalid"},
    {"SchemeAlone", "sip:", "sip:", "sip:"},
    {"AtAlone", "sip:@", "sip:@", "sip:@"},
    {"Empty", "", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Texts, Uris, testing::ValuesIn(kUris),
                         [](const auto& test) { return std::string(test.param.name); });

class Prose : public testing::TestWithParam<Case> {};

TEST_P(Prose, IsShownWithoutNumbers) {
  EXPECT_EQ(shown(NumberForm::mask, &NumberPrivacy::append_prose, GetParam().text), GetParam().masked);
  EXPECT_EQ(shown(NumberForm::hmac, &NumberPrivacy::append_prose, GetParam().text),
            with_pseudonym(GetParam().hashed));
  EXPECT_EQ(shown(NumberForm::clear, &NumberPrivacy::append_prose, GetParam().text), GetParam().text);
}

const Case kProse[] = {
    {"Phrase", "Not Found", "Not Found", "Not Found"},
    {"NumberInAPhrase", "No route to 15551230001!", "No route to 1555*******!", "No route to $!"},
    {"NumberWithPlusAndBlanks", "Call +1 555 123 0001 now", "Call +1555******* now", "Call $ now"},
    {"Version", "Asterisk PBX 16.28.0~dfsg-0+deb11u4", "Asterisk PBX 16.28.0~dfsg-0+deb11u4",
     "Asterisk PBX 16.28.0~dfsg-0+deb11u4"},
    {"Firmware", "Yealink SIP-T46S 66.84.0.15", "Yealink SIP-T46S 66.84.0.15", "Yealink SIP-T46S 66.84.0.15"},
    {"Build", "X-Lite release 5.8.3 stamp 95212", "X-Lite release 5.8.3 stamp 95212",
     "X-Lite release 5.8.3 stamp 95212"},
};
INSTANTIATE_TEST_SUITE_P(Texts, Prose, testing::ValuesIn(kProse),
                         [](const auto& test) { return std::string(test.param.name); });

// Whatever stands around it, the subscriber's digits do not come through.
TEST(NumberPrivacy, LetsNoNumberThroughThatIsWrittenPlainly) {
  std::mt19937 random(20260104);
  constexpr std::string_view kAround = "+-.()%;:@?&=#*ax0 /<>\"[]";
  std::uniform_int_distribution<std::size_t> place(0, kAround.size() - 1);
  std::uniform_int_distribution<std::size_t> length(0, 8);
  const auto noise = [&] {
    std::string text;
    for (std::size_t size = length(random); text.size() < size;) text.push_back(kAround[place(random)]);
    return text;
  };
  NumberPrivacy mask = privacy(NumberForm::mask);
  NumberPrivacy hmac = privacy(NumberForm::hmac);
  for (int round = 0; round < 20'000; ++round) {
    const std::string user = noise() + "15551230001" + noise();
    const std::string uri = (round % 2 ? "sip:" : "") + user + "@h.example";
    for (NumberPrivacy* made : {&mask, &hmac}) {
      std::string out;
      made->append_user(out, user);
      ASSERT_EQ(out.find("1230001"), out.npos) << user << " became " << out;
      made->append_uri(out, uri);
      ASSERT_EQ(out.find("1230001"), out.npos) << uri << " became " << out;
    }
  }
}

}  // namespace
}  // namespace sipsonde
