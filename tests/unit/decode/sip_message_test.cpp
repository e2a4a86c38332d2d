// SPDX-License-Identifier: Apache-2.0
#include "decode/sip_message.h"

#include <gtest/gtest.h>

#include "message_text.h"

namespace sipsonde {
namespace {

SipMessage decode_well_formed(const std::string& bytes) {
  SipMessage message;
  EXPECT_EQ(decode_sip(bytes, false, message), SIPSONDE_MALFORMED_none);
  return message;
}

TEST(SipMessage, RequestGivesEveryFieldThatIdentifiesIt) {
  const std::string bytes = MessageText::request().text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_TRUE(message.is_request);
  EXPECT_EQ(message.method, SIPSONDE_METHOD_invite);
  EXPECT_EQ(message.method_text, "INVITE");
  EXPECT_EQ(message.request_uri.uri, "sip:bob@biloxi.example");
  EXPECT_EQ(message.request_uri.user, "bob");
  EXPECT_EQ(message.request_uri.host, "biloxi.example");
  EXPECT_EQ(message.via.transport, "UDP");
  EXPECT_EQ(message.via.sent_by, "192.0.2.1:5060");
  EXPECT_EQ(message.via.branch, "z9hG4bKa1");
  EXPECT_EQ(message.via_count, 1u);
  EXPECT_EQ(message.call_id, "c1@192.0.2.1");
  EXPECT_EQ(message.cseq, 7u);
  EXPECT_EQ(message.from.uri, "sip:alice@atlanta.example");
  EXPECT_EQ(message.from.tag, "f1");
  EXPECT_EQ(message.to.user, "bob");
  EXPECT_EQ(message.to.tag, "");
  EXPECT_EQ(message.body, "body");
}

TEST(SipMessage, ResponseTakesItsMethodFromCseq) {
  const std::string bytes = MessageText::response().text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_FALSE(message.is_request);
  EXPECT_EQ(message.code, 180);
  EXPECT_EQ(message.reason_phrase, "Ringing");
  EXPECT_EQ(message.method, SIPSONDE_METHOD_invite);
  EXPECT_EQ(message.method_text, "INVITE");
  EXPECT_EQ(message.to.tag, "t1");
  EXPECT_EQ(message.body, "");
}

TEST(SipMessage, WhatTheMessageDoesNotHaveIsEmpty) {
  const std::string bytes = MessageText::request().text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.contact.uri, "");
  EXPECT_FALSE(message.contact_star);
  EXPECT_EQ(message.expires, std::nullopt);
  EXPECT_EQ(message.session_expires, std::nullopt);
  EXPECT_EQ(message.rseq, std::nullopt);
  EXPECT_EQ(message.reason_count, 0u);
  EXPECT_EQ(message.user_agent, "");
  EXPECT_EQ(message.identity, "");
}

TEST(SipMessage, HeadersOfTheStoryAreRead) {
  const std::string bytes =
      MessageText::request()
          .add("Contact: \"A\" <sip:alice@192.0.2.1>;expires=60, <sip:old@192.0.2.9>;expires=5")
          .add("Expires: 3600")
          .add("Min-Expires: 30")
          .add("User-Agent: phone 1.0 (beta)")
          .add("Server: proxy 2")
          .add("RSeq: 11")
          .add("Session-Expires: 1800 ; refresher=uas")
          .add("Min-SE: 90")
          .add("Event: dialog;id=4")
          .add("Subscription-State: active ; expires=600")
          .add("Refer-To: <sip:carol@chicago.example?Replaces=x>;early-only")
          .add("Replaces: 98732@sip.example;from-tag=r1;to-tag=ff1")
          .add("Session-ID: 0123456789abcdef0123456789abcdef;remote=00")
          .add("Identity: aGVhZA.Ym9keQ.c2ln;info=<https://cert.example/a>")
          .add("P-Asserted-Identity: \"A, B\" <sip:+15551230001@a.example>, <tel:+15551230001>")
          .add("Content-Type: application/sdp")
          .text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.contact.uri, "sip:alice@192.0.2.1");
  EXPECT_EQ(message.contact_expires, 60u);
  EXPECT_EQ(message.expires, 3600u);
  EXPECT_EQ(message.min_expires, 30u);
  EXPECT_EQ(message.user_agent, "phone 1.0 (beta)");
  EXPECT_EQ(message.server, "proxy 2");
  EXPECT_EQ(message.rseq, 11u);
  EXPECT_EQ(message.session_expires, 1800u);
  EXPECT_EQ(message.refresher, "uas");
  EXPECT_EQ(message.min_se, 90u);
  EXPECT_EQ(message.event, "dialog");
  EXPECT_EQ(message.subscription_state, "active");
  EXPECT_EQ(message.refer_to.uri, "sip:carol@chicago.example?Replaces=x");
  EXPECT_EQ(message.refer_to.host, "chicago.example");
  EXPECT_EQ(message.replaces, "98732@sip.example;from-tag=r1;to-tag=ff1");
  EXPECT_EQ(message.session_id, "0123456789abcdef0123456789abcdef;remote=00");
  EXPECT_EQ(message.identity, "aGVhZA.Ym9keQ.c2ln;info=<https://cert.example/a>");
  EXPECT_EQ(message.asserted_identity.user, "+15551230001");
  EXPECT_EQ(message.content_type, "application/sdp");
}

TEST(SipMessage, CompactFormsMeanTheSame) {
  const std::string bytes =
      "INVITE sip:bob@biloxi.example SIP/2.0\r\n"
      "v: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKb\r\n"
      "f: <sip:alice@atlanta.example>;tag=f1\r\n"
      "t: <sip:bob@biloxi.example>\r\n"
      "i: compact\r\n"
      "CSEQ: 1 INVITE\r\n"
      "m: <sip:alice@192.0.2.1>\r\n"
      "x: 90;refresher=uac\r\n"
      "o: refer\r\n"
      "r: sip:carol@chicago.example\r\n"
      "y: abc..def\r\n"
      "c: text/plain\r\n"
      "l: 2\r\n"
      "\r\n"
      "hi";
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.via.branch, "z9hG4bKb");
  EXPECT_EQ(message.from.tag, "f1");
  EXPECT_EQ(message.to.uri, "sip:bob@biloxi.example");
  EXPECT_EQ(message.call_id, "compact");
  EXPECT_EQ(message.contact.user, "alice");
  EXPECT_EQ(message.session_expires, 90u);
  EXPECT_EQ(message.event, "refer");
  EXPECT_EQ(message.refer_to.user, "carol");
  EXPECT_EQ(message.identity, "abc..def");
  EXPECT_EQ(message.content_type, "text/plain");
  EXPECT_EQ(message.body, "hi");
}

TEST(SipMessage, NamesInAnyCaseWithBlanksBeforeTheColonAndFoldsInTheValueAreRead) {
  const std::string bytes =
      "INVITE sip:bob@biloxi.example SIP/2.0\r\n"
      "vIa \t:  SIP / 2.0\r\n / UDP\r\n\t192.0.2.1:5060 ;\r\n  branch =\r\n z9hG4bKfold\r\n"
      "FROM :\r\n \"A \\\" ;tag=no\"\r\n <sip:alice@atlanta.example;tag=neither>\r\n ; tag\r\n = f1\r\n"
      "tO: <sip:bob@biloxi.example>\r\n"
      "CALL-id:\r\n folded@192.0.2.1\r\n"
      "cseq: 0009\r\n  INVITE\r\n"
      "Contact:\r\n <sip:alice@192.0.2.1>\r\n ; expires\r\n = 77\r\n"
      "content-LENGTH   : 0\r\n"
      "\r\n";
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.via.transport, "UDP");
  EXPECT_EQ(message.via.sent_by, "192.0.2.1:5060");
  EXPECT_EQ(message.via.branch, "z9hG4bKfold");
  EXPECT_EQ(message.from.uri, "sip:alice@atlanta.example;tag=neither");
  EXPECT_EQ(message.from.tag, "f1");
  EXPECT_EQ(message.call_id, "folded@192.0.2.1");
  EXPECT_EQ(message.cseq, 9u);
  EXPECT_EQ(message.contact_expires, 77u);
}

TEST(SipMessage, BareLineFeedsAreTolerated) {
  const std::string bytes = MessageText::request().text("\n");
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.call_id, "c1@192.0.2.1");
  EXPECT_EQ(message.body, "body");
}

TEST(SipMessage, ViasAreCountedAcrossLinesAndCommas) {
  const std::string bytes =
      MessageText::request()
          .replace("Via", "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1;x=\"q,q\", SIP/2.0/TCP b.example")
          .add("v: SIP/2.0/UDP c.example,SIP/2.0/UDP d.example")
          .add("Via: SIP/2.0/UDP e.example")
          .text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.via_count, 5u);
  EXPECT_EQ(message.via.sent_by, "a.example");
  EXPECT_EQ(message.via.branch, "z9hG4bK1");
}

TEST(SipMessage, FirstOfRepeatedHeadersCounts) {
  const std::string bytes = MessageText::request()
                                .add("From: <sip:mallory@evil.example>;tag=m")
                                .add("Contact: <sip:one@192.0.2.1>")
                                .add("Contact: <sip:two@192.0.2.1>;expires=9")
                                .add("Expires: 1")
                                .add("Expires: 2")
                                .text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.from.user, "alice");
  EXPECT_EQ(message.contact.user, "one");
  EXPECT_EQ(message.contact_expires, std::nullopt);
  EXPECT_EQ(message.expires, 1u);
}

TEST(SipMessage, StarContactIsNoAddress) {
  const std::string bytes = MessageText::request().add("Contact: * ").add("Expires: 0").text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_TRUE(message.contact_star);
  EXPECT_EQ(message.contact.uri, "");
  EXPECT_EQ(message.expires, 0u);
}

TEST(SipMessage, ReasonsAreReadFromOneLineAndFromSeveral) {
  const std::string bytes = MessageText::request()
                                .add(
                                    "Reason: Q.850 ;cause=16 ;text=\"Normal, call \\\"clearing\\\"\", "
                                    "SIP;cause=200;text=\"Elsewhere\"")
                                .add("Reason: STIR;cause=436")
                                .text();
  const SipMessage message = decode_well_formed(bytes);
  ASSERT_EQ(message.reason_count, 3u);
  EXPECT_EQ(message.reasons[0].protocol, "Q.850");
  EXPECT_EQ(message.reasons[0].cause, 16);
  EXPECT_EQ(message.reasons[0].text, "Normal, call \\\"clearing\\\"");
  EXPECT_EQ(message.reasons[1].protocol, "SIP");
  EXPECT_EQ(message.reasons[1].cause, 200);
  EXPECT_EQ(message.reasons[2].cause, 436);
}

TEST(SipMessage, ReasonsBeyondTheRoomAreLeftOut) {
  const std::string bytes =
      MessageText::request().add("Reason: a,b,c;cause=1").add("Reason: d,e;cause=2,f").text();
  const SipMessage message = decode_well_formed(bytes);
  ASSERT_EQ(message.reason_count, 4u);
  EXPECT_EQ(message.reasons[3].protocol, "d");
}

TEST(SipMessage, NumbersThatAreNoneOrTooLargeAreUnknown) {
  const std::string bytes = MessageText::request()
                                .add("Expires: 4294967296")
                                .add("Min-Expires: soon")
                                .add("RSeq: 2147483648")
                                .add("Session-Expires: -1")
                                .add("Reason: Q.850;cause=99999999999999999999")
                                .text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.expires, std::nullopt);
  EXPECT_EQ(message.min_expires, std::nullopt);
  EXPECT_EQ(message.rseq, std::nullopt);
  EXPECT_EQ(message.session_expires, std::nullopt);
  EXPECT_EQ(message.reasons[0].cause, 0);
}

TEST(SipMessage, BodyRunsToTheEndWithoutContentLength) {
  const std::string bytes =
      MessageText::request().replace("Content-Length", "").body("all\r\n\r\nof it").text();
  EXPECT_EQ(decode_well_formed(bytes).body, "all\r\n\r\nof it");
}

TEST(SipMessage, BytesBehindTheBodyAreNotItsOwn) {
  const std::string bytes = MessageText::request().body("bodytrailing").text();
  EXPECT_EQ(decode_well_formed(bytes).body, "body");
}

TEST(SipMessage, HeadersAreFoundByName) {
  const std::string bytes = MessageText::request()
                                .add("garbage without a colon character")
                                .add("s: compact subject")
                                .add("X-Custom :  one ")
                                .add("x-custom: two")
                                .add("X-Folded: a\r\n b")
                                .add("X-Empty:")
                                .text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_EQ(message.header("X-CUSTOM"), "one");
  EXPECT_EQ(message.header("Subject", 's'), "compact subject");
  EXPECT_EQ(message.header("Subject"), "");
  EXPECT_EQ(message.header("X-Folded"), "a\r\n b");
  EXPECT_EQ(message.header("X-Empty"), "");
  EXPECT_EQ(message.header("Call-ID", 'i'), "c1@192.0.2.1");
  EXPECT_EQ(message.header("X"), "");
  EXPECT_EQ(message.header("body"), "");
}

TEST(SipMessage, HeaderSectionEndsBeforeTheEmptyLine) {
  const std::string bytes = MessageText::response().text();
  const SipMessage message = decode_well_formed(bytes);
  EXPECT_TRUE(message.headers.starts_with("Via: "));
  EXPECT_TRUE(message.headers.ends_with("Content-Length: 0\r\n"));
}

TEST(SipMessage, EarlierMessageLeavesNothingBehind) {
  const std::string first = MessageText::request().add("Expires: 5").add("Reason: SIP").text();
  const std::string second = MessageText::response().text();
  SipMessage message;
  EXPECT_EQ(decode_sip(first, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(decode_sip(second, false, message), SIPSONDE_MALFORMED_none);
  EXPECT_EQ(message.expires, std::nullopt);
  EXPECT_EQ(message.reason_count, 0u);
  EXPECT_EQ(message.request_uri.uri, "");
}

}  // namespace
}  // namespace sipsonde
