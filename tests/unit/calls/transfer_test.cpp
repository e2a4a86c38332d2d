// SPDX-License-Identifier: Apache-2.0
#include "calls/transfer.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

TEST(ReferTarget, IsTheUriAndTheReplacesAmongItsHeaders) {
  const struct {
    std::string_view refer_to;
    std::string_view uri;
    std::string_view call_id;
  } cases[] = {
      {"sip:carol@c.example", "sip:carol@c.example", ""},
      {"sip:carol@c.example?Replaces=two%40c.example%3Bto-tag%3D7%3Bfrom-tag%3D8", "sip:carol@c.example",
       "two@c.example"},
      {"sip:carol@c.example;user=phone?Subject=x&replaces=a%20b;to-tag=7", "sip:carol@c.example;user=phone",
       "a b"},
      {"sip:carol@c.example?ReplacesNot=x", "sip:carol@c.example", ""},
      {"sip:carol@c.example?Replaces", "sip:carol@c.example", ""},
      {"sip:carol@c.example?&&=&Replaces=%4", "sip:carol@c.example", "%4"},
      {"sip:carol@c.example?Replaces=%zz%", "sip:carol@c.example", "%zz%"},
      {"?Replaces=x", "", "x"},
      {"tel:+15551230001", "tel:+15551230001", ""},
      {"", "", ""},
  };
  for (const auto& test : cases) {
    const ReferTarget target = refer_target_of(test.refer_to);
    EXPECT_EQ(target.uri, test.uri) << test.refer_to;
    const Unescaped replaces(target.replaces);
    EXPECT_EQ(call_id_of_replaces(replaces.view()), test.call_id) << test.refer_to;
  }
}

TEST(Replaces, BeginsWithItsCallId) {
  EXPECT_EQ(call_id_of_replaces("98732@b.example ; from-tag=r33th4x0r ;to-tag=ff87ff"), "98732@b.example");
  EXPECT_EQ(call_id_of_replaces("only"), "only");
  EXPECT_EQ(call_id_of_replaces(";to-tag=1"), "");
}

TEST(Unescaped, KeepsTheFirst512BytesOfWhateverIsSent) {
  EXPECT_EQ(Unescaped(std::string(5000, 'x')).view(), std::string(512, 'x'));
  std::string escaped;
  for (int i = 0; i < 600; ++i) escaped += "%41";
  EXPECT_EQ(Unescaped(escaped).view(), std::string(512, 'A'));
  EXPECT_EQ(Unescaped("%00%fF").view(), std::string_view("\0\xff", 2));
}

TEST(QuotedStatus, IsTheStatusLineOfASipfrag) {
  const struct {
    std::string_view type;
    std::string_view body;
    int status;  // 0: none
  } cases[] = {
      {"message/sipfrag", "SIP/2.0 200 OK\r\n", 200},
      {"message/sipfrag;version=2.0", "SIP/2.0 100 Trying", 100},
      {"Message/SipFrag ; version=2.0", "sip/2.0 486 Busy Here\r\nServer: x\r\n", 486},
      {"message/sipfrag", "SIP/2.0 603", 603},
      {"message/sipfrag", "SIP/2.0 99 Low\r\n", 0},
      {"message/sipfrag", "SIP/2.0 2000 No\r\n", 0},
      {"message/sipfrag", "SIP/2.0 700 No\r\n", 0},
      {"message/sipfrag", "SIP/2.0 20", 0},
      {"message/sipfrag", "SIP/2.0 ", 0},
      {"message/sipfrag", "SIP/2.0", 0},
      {"message/sipfrag", "INVITE sip:c@c.example SIP/2.0\r\n", 0},
      {"message/sipfragment", "SIP/2.0 200 OK\r\n", 0},
      {"text/plain", "SIP/2.0 200 OK\r\n", 0},
      {"", "SIP/2.0 200 OK\r\n", 0},
      {"message/sipfrag", "", 0},
  };
  for (const auto& test : cases)
    EXPECT_EQ(quoted_status(test.type, test.body).value_or(0), test.status) << test.type << ": " << test.body;
}

}  // namespace
}  // namespace sipsonde
