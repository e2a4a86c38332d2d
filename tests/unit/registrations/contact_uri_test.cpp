// SPDX-License-Identifier: Apache-2.0
#include "registrations/contact_uri.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  std::string_view one;
  std::string_view other;
  bool same;
};

// Most are RFC 3261's own, section 19.1.4.
TEST(SameContact, ComparesAsTheRfcDoes) {
  const Case cases[] = {
      {"sip:a@h.example", "sip:a@h.example", true},
      {"sip:a@h.example", "SIP:a@H.EXAMPLE", true},
      {"sip:a@h.example", "sip:A@h.example", false},
      {"sip:a@h.example", "sips:a@h.example", false},
      {"sip:a@h.example", "sip:a@h.example:5060", false},
      {"sip:a@h.example:5060", "sip:a@h.example:5061", false},
      {"sip:a@h.example", "sip:h.example", false},
      {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
      {"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true},
      {"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;newparam=6", false},
      {"sip:a@h.example;transport=TCP", "sip:a@h.example;Transport=tcp", true},
      {"sip:a@h.example;transport=tcp", "sip:a@h.example;transport=udp", false},
      {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
      {"sip:a@h.example;user=phone", "sip:a@h.example", false},
      {"sip:a@h.example;maddr=192.0.2.1", "sip:a@h.example", false},
      {"sip:a@192.0.2.1:5060", "sip:a@192.0.2.1:5060;alias=203.0.113.9~40000~1", true},
      {"sip:a@h.example;ob;x=1", "sip:a@h.example;x=1;ob", true},
      {"sip:a@h.example?Route=x", "sip:a@h.example?Route=y", false},
      {"tel:+1555", "tel:+1555", true},
      {"", "", true},
      {"", "sip:a@h.example", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(same_contact(test.one, test.other), test.same) << test.one << " | " << test.other;
    EXPECT_EQ(same_contact(test.other, test.one), test.same) << test.other << " | " << test.one;
  }
}

TEST(SameContact, OfHundredsOfParametersIsOnlyTheSameText) {
  std::string many = "sip:a@h.example";
  for (int i = 0; i < 100; ++i) many += ";p" + std::to_string(i);
  EXPECT_TRUE(same_contact(many, std::string(many)));
  EXPECT_FALSE(same_contact(many, many + ";q"));
}

}  // namespace
}  // namespace sipsonde
