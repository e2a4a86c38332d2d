// SPDX-License-Identifier: Apache-2.0
#include "registrations/registrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "registrar.h"

namespace sipsonde::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kPhone = "sip:alice@192.0.2.10:5060";
const std::string kTablet = "sip:alice@192.0.2.11:5060";

std::string contact(const std::string& uri, const std::string& expires = "") {
  return "Contact: <" + uri + ">" + (expires.empty() ? "" : ";expires=" + expires);
}

// REGISTER of the phone, answered as registrars do.
Register registration(double at, unsigned cseq = 1, const std::string& expires = "60") {
  return {.asked = {contact(kPhone), "Expires: " + expires, "User-Agent: phone/1.0"},
          .answered = {contact(kPhone, expires)},
          .at = at,
          .cseq = cseq};
}

// ---- a single device ----

TEST(Registrations, BelievesA2xx) {
  Watcher watcher;
  const Outcome outcome = watcher.see(registration(0));
  EXPECT_EQ(outcome.action, "registered");
  EXPECT_EQ(outcome.contact, kPhone);
  EXPECT_EQ(outcome.expires, 60);
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 60"));
  EXPECT_EQ(watcher.table.find("alice@example.com").at(0).user_agent, "phone/1.0");
  EXPECT_EQ(watcher.table.live(), 1u);
}

TEST(Registrations, RefreshIsTheSameBinding) {
  Watcher watcher;
  watcher.see(registration(0));
  EXPECT_EQ(watcher.see(registration(50, 2)).action, "refreshed");
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 110"));
  EXPECT_THAT(watcher.wait_until(109.9), IsEmpty());
}

TEST(Registrations, ExpireByTheTimeOfEvents) {
  Watcher watcher;
  watcher.see(registration(0));
  EXPECT_THAT(watcher.wait_until(59.999), IsEmpty());
  EXPECT_EQ(watcher.table.live(), 1u);
  EXPECT_THAT(watcher.wait_until(60), ElementsAre(kPhone));
  EXPECT_EQ(watcher.table.live(), 0u);
  EXPECT_THAT(watcher.bindings(), IsEmpty());
  EXPECT_EQ(watcher.see(registration(61, 2)).action, "registered");
}

TEST(Registrations, ManyExpireInTheOrderOfTheirTime) {
  Watcher watcher(10'000);
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    Register one = registration(0, 1, std::to_string(1000 - i));
    one.to = "sip:user" + std::to_string(i) + "@example.com";
    one.asked[0] = contact("sip:user" + std::to_string(i) + "@192.0.2.10");
    one.answered[0] = contact("sip:user" + std::to_string(i) + "@192.0.2.10", std::to_string(1000 - i));
    watcher.see(one);
    expected.push_back("sip:user" + std::to_string(999 - i) + "@192.0.2.10");
  }
  EXPECT_EQ(watcher.table.live(), 1000u);
  EXPECT_EQ(watcher.wait_until(2000), expected);
  EXPECT_EQ(watcher.table.live(), 0u);
}

struct ExpiresCase {
  const char* name;
  std::vector<std::string> asked;
  std::vector<std::string> answered;
  int expires;
};

TEST(Registrations, TakeTheLifetimeFromWhereItIsSaidFirst) {
  const ExpiresCase cases[] = {
      {"parameter of the answer",
       {contact(kPhone, "10"), "Expires: 20"},
       {contact(kPhone, "30"), "Expires: 40"},
       30},
      {"header of the answer", {contact(kPhone, "10"), "Expires: 20"}, {contact(kPhone), "Expires: 40"}, 40},
      {"parameter of the request", {contact(kPhone, "10"), "Expires: 20"}, {contact(kPhone)}, 10},
      {"header of the request", {contact(kPhone), "Expires: 20"}, {contact(kPhone)}, 20},
      {"nowhere", {contact(kPhone)}, {contact(kPhone)}, 3600},
      {"an answer without contacts", {contact(kPhone), "Expires: 20"}, {}, 20},
      {"an answer with the server's own contact",
       {contact(kPhone), "Expires: 20"},
       {contact("sip:192.0.2.1")},
       20},
      {"longest", {contact(kPhone)}, {contact(kPhone, "4294967295")}, -1},
  };
  for (const ExpiresCase& test : cases) {
    Watcher watcher;
    const Outcome outcome = watcher.see({.asked = test.asked, .answered = test.answered});
    EXPECT_EQ(outcome.action, "registered") << test.name;
    EXPECT_EQ(outcome.expires, test.expires) << test.name;
    EXPECT_EQ(watcher.table.live(), 1u) << test.name;
  }
}

TEST(Registrations, UnregisterRemoves) {
  const Register cases[] = {
      {.asked = {contact(kPhone), "Expires: 0"}, .answered = {}, .at = 5, .cseq = 2},
      {.asked = {contact(kPhone, "0")}, .answered = {}, .at = 5, .cseq = 2},
      {.asked = {contact(kPhone), "Expires: 0"}, .answered = {contact(kPhone)}, .at = 5, .cseq = 2},
      {.asked = {contact(kPhone), "Expires: 0"}, .answered = {contact(kPhone, "0")}, .at = 5, .cseq = 2},
      {.asked = {contact(kPhone), "Expires: 0"}, .answered = {"Expires: 0"}, .at = 5, .cseq = 2},
      {.asked = {contact(kPhone), "Expires: 0"}, .answered = {contact("sip:192.0.2.1")}, .at = 5, .cseq = 2},
  };
  for (const Register& test : cases) {
    Watcher watcher;
    watcher.see(registration(0));
    const Outcome outcome = watcher.see(test);
    EXPECT_EQ(outcome.action, "removed");
    EXPECT_EQ(outcome.contact, kPhone);
    EXPECT_EQ(outcome.expires, 0);
    EXPECT_EQ(watcher.table.live(), 0u);
    EXPECT_EQ(watcher.see(test).action, "removed") << "of what is not there any more, too";
  }
}

TEST(Registrations, StarRemovesAllOfTheAddress) {
  Watcher watcher;
  watcher.see(registration(0));
  watcher.see({.asked = {contact(kTablet)},
               .answered = {contact(kTablet, "60"), contact(kPhone, "60")},
               .call_id = "reg-2"});
  Register other = registration(0);
  other.to = "sip:bob@example.com";
  watcher.see(other);
  ASSERT_EQ(watcher.table.live(), 3u);
  const Outcome outcome =
      watcher.see({.asked = {"Contact: *", "Expires: 0"}, .answered = {}, .at = 1, .cseq = 2});
  EXPECT_EQ(outcome.action, "removed");
  EXPECT_EQ(outcome.contact, "*");
  EXPECT_EQ(watcher.table.live(), 1u);
  EXPECT_THAT(watcher.bindings(), IsEmpty());
}

TEST(Registrations, AreThoseOfTheToHeader) {
  Watcher watcher;
  Register one = registration(0);
  one.to = "sip:bob@EXAMPLE.com:5060;transport=udp";
  watcher.see(one);
  EXPECT_THAT(watcher.bindings("alice@example.com"), IsEmpty());
  EXPECT_EQ(watcher.bindings("bob@example.com").size(), 1u);
}

// ---- several devices ----

TEST(Registrations, AnotherDeviceIsAnotherBinding) {
  Watcher watcher;
  watcher.see(registration(0));
  const Outcome outcome = watcher.see({.asked = {contact(kTablet), "Expires: 60"},
                                       .answered = {contact(kTablet, "60") + ", <" + kPhone + ">;expires=55"},
                                       .at = 5,
                                       .call_id = "reg-2",
                                       .source = ipv4(11)});
  EXPECT_EQ(outcome.action, "registered");
  EXPECT_EQ(outcome.contact, kTablet);
  EXPECT_THAT(watcher.bindings(),
              ElementsAre(kPhone + " 192.0.2.10:5060 60", kTablet + " 192.0.2.11:5060 65"));
}

TEST(Registrations, SeveralContactsOfOneRegister) {
  Watcher watcher;
  const Outcome outcome = watcher.see({.asked = {contact(kPhone, "60") + ", <" + kTablet + ">;expires=0"},
                                       .answered = {contact(kPhone, "60")}});
  EXPECT_EQ(outcome.action, "registered");
  EXPECT_EQ(outcome.contact, kPhone);
  const Outcome second = watcher.see({.asked = {contact(kPhone, "0"), contact(kTablet, "30")},
                                      .answered = {contact(kTablet, "30")},
                                      .at = 1,
                                      .cseq = 2});
  EXPECT_EQ(second.action, "registered");
  EXPECT_EQ(second.contact, kTablet);
  EXPECT_THAT(watcher.bindings(), ElementsAre(kTablet + " 192.0.2.10:5060 31"));
}

TEST(Registrations, OfDevicesThatOnlyAListTellsOfHaveNoSource) {
  Watcher watcher;
  watcher.see({.asked = {contact(kPhone)}, .answered = {contact(kPhone, "60"), contact(kTablet, "30")}});
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 60", kTablet + " - 30"));
  const Outcome outcome = watcher.see({.asked = {contact(kTablet)},
                                       .answered = {contact(kPhone, "50"), contact(kTablet, "60")},
                                       .at = 10,
                                       .call_id = "reg-2",
                                       .source = ipv4(11)});
  EXPECT_EQ(outcome.action, "refreshed");
  EXPECT_THAT(watcher.bindings(),
              ElementsAre(kPhone + " 192.0.2.10:5060 60", kTablet + " 192.0.2.11:5060 70"));
}

TEST(Registrations, WhatItsRegistrarDoesNotListAnyMoreIsGone) {
  Watcher watcher;
  watcher.see(registration(0));
  watcher.see(
      {.asked = {contact(kTablet)}, .answered = {contact(kTablet, "60")}, .at = 1, .call_id = "reg-2"});
  EXPECT_EQ(watcher.bindings().size(), 1u);
}

TEST(Registrations, WhatAnotherRegistrarDoesNotListStays) {
  Watcher watcher;
  watcher.see(registration(0));
  watcher.see({.asked = {contact(kTablet)},
               .answered = {contact(kTablet, "60")},
               .at = 1,
               .call_id = "reg-2",
               .registrar = ipv4(2)});
  EXPECT_EQ(watcher.bindings().size(), 2u);
}

TEST(Registrations, AContactWithoutLifetimeIsNoList) {
  Watcher watcher;
  watcher.see(registration(0));
  watcher.see({.asked = {contact(kTablet), "Expires: 60"},
               .answered = {contact("sip:192.0.2.1")},
               .at = 1,
               .call_id = "reg-2"});
  EXPECT_EQ(watcher.bindings().size(), 2u);
}

TEST(Registrations, WhatIsNotListedThoughAskedForWasNotTaken) {
  Watcher watcher;
  const Outcome outcome =
      watcher.see({.asked = {contact(kPhone)},
                   .answered = {contact(kTablet, "60"), contact("sip:alice@192.0.2.12", "60")}});
  EXPECT_EQ(outcome.action, "");
  EXPECT_EQ(outcome.contact, kPhone);
  EXPECT_THAT(watcher.bindings(), ElementsAre(kTablet + " - 60", "sip:alice@192.0.2.12 - 60"));
}

TEST(Registrations, AContactThatTheRegistrarWroteAnewIsTheDevices) {
  Watcher watcher;
  const auto rewritten = [](double at, unsigned cseq) {
    return Register{.asked = {contact("sip:alice@10.0.0.7:5060")},
                    .answered = {contact(kPhone, "60")},
                    .at = at,
                    .cseq = cseq};
  };
  EXPECT_EQ(watcher.see(rewritten(0, 1)).action, "registered");
  EXPECT_EQ(watcher.see(rewritten(30, 2)).action, "refreshed");
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 90"));
}

// ---- queries, and answers without their question ----

TEST(Registrations, AQueryOnlyTells) {
  Watcher watcher;
  watcher.see(registration(0));
  Outcome outcome = watcher.see(
      {.asked = {}, .answered = {contact(kPhone, "50"), contact(kTablet, "20")}, .at = 10, .cseq = 2});
  EXPECT_EQ(outcome.action, "queried");
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 60", kTablet + " - 30"));
  outcome = watcher.see({.asked = {}, .answered = {}, .at = 11, .cseq = 3});
  EXPECT_EQ(outcome.action, "queried");
  EXPECT_THAT(watcher.bindings(), IsEmpty()) << "an empty list says that there is none";
}

TEST(Registrations, AnAnswerWhoseRequestWasNotSeenTellsItsList) {
  Watcher watcher;
  Register one = registration(0);
  one.request_seen = false;
  EXPECT_EQ(watcher.see(one).action, "");
  EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " - 60"));
}

// ---- where it comes from ----

struct MoveCase {
  const char* name;
  sipsonde_transport transport;
  Endpoint from;
  std::string action;
};

TEST(Registrations, MoveWhenTheSameContactComesFromAnotherAddress) {
  const MoveCase cases[] = {
      {"same", SIPSONDE_TRANSPORT_udp, ipv4(10), "refreshed"},
      {"another address", SIPSONDE_TRANSPORT_udp, ipv4(77), "moved"},
      {"another port, as a NAT gives", SIPSONDE_TRANSPORT_udp, ipv4(10, 40000), "moved"},
      {"another connection", SIPSONDE_TRANSPORT_tcp, ipv4(10, 40000), "refreshed"},
      {"another address, on a connection", SIPSONDE_TRANSPORT_tcp, ipv4(77, 40000), "moved"},
  };
  for (const MoveCase& test : cases) {
    Watcher watcher;
    Register one = registration(0);
    one.transport = test.transport;
    watcher.see(one);
    one = registration(10, 2);
    one.transport = test.transport;
    one.source = test.from;
    const Outcome outcome = watcher.see(one);
    EXPECT_EQ(outcome.action, test.action) << test.name;
    EXPECT_EQ(outcome.previous_source, test.action == "moved" ? ipv4(10) : Endpoint{}) << test.name;
    EXPECT_THAT(watcher.bindings(), ElementsAre(kPhone + " " + to_text(test.from) + " 70")) << test.name;
  }
}

// An edge proxy (2) on this node before a registrar (1): answers are seen at the registrar's hop first.
struct TwoHops {
  Watcher watcher;

  std::pair<std::string, std::string> see(Register one) {
    Register near = one;
    near.registrar = ipv4(2);
    Register far = one;
    far.vias = 2;
    far.source = ipv4(2);
    const std::string at_registrar = watcher.see(far).action;
    near.at += 0.002;
    return {at_registrar, watcher.see(near).action};
  }
};

TEST(Registrations, SeenOnTwoHopsAreOneAndFromTheDevice) {
  TwoHops hops;
  using Actions = std::pair<std::string, std::string>;
  EXPECT_EQ(hops.see(registration(0)), (Actions{"registered", "registered"}));
  EXPECT_THAT(hops.watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 60"));
  EXPECT_EQ(hops.see(registration(30, 2)), (Actions{"refreshed", "refreshed"}));
  EXPECT_THAT(hops.watcher.bindings(), ElementsAre(kPhone + " 192.0.2.10:5060 90"));
  Register moved = registration(40, 3);
  moved.source = ipv4(77);
  EXPECT_EQ(hops.see(moved), (Actions{"refreshed", "moved"}));
  EXPECT_THAT(hops.watcher.bindings(), ElementsAre(kPhone + " 192.0.2.77:5060 100"));
  Register gone = registration(50, 4, "0");
  gone.answered = {};
  EXPECT_EQ(hops.see(gone), (Actions{"removed", "removed"}));
  EXPECT_EQ(hops.watcher.table.live(), 0u);
}

TEST(Registrations, OfSeveralDevicesOnTwoHopsDoNotDriveEachOtherOut) {
  TwoHops hops;
  hops.see(registration(0));
  Register tablet{.asked = {contact(kTablet), "Expires: 60"},
                  .answered = {contact(kPhone, "55"), contact(kTablet, "60")},
                  .at = 5,
                  .call_id = "reg-2",
                  .source = ipv4(11)};
  hops.see(tablet);
  Register phone = registration(10, 2);
  phone.answered = {contact(kPhone, "60"), contact(kTablet, "55")};
  hops.see(phone);
  EXPECT_THAT(hops.watcher.bindings(),
              ElementsAre(kPhone + " 192.0.2.10:5060 70", kTablet + " 192.0.2.11:5060 65"));
}

TEST(Registrations, WithAnotherContactAtTheNextHopAreStillOne) {
  Watcher watcher;
  const auto see_both = [&](double at, unsigned cseq) {
    const std::string inner = "sip:alice@192.0.2.2:5060";
    const std::string first = watcher
                                  .see({.asked = {contact(inner)},
                                        .answered = {contact(inner, "60")},
                                        .at = at,
                                        .cseq = cseq,
                                        .vias = 2,
                                        .source = ipv4(2)})
                                  .action;
    return first + " " +
           watcher
               .see({.asked = {contact(kPhone)},
                     .answered = {contact(kPhone, "60")},
                     .at = at + 0.002,
                     .cseq = cseq,
                     .registrar = ipv4(2)})
               .action;
  };
  EXPECT_EQ(see_both(0, 1), "registered registered");
  EXPECT_EQ(see_both(30, 2), "refreshed refreshed");
  EXPECT_THAT(watcher.bindings(), ElementsAre("sip:alice@192.0.2.2:5060 192.0.2.10:5060 90"));
}

TEST(Registrations, WhoseNearHopIsNotSeenAnyMoreComeFromTheFarOne) {
  TwoHops hops;
  hops.see(registration(0));
  Register far = registration(10, 2);
  far.vias = 2;
  far.source = ipv4(2);
  EXPECT_EQ(hops.watcher.see(far).action, "refreshed");
  far.at = 20;
  far.cseq = 3;
  EXPECT_EQ(hops.watcher.see(far).action, "moved");
  EXPECT_THAT(hops.watcher.bindings(), ElementsAre(kPhone + " 192.0.2.2:5060 80"));
}

// ---- bounds ----

TEST(Registrations, AtTheirLimitGiveUpWhatExpiresFirst) {
  Watcher watcher(3);
  for (int i = 0; i < 5; ++i) {
    Register one = registration(0, 1, std::to_string(i == 1 ? 10 : 100 + i));
    one.to = "sip:user" + std::to_string(i) + "@example.com";
    watcher.see(one);
  }
  EXPECT_EQ(watcher.table.live(), 3u);
  EXPECT_EQ(watcher.table.evicted(), 2u);
  EXPECT_THAT(watcher.bindings("user1@example.com"), IsEmpty());
  EXPECT_THAT(watcher.bindings("user0@example.com"), IsEmpty());
}

TEST(Registrations, OfOneAddressAreAtMost32) {
  Watcher watcher;
  for (int i = 0; i < 40; ++i)
    watcher.see(
        {.asked = {contact("sip:alice@192.0.2.10:" + std::to_string(6000 + i), std::to_string(100 + i))},
         .answered = {},
         .call_id = "reg-" + std::to_string(i)});
  EXPECT_EQ(watcher.table.live(), 32u);
  EXPECT_EQ(watcher.table.evicted(), 8u);
  EXPECT_EQ(watcher.bindings().front(), "sip:alice@192.0.2.10:6008 192.0.2.10:5060 108");
}

TEST(Registrations, WithAnAddressThatIsTooLongAreNone) {
  Watcher watcher;
  const std::string huge = "sip:" + std::string(600, 'a') + "@example.com";
  watcher.see({.asked = {contact(huge)}, .answered = {contact(huge, "60")}});
  EXPECT_EQ(watcher.table.live(), 0u);
}

TEST(Registrations, AListThatIsTooLongRemovesNothing) {
  Watcher watcher;
  watcher.see(registration(0));
  Register one{
      .asked = {contact(kTablet)}, .answered = {contact(kTablet, "60")}, .at = 1, .call_id = "reg-2"};
  for (int i = 0; i < 40; ++i)
    one.answered.push_back(contact("sip:x" + std::to_string(i) + "@192.0.2.9", "0"));
  watcher.see(one);
  EXPECT_EQ(watcher.bindings().size(), 2u);
}

// ---- for whoever asks ----

TEST(Registrations, AreListedInPages) {
  Watcher watcher;
  for (int i = 0; i < 5; ++i) {
    Register one = registration(0);
    one.to = "sip:user" + std::to_string(4 - i) + "@example.com";
    watcher.see(one);
  }
  Register second = registration(1);
  second.to = "sip:user1@example.com";
  second.asked[0] = contact(kTablet);
  second.answered = {contact(kPhone, "59"), contact(kTablet, "60")};
  second.call_id = "reg-2";
  watcher.see(second);

  std::vector<std::string> seen;
  std::vector<std::size_t> sizes;
  std::string after;
  do {
    const Registrations::Page page = watcher.table.list(after, 2);
    sizes.push_back(page.bindings.size());
    for (const Binding& binding : page.bindings) seen.push_back(binding.aor);
    after = page.next;
  } while (!after.empty());
  EXPECT_THAT(seen, ElementsAre("user0@example.com", "user1@example.com", "user1@example.com",
                                "user2@example.com", "user3@example.com", "user4@example.com"));
  EXPECT_THAT(sizes, ElementsAre(3u, 2u, 1u)) << "an address is never parted";
}

TEST(Registrations, AreForgottenWhenAsked) {
  Watcher watcher;
  watcher.see(registration(0));
  EXPECT_TRUE(watcher.table.forget("alice@example.com"));
  EXPECT_FALSE(watcher.table.forget("alice@example.com"));
  EXPECT_EQ(watcher.table.live(), 0u);
  EXPECT_FALSE(watcher.table.is_due(UINT64_MAX - 1));
  EXPECT_EQ(watcher.see(registration(10, 2)).action, "registered");
}

TEST(Registrations, BearSeveralThreads) {
  Registrations table(50);
  const auto work = [&table](int number) {
    Arena room;
    for (int i = 0; i < 300; ++i) {
      Register one = registration(0, static_cast<unsigned>(i));
      one.to = "sip:user" + std::to_string(i % 70) + "-" + std::to_string(number) + "@example.com";
      const std::string request_text = one.text(true);
      const std::string response_text = one.text(false);
      SipMessage request;
      SipMessage response;
      decode_sip(request_text, false, request);
      decode_sip(response_text, false, response);
      room.clear();
      const RegisterRequest kept = keep_register_request(request, room);
      const auto aor = AddressOfRecord::of(response.to.uri);
      const auto now_ns = static_cast<std::uint64_t>(i) * kSecond_ns;
      table.answered({.aor = aor->view(),
                      .response = response,
                      .request = &kept,
                      .time_ns = now_ns,
                      .source = one.source,
                      .registrar = one.registrar});
      if (table.is_due(now_ns)) table.expire(now_ns, [](const Binding&) {});
      table.list("", 10);
      if (i % 50 == 0) table.forget(aor->view());
    }
  };
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(table.live(), 50u);
}

}  // namespace
}  // namespace sipsonde::test
