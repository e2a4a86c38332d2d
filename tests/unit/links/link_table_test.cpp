// SPDX-License-Identifier: Apache-2.0
#include "links/link_table.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

namespace sipsonde {
namespace {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1000 * kMs;
constexpr std::uint64_t kStart = 1'700'000'000 * kSecond;
constexpr auto kIn = SIPSONDE_DIRECTION_inbound;
constexpr auto kOut = SIPSONDE_DIRECTION_outbound;

Address ipv4(std::uint8_t last) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
}

// A call whose texts nobody else has, unless the test gives it some.
struct Written {
  explicit Written(std::string id) : call_id(std::move(id)) {}

  std::string call_id;
  sipsonde_direction direction = kIn;
  std::uint64_t at = kStart;
  std::string from;
  std::string to;
  std::string target_user = "t";
  std::string target_host = "t.example";
  std::string replaces;
  std::string other_call_id;
  std::string session_id;
  std::string charging_vector;
  std::string headers;
  std::string media;  // "192.0.2.7 4000"
  std::string formats = "RTP/AVP 0";
  Address source = ipv4(1);
  std::string body = {};
};

std::string uuid(char digit) {
  return std::string(32, digit);
}

class Links : public testing::Test {
 protected:
  LinkHandle see(Written& call) { return see(table, call); }

  static SipMessage view_of(Written& call) {
    SipMessage sip;
    sip.is_request = true;
    sip.call_id = call.call_id;
    sip.from.user = call.from;
    sip.to.user = call.to;
    sip.request_uri.user = call.target_user;
    sip.request_uri.host = call.target_host;
    sip.replaces = call.replaces;
    sip.other_call_id = call.other_call_id;
    sip.session_id = call.session_id;
    sip.charging_vector = call.charging_vector;
    sip.headers = call.headers;
    if (!call.media.empty()) {
      const std::size_t blank = call.media.find(' ');
      call.body = "v=0\r\nc=IN IP4 " + call.media.substr(0, blank) + "\r\nm=audio " +
                  call.media.substr(blank + 1) + " " + call.formats + "\r\n";
      sip.body = call.body;
    }
    return sip;
  }
  static LinkHandle see(LinkTable& into, Written& call) {
    const SipMessage sip = view_of(call);
    return into.invited({sip, call.at, call.direction, call.source});
  }

  // "CALL-ID by REASON" of the row, or "" without a link.
  std::string row(LinkHandle handle, std::uint64_t at = kStart + 60 * kSecond) {
    const CallLink link = table.ended(handle, at, text);
    return link.call_id.empty() ? "" : std::string(link.call_id) + " by " + std::string(link.reason);
  }

  Linking linking{.headers = {"X-Original-Call-ID", "X-UCID"}, .match = true};
  LinkTable table{linking, 1000};
  Arena text;
};

// ---- each reason ----

TEST_F(Links, EitherHalfOfASessionIdLinksAndTheNullUuidNever) {
  Written a("a"), b("b"), c("c"), d("d"), e("e");
  a.session_id = uuid('1') + ";remote=" + uuid('0');
  b.session_id = uuid('1') + ";remote=" + uuid('0');
  c.session_id = uuid('2') + ";remote=" + uuid('1');
  d.session_id = uuid('0') + ";remote=" + uuid('0');
  e.session_id = uuid('0');
  const auto ha = see(a), hb = see(b), hc = see(c), hd = see(d), he = see(e);
  EXPECT_EQ(row(hb), "a by session-id");
  EXPECT_EQ(row(hc), "a by session-id");
  EXPECT_EQ(row(ha), "c by session-id") << "the newest of those that came later";
  EXPECT_EQ(row(hd), "");
  EXPECT_EQ(row(he), "");
}

TEST_F(Links, ASessionIdOfTheAnswerLinksWhereTheInviteHadNone) {
  Written a("a"), b("b");
  b.session_id = uuid('1') + ";remote=" + uuid('0');
  const auto ha = see(a), hb = see(b);
  SipMessage ok;
  const std::string session = uuid('2') + ";remote=" + uuid('1');
  ok.session_id = session;
  table.answered(ha, ok);
  EXPECT_EQ(row(ha), "b by session-id");
  EXPECT_EQ(row(hb), "a by session-id");
}

TEST_F(Links, TheIcidLinks) {
  Written a("a"), b("b");
  a.charging_vector = "icid-value=x7;icid-generated-at=192.0.2.1";
  b.charging_vector = "icid-value=\"x7\";orig-ioi=home.example";
  const auto ha = see(a), hb = see(b);
  EXPECT_EQ(row(ha), "b by icid");
  EXPECT_EQ(row(hb), "a by icid");
}

TEST_F(Links, XCidNamesTheOtherLegWhetherItIsInSightOrNot) {
  Written a("a"), b("b"), c("c");
  b.other_call_id = "a";
  c.other_call_id = "on-another-node";
  const auto ha = see(a), hb = see(b), hc = see(c);
  EXPECT_EQ(row(ha), "b by x-cid");
  EXPECT_EQ(row(hb), "a by x-cid");
  EXPECT_EQ(row(hc), "on-another-node by x-cid");
}

TEST_F(Links, ACallThatNamesItselfIsLinkedToNone) {
  Written a("a");
  a.other_call_id = "a";
  a.headers = "X-Original-Call-ID: a\r\n";
  a.replaces = "a;to-tag=1;from-tag=2";
  EXPECT_EQ(row(see(a)), "");
}

TEST_F(Links, AConfiguredHeaderNamesTheOtherCallOrStandsInBoth) {
  Written a("a"), b("b"), c("c"), d("d"), e("e");
  b.headers = "X-Original-Call-ID: a\r\n";
  c.headers = "X-UCID: 4711\r\n";
  d.headers = "x-ucid: 4711\r\n";
  e.headers = "X-UCID: 4712\r\nX-Other: 4711\r\n";
  const auto ha = see(a), hb = see(b), hc = see(c), hd = see(d), he = see(e);
  EXPECT_EQ(row(ha), "b by header");
  EXPECT_EQ(row(hb), "a by header");
  EXPECT_EQ(row(hc), "d by header");
  EXPECT_EQ(row(hd), "c by header");
  EXPECT_EQ(row(he), "") << "neither its value nor an unknown Call-ID links";
}

TEST_F(Links, ReplacesOutranksTheRest) {
  Written a("a"), b("b"), c("c");
  a.session_id = uuid('1');
  c.session_id = uuid('1');
  c.replaces = "b;to-tag=1;from-tag=2";
  const auto ha = see(a), hb = see(b), hc = see(c);
  EXPECT_EQ(row(hc), "b by replaces");
  EXPECT_EQ(row(hb), "c by replaces");
  EXPECT_EQ(row(ha), "c by session-id") << "the other side of a link that lost";
}

// ---- transfers ----

class Transfers : public Links {
 protected:
  void refer(LinkHandle handle, std::uint64_t at, std::string_view uri = "sip:carol@C.example") {
    SipMessage message;
    message.refer_to.uri = uri;
    message.refer_to.user = "carol";
    message.refer_to.host = "C.example";
    message.to.user = "bob";
    table.referred(handle, message, at, ipv4(2));
  }
  Written new_call() {
    Written call("new");
    call.at = kStart + 10 * kSecond;
    call.target_user = "carol";
    call.target_host = "c.EXAMPLE";
    return call;
  }
};

TEST_F(Transfers, TheCallToTheReferToTargetFromWhoWasSentThereIsLinked) {
  Written old("old");
  Written by_address = new_call();
  by_address.source = ipv4(2);
  const auto handle = see(old);
  refer(handle, kStart + 9 * kSecond);
  EXPECT_EQ(row(handle, kStart + 9 * kSecond), "") << "its row is written before the new call";
  EXPECT_EQ(row(see(by_address)), "old by refer-to");
  Written by_number = new_call();
  by_number.call_id = "third";
  by_number.from = "bob";
  EXPECT_EQ(row(see(by_number)), "old by refer-to");
}

TEST_F(Transfers, TheRowOfTheOldCallNamesTheNewOneWhileItIsOpen) {
  Written old("old");
  Written call = new_call();
  call.source = ipv4(2);
  const auto handle = see(old);
  refer(handle, kStart + 9 * kSecond);
  see(call);
  EXPECT_EQ(row(handle), "new by refer-to");
}

TEST_F(Transfers, OthersAndLateOnesAreNotLinked) {
  Written old("old");
  const auto handle = see(old);
  refer(handle, kStart + 9 * kSecond);
  Written stranger = new_call();
  stranger.call_id = "stranger";
  stranger.source = ipv4(3);
  stranger.from = "dave";
  EXPECT_EQ(row(see(stranger)), "");
  Written elsewhere = new_call();
  elsewhere.call_id = "elsewhere";
  elsewhere.source = ipv4(2);
  elsewhere.target_user = "erin";
  EXPECT_EQ(row(see(elsewhere)), "");
  Written late = new_call();
  late.source = ipv4(2);
  late.at = kStart + 42 * kSecond;
  EXPECT_EQ(row(see(late)), "");
}

TEST_F(Transfers, AnAttendedTransferLinksAllThreeCalls) {
  Written first("first"), consult("consult");
  Written call = new_call();
  call.source = ipv4(2);
  call.replaces = "consult;to-tag=1;from-tag=2";
  const auto hf = see(first), hc = see(consult);
  refer(hf, kStart + 9 * kSecond, "sip:carol@C.example?Replaces=consult%3Bto-tag%3D1%3Bfrom-tag%3D2");
  const auto hn = see(call);
  EXPECT_EQ(row(hn), "consult by replaces");
  EXPECT_EQ(row(hc), "new by replaces");
  EXPECT_EQ(row(hf), "new by refer-to");
}

TEST_F(Transfers, TheReferAloneLinksTheCallsItIsAbout) {
  Written first("first"), consult("consult");
  const auto hf = see(first), hc = see(consult);
  refer(hf, kStart + 9 * kSecond, "sip:carol@C.example?Replaces=consult%3Bto-tag%3D1%3Bfrom-tag%3D2");
  EXPECT_EQ(row(hf), "consult by refer-to");
  EXPECT_EQ(row(hc), "first by refer-to");
}

// ---- the match ----

class Matches : public Links {
 protected:
  static Written leg(std::string id, sipsonde_direction direction, std::uint64_t after_ms) {
    Written call(std::move(id));
    call.direction = direction;
    call.at = kStart + after_ms * kMs;
    call.from = "1001";
    call.to = "2002";
    return call;
  }
};

TEST_F(Matches, TheSameNumbersInAndOutWithinTheWindow) {
  Written in = leg("in", kIn, 0), out = leg("out", kOut, 5000);
  const auto hi = see(in), ho = see(out);
  EXPECT_EQ(row(hi), "out by match");
  EXPECT_EQ(row(ho), "in by match");
}

TEST_F(Matches, NeitherLateNorEarlyNorTheSameWayNorOtherNumbers) {
  for (auto change : std::vector<void (*)(Written&)>{
           [](Written& out) { out.at = kStart + 5001 * kMs; },
           [](Written& out) { out.at = kStart - kMs; },
           [](Written& out) { out.direction = kIn; },
           [](Written& out) { out.to = "2003"; },
           [](Written& out) { std::swap(out.from, out.to); },
       }) {
    LinkTable fresh(linking, 100);
    Written in = leg("in", kIn, 0), out = leg("out", kOut, 100);
    change(out);
    const auto hi = see(fresh, in), ho = see(fresh, out);
    EXPECT_EQ(fresh.ended(ho, out.at, text).call_id, "");
    EXPECT_EQ(fresh.ended(hi, out.at, text).call_id, "");
  }
}

TEST_F(Matches, TwoThatMayBeMeantAreNone) {
  Written one = leg("one", kIn, 0), two = leg("two", kIn, 10), out = leg("out", kOut, 20);
  const auto h1 = see(one), h2 = see(two), ho = see(out);
  EXPECT_EQ(row(ho), "");
  EXPECT_EQ(row(h1), "");
  EXPECT_EQ(row(h2), "");
}

TEST_F(Matches, OfTwoTheOneWithTheSameFormatsIsMeant) {
  Written one = leg("one", kIn, 0), two = leg("two", kIn, 10), out = leg("out", kOut, 20);
  one.media = "192.0.2.7 4000";
  two.media = "192.0.2.7 4002";
  two.formats = "RTP/AVP 8";
  out.media = "192.0.2.8 5000";
  see(one), see(two);
  EXPECT_EQ(row(see(out)), "one by match");
}

TEST_F(Matches, OfThreeLikewise) {
  Written one = leg("one", kIn, 0), two = leg("two", kIn, 10), three = leg("three", kIn, 20);
  Written out = leg("out", kOut, 30), next = leg("next", kOut, 40);
  three.media = "192.0.2.7 4000";
  out.media = "192.0.2.8 5000";
  see(one), see(two), see(three);
  EXPECT_EQ(row(see(out)), "three by match");
  EXPECT_EQ(row(see(next)), "") << "two are left, and nothing tells them apart";
}

TEST_F(Matches, TheSameMediaAreCertainWhateverTheNumbers) {
  Written one = leg("one", kIn, 0), two = leg("two", kIn, 10), out = leg("out", kOut, 20);
  one.media = "192.0.2.7 4000";
  two.media = "192.0.2.7 4002";
  out.media = "192.0.2.7 4000";
  out.from = "+491001";
  see(one), see(two);
  EXPECT_EQ(row(see(out)), "one by match");
}

TEST_F(Matches, ASecondAttemptOutIsThatOfTheSameCall) {
  Written in = leg("in", kIn, 0), first = leg("first", kOut, 10), second = leg("second", kOut, 900);
  const auto hi = see(in);
  EXPECT_EQ(row(see(first), kStart + 800 * kMs), "in by match");
  EXPECT_EQ(row(see(second)), "in by match");
  EXPECT_EQ(row(hi), "second by match");
}

TEST_F(Matches, ACallThatPassedBothWaysNeedsNoOther) {
  Written in = leg("proxied", kIn, 0), through = leg("proxied", kOut, 1), out = leg("out", kOut, 10);
  const auto hi = see(in), ht = see(through);
  EXPECT_EQ(row(see(out)), "");
  EXPECT_EQ(row(hi), "");
  EXPECT_EQ(row(ht), "");
}

TEST_F(Matches, AnEndedCallIsNot) {
  Written in = leg("in", kIn, 0), out = leg("out", kOut, 300);
  EXPECT_EQ(row(see(in), kStart + 100 * kMs), "");
  EXPECT_EQ(row(see(out)), "");
}

TEST_F(Matches, WhatIsSaidOutranksIt) {
  Written in = leg("in", kIn, 0), other = leg("other", kIn, 0), out = leg("out", kOut, 10);
  other.from = "9";
  out.session_id = other.session_id = uuid('1');
  const auto hi = see(in);
  see(other);
  EXPECT_EQ(row(see(out)), "other by session-id");
  EXPECT_EQ(row(hi), "");
}

TEST_F(Matches, TheOrderInWhichWorkersComeToItIsNoMatter) {
  Written in = leg("in", kIn, 0), out = leg("out", kOut, 2);
  const auto ho = see(out), hi = see(in);
  EXPECT_EQ(row(hi), "out by match");
  EXPECT_EQ(row(ho), "in by match");
}

TEST_F(Matches, AreNotLookedForWhenSwitchedOff) {
  const Linking off{.headers = {}, .match = false};
  LinkTable fresh(off, 100);
  Written in = leg("in", kIn, 0), out = leg("out", kOut, 2);
  in.media = out.media = "192.0.2.7 4000";
  see(fresh, in);
  EXPECT_EQ(fresh.ended(see(fresh, out), kStart, text).call_id, "");
}

// ---- order, time, bounds ----

TEST_F(Links, TheOrderInWhichWorkersComeToItIsNoMatter) {
  Written a("a"), b("b"), c("c"), d("d");
  b.at = d.at = kStart + 2 * kMs;
  b.other_call_id = "a";
  c.session_id = d.session_id = uuid('1');
  const auto hb = see(b), ha = see(a), hd = see(d), hc = see(c);
  EXPECT_EQ(row(ha), "b by x-cid");
  EXPECT_EQ(row(hb), "a by x-cid");
  EXPECT_EQ(row(hd), "c by session-id");
  EXPECT_EQ(row(hc), "d by session-id");
}

TEST_F(Links, LegsOfOneCallShareItsLink) {
  Written a("a"), again("a"), b("b");
  a.session_id = b.session_id = uuid('1');
  again.direction = kOut;
  const auto first = see(a), second = see(again);
  see(b);
  EXPECT_EQ(row(first), "b by session-id");
  EXPECT_EQ(row(second), "b by session-id");
}

TEST_F(Links, AnEndedCallIsFoundFor32SecondsAndThenForgotten) {
  Written a("a"), b("b"), c("c");
  a.session_id = b.session_id = c.session_id = uuid('1');
  row(see(a), kStart + kSecond);
  b.at = kStart + 33 * kSecond;
  EXPECT_EQ(row(see(b), b.at), "a by session-id");
  c.at = kStart + 66 * kSecond;
  EXPECT_EQ(row(see(c), c.at), "");
  EXPECT_EQ(table.size(), 1u);
}

TEST_F(Links, OneValueInEveryCallMakesAStarAndNoChain) {
  std::vector<LinkHandle> handles;
  for (int i = 0; i < 500; ++i) {
    Written call("call-" + std::to_string(i));
    call.at = kStart + static_cast<std::uint64_t>(i) * kMs;
    call.session_id = uuid('1');
    call.charging_vector = "icid-value=1";
    call.headers = "X-UCID: 1\r\n";
    handles.push_back(see(call));
  }
  EXPECT_EQ(row(handles[0]), "call-499 by header");
  for (std::size_t i = 1; i < handles.size(); ++i) ASSERT_EQ(row(handles[i]), "call-0 by header");
}

TEST_F(Links, TheTableIsBoundedAndLinkedCallsStayLongest) {
  Written a("a"), b("b");
  a.session_id = b.session_id = uuid('1');
  const auto ha = see(a), hb = see(b);
  for (int i = 0; i < 5000; ++i) {
    Written flood("flood-" + std::to_string(i));
    flood.session_id = "f" + std::string(27, '0') + std::to_string(1000 + i);
    see(flood);
  }
  EXPECT_EQ(table.size(), 1000u);
  EXPECT_GE(table.evicted(), 4002u) << "calls, and keys that found no place";
  EXPECT_EQ(row(ha), "b by session-id");
  EXPECT_EQ(row(hb), "a by session-id");
}

TEST_F(Links, AHandleOfAForgottenCallSaysNothing) {
  LinkTable small(linking, 1);
  Written a("a"), b("b");
  const auto ha = see(small, a);
  see(small, b);
  EXPECT_EQ(small.ended(ha, kStart, text).call_id, "");
  EXPECT_EQ(small.ended({}, kStart, text).call_id, "");
}

TEST_F(Links, ALongCallIdIsKeptToItsLimit) {
  Written a(std::string(2000, 'a')), b("b");
  a.session_id = b.session_id = uuid('1');
  see(a);
  EXPECT_EQ(row(see(b)), std::string(512, 'a') + " by session-id");
}

// Any order of events keeps the table in one piece, however few places it has.
TEST_F(Links, SurvivesRandomCallsFromSeveralThreads) {
  LinkTable small(linking, 40);
  const auto play = [&](unsigned seed) {
    std::mt19937 dice(seed);
    const auto below = [&dice](unsigned end) { return static_cast<unsigned>(dice() % end); };
    std::vector<LinkHandle> open;
    Arena rows;
    std::uint64_t now = kStart;
    for (int i = 0; i < 3000; ++i) {
      now += below(300) * kMs;
      if (!open.empty() && below(2) == 0) {
        const std::size_t which = below(static_cast<unsigned>(open.size()));
        small.ended(open[which], now, rows);
        rows.clear();
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
        continue;
      }
      Written call("call-" + std::to_string(below(60)));
      call.at = now;
      call.direction = below(2) ? kIn : kOut;
      call.from = std::to_string(below(3));
      call.to = std::to_string(below(3));
      call.session_id =
          uuid(static_cast<char>('0' + below(8))) + ";remote=" + uuid(static_cast<char>('0' + below(8)));
      call.charging_vector = "icid-value=" + std::to_string(below(20));
      call.headers = "X-UCID: call-" + std::to_string(below(60)) + "\r\nX-Original-Call-ID: call-" +
                     std::to_string(below(60)) + "\r\n";
      call.media = "192.0.2.7 " + std::to_string(1 + below(9));
      call.other_call_id = below(3) ? "" : "call-" + std::to_string(below(60));
      call.replaces = below(3) ? "" : "call-" + std::to_string(below(60)) + ";to-tag=1";
      open.push_back(see(small, call));
      if (below(4) == 0) {
        SipMessage refer;
        refer.refer_to.uri = "sip:t@t.example?Replaces=call-1";
        refer.refer_to.user = "t";
        refer.refer_to.host = "t.example";
        small.referred(open.back(), refer, now, ipv4(1));
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 3; ++seed) threads.emplace_back(play, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(small.size(), 40u);
}

}  // namespace
}  // namespace sipsonde
