// SPDX-License-Identifier: Apache-2.0
#include "links/clues.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "links/offer.h"

namespace sipsonde {
namespace {

constexpr const char* kUuid = "ab30317f1a784dc48ff824d0d3715d86";
constexpr const char* kOther = "47755a9de7794ba387653f2099600ef2";
constexpr const char* kNull = "00000000000000000000000000000000";

TEST(SessionIds, AreReadWithTheirRemoteHalf) {
  const std::string text = std::string(kUuid) + ";remote=" + kOther;
  const SessionId id = session_id_of(text);
  ASSERT_TRUE(id.local && id.remote);
  EXPECT_NE(*id.local, *id.remote);
  EXPECT_EQ(session_id_of(std::string(kOther) + " ; Remote = " + kUuid).remote, id.local);
  EXPECT_EQ(session_id_of("AB30317F1A784DC48FF824D0D3715D86").local, id.local);
}

TEST(SessionIds, TheNullUuidIsNone) {
  const SessionId id = session_id_of(std::string(kUuid) + ";remote=" + kNull);
  EXPECT_TRUE(id.local);
  EXPECT_FALSE(id.remote);
  EXPECT_FALSE(session_id_of(kNull).local);
}

TEST(SessionIds, WhatIsNoUuidIsNone) {
  for (const char* text :
       {"", "ab30", "ab30317f1a784dc48ff824d0d3715d8", "ab30317f1a784dc48ff824d0d3715d867",
        "zb30317f1a784dc48ff824d0d3715d86", ";remote=", "ab30317f-1a78-4dc4-8ff8-24d0d3715d86"})
    EXPECT_FALSE(session_id_of(text).local) << text;
}

TEST(Clues, FindTheIcidWhereverItStands) {
  for (const auto& [header, icid] : {
           std::pair{"icid-value=abc;icid-generated-at=192.0.2.1", "abc"},
           std::pair{"ICID-Value = \"a;b, c\" ;orig-ioi=x", "a;b, c"},
           std::pair{"orig-ioi=x;icid-value=abc", "abc"},
           std::pair{"icid-value=", ""},
           std::pair{"icid-value", ""},
           std::pair{"icid-values=abc", ""},
           std::pair{"", ""},
       }) {
    SipMessage invite;
    invite.charging_vector = header;
    EXPECT_EQ(clues_of(invite, {}).icid, icid) << header;
  }
}

TEST(Clues, TakeTheCallIdOutOfReplaces) {
  SipMessage invite;
  invite.replaces = "98732@sip.example.com ;from-tag=r33th4x0r;to-tag=ff87ff";
  EXPECT_EQ(clues_of(invite, {}).replaced, "98732@sip.example.com");
}

TEST(Clues, TakeTheFirstOfEachConfiguredHeader) {
  SipMessage invite;
  invite.headers = "X-Other: no\r\nx-original-call-id: a@b\r\nX-Original-Call-ID: c@d\r\nX-UCID: 7\r\n";
  const std::vector<std::string> names = {"X-UCID", "X-Original-Call-ID", "X-Absent"};
  const LinkClues clues = clues_of(invite, names);
  EXPECT_EQ(clues.headers[0], "7");
  EXPECT_EQ(clues.headers[1], "a@b");
  EXPECT_EQ(clues.headers[2], "");
}

TEST(Clues, PassByWhatIsTooLongToBeMeant) {
  const std::string endless(513, 'x');
  SipMessage invite;
  invite.other_call_id = endless;
  EXPECT_EQ(clues_of(invite, {}).other_leg, "");
  invite.other_call_id = std::string_view(endless).substr(1);
  EXPECT_EQ(clues_of(invite, {}).other_leg.size(), 512u);
}

TEST(Referrals, NameTargetReceiverAndWhatIsReplaced) {
  SipMessage refer;
  refer.refer_to.uri =
      "sip:carol@c.example?Subject=x&replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&Priority=normal";
  refer.refer_to.user = "carol";
  refer.refer_to.host = "c.example";
  refer.to.user = "bob";
  const Referral referral = referral_of(refer);
  EXPECT_EQ(referral.target_user, "carol");
  EXPECT_EQ(referral.receiver, "bob");
  std::array<char, 512> room;
  EXPECT_EQ(call_id_in_replaces(unescaped(referral.replaces, room)), "a@b");
}

TEST(Referrals, HaveNothingToReplaceWithoutThatHeader) {
  for (const char* uri : {"sip:carol@c.example", "sip:carol@c.example?", "sip:c@c?Replaces",
                          "sip:c@c?x=replaces", "sip:c@c?&&&"}) {
    SipMessage refer;
    refer.refer_to.uri = uri;
    EXPECT_EQ(referral_of(refer).replaces, "") << uri;
  }
}

TEST(Escapes, StandForTheirBytesAndStayWhereTheyAreNone) {
  std::array<char, 6> room;
  EXPECT_EQ(unescaped("a%40b", room), "a@b");
  EXPECT_EQ(unescaped("%4", room), "%4");
  EXPECT_EQ(unescaped("%zz%", room), "%zz%");
  EXPECT_EQ(unescaped("123456789", room), "123456") << "as much as fits";
}

TEST(Offers, AreTheFirstMediumWithAnAddress) {
  const MediaOffer offer = offer_of(
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=image 0 udptl t38\r\n"
      "m=audio 4000 RTP/AVP 0 8\r\nc=IN IP4 192.0.2.2/127\r\nm=video 4002 RTP/AVP 96\r\nc=IN IP4 "
      "192.0.2.3\r\n");
  EXPECT_EQ(offer.address, "192.0.2.2");
  EXPECT_EQ(offer.port, "4000");
  EXPECT_EQ(offer.formats, "RTP/AVP 0 8");
}

TEST(Offers, DoNotTakeTheAddressOfARefusedMedium) {
  EXPECT_EQ(offer_of("v=0\nc=IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0\nc=IN IP4 192.0.2.2\n"
                     "m=audio 4000 RTP/AVP 0\n")
                .address,
            "192.0.2.1");
}

TEST(Offers, AreFoundAmongTheParts) {
  SipMessage invite;
  invite.content_type = "multipart/mixed;boundary=b";
  invite.body =
      "--b\r\nContent-Type: application/isup\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n"
      "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n--b--\r\n";
  EXPECT_EQ(clues_of(invite, {}).offer.port, "4000");
  invite.content_type = "text/plain";
  EXPECT_EQ(clues_of(invite, {}).offer.port, "");
}

TEST(Offers, AreNoneWithoutMediaOrAddress) {
  for (const char* body :
       {"", "v=0\r\n", "v=0\r\nc=IN IP4 192.0.2.1\r\n", "v=0\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\nc=\nm=\nm= \nc= ", "<xml>v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n"})
    EXPECT_TRUE(offer_of(body).port.empty()) << body;
}

}  // namespace
}  // namespace sipsonde
