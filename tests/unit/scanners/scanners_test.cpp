// SPDX-License-Identifier: Apache-2.0
#include "scanners/scanners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kSecond = 1'000'000'000;

Endpoint ipv4(unsigned last) {
  Endpoint endpoint;
  endpoint.address = {0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0xff,
                      0xff,
                      198,
                      51,
                      static_cast<std::uint8_t>(last >> 8),
                      static_cast<std::uint8_t>(last)};
  endpoint.port = 5060;
  return endpoint;
}

// Requests as they come in, and what they gave away so far.
class Gate {
 public:
  explicit Gate(Settings settings = {}) : settings_(std::move(settings)), scanners_(settings_, 1) {}

  AskedTarget ask(sipsonde_method method, unsigned user, std::uint64_t time_ns = 0, unsigned from = 1,
                  std::string_view user_agent = {}) {
    const std::string name = std::to_string(100 + user);
    SipMessage request;
    request.is_request = true;
    request.method = method;
    request.to.user = request.request_uri.user = name;
    request.to.host = request.request_uri.host = "pbx.example.com";
    request.user_agent = user_agent;
    request.call_id = call_id_;
    ScannersFound found;
    const AskedTarget asked = scanners_.observe_request({.sip = request,
                                                         .source = ipv4(from),
                                                         .destination = ipv4(200),
                                                         .transport = SIPSONDE_TRANSPORT_tcp,
                                                         .time_ns = time_ns},
                                                        found);
    keep(found);
    return asked;
  }
  void turn_away(const AskedTarget& asked, std::uint64_t time_ns = 0) {
    ScannersFound found;
    scanners_.observe_turned_away(asked, time_ns, found);
    keep(found);
  }
  void refuse(sipsonde_method method, unsigned users, std::uint64_t time_ns = 0, unsigned from = 1) {
    for (unsigned user = 0; user < users; ++user) turn_away(ask(method, user, time_ns, from), time_ns);
  }

  void use_call_id(std::string call_id) { call_id_ = std::move(call_id); }

  Scanners& scanners() { return scanners_; }
  std::vector<ScannerKind> kinds() const {
    std::vector<ScannerKind> kinds;
    for (const ScannerFound& one : found_) kinds.push_back(one.kind);
    return kinds;
  }
  const std::vector<ScannerFound>& found() const { return found_; }

 private:
  void keep(const ScannersFound& found) { found_.insert(found_.end(), found.begin(), found.end()); }

  Settings settings_;
  Scanners scanners_;
  std::vector<ScannerFound> found_;
  std::string call_id_ = "call@198.51.0.1";
};

TEST(Scanners, TellASourceThatIsRefusedForManyAddressesOfRecord) {
  Gate gate;
  gate.refuse(SIPSONDE_METHOD_register, 19);
  EXPECT_THAT(gate.kinds(), IsEmpty());
  gate.refuse(SIPSONDE_METHOD_register, 25);
  ASSERT_THAT(gate.kinds(), ElementsAre(ScannerKind::register_sweep));
  const LatestRequest& latest = gate.found()[0].latest;
  EXPECT_EQ(latest.source, ipv4(1));
  EXPECT_EQ(latest.destination, ipv4(200));
  EXPECT_EQ(latest.method, SIPSONDE_METHOD_register);
  EXPECT_EQ(latest.transport, SIPSONDE_TRANSPORT_tcp);
  EXPECT_EQ(latest.call_id.view(), "call@198.51.0.1");
  EXPECT_NEAR(gate.found()[0].count, 20, 1);
}

TEST(Scanners, DoNotTellTheSameAddressOfRecordAgainAndAgain) {
  Gate gate;
  for (int i = 0; i < 100; ++i) gate.turn_away(gate.ask(SIPSONDE_METHOD_register, 1));
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, TellASourceOnceInItsWindow) {
  Gate gate;
  gate.refuse(SIPSONDE_METHOD_register, 200);
  EXPECT_EQ(gate.kinds().size(), 1u);
  gate.refuse(SIPSONDE_METHOD_register, 200, 59 * kSecond);
  EXPECT_EQ(gate.kinds().size(), 1u);
  gate.refuse(SIPSONDE_METHOD_register, 200, 60 * kSecond);
  EXPECT_EQ(gate.kinds().size(), 2u);
}

TEST(Scanners, DoNotAddUpWhatDifferentSourcesAsked) {
  Gate gate;
  for (unsigned from = 1; from < 100; ++from) gate.refuse(SIPSONDE_METHOD_register, 10, 0, from);
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, DoNotAddUpWhatWasAskedInDifferentWindows) {
  Gate gate;
  for (unsigned user = 0; user < 100; ++user)
    gate.turn_away(gate.ask(SIPSONDE_METHOD_register, user, user * 4 * kSecond), user * 4 * kSecond);
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, TakeThePhonesBehindANatForWhatTheyAre) {
  Gate gate;
  std::vector<AskedTarget> challenged;
  for (unsigned user = 0; user < 200; ++user)
    challenged.push_back(gate.ask(SIPSONDE_METHOD_register, user, user * kSecond / 10));
  for (const AskedTarget& asked : challenged) gate.scanners().observe_fine(asked, 30 * kSecond);
  // What their first requests were challenged for is given up half a minute later.
  for (const AskedTarget& asked : challenged) gate.turn_away(asked, 62 * kSecond);
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, LetSomeFailWhereMoreAreFine) {
  Gate gate;
  for (unsigned user = 1000; user < 1100; ++user)
    gate.scanners().observe_fine(gate.ask(SIPSONDE_METHOD_register, user), 0);
  gate.refuse(SIPSONDE_METHOD_register, 90);
  EXPECT_THAT(gate.kinds(), IsEmpty());
  gate.refuse(SIPSONDE_METHOD_register, 130);
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::register_sweep));
}

TEST(Scanners, TellAFloodBeforeItsOutcomeIsKnown) {
  Gate gate;
  for (unsigned user = 0; user < 300; ++user) gate.ask(SIPSONDE_METHOD_invite, user);
  EXPECT_THAT(gate.kinds(), IsEmpty());
  for (unsigned user = 300; user < 360; ++user) gate.ask(SIPSONDE_METHOD_invite, user);
  ASSERT_THAT(gate.kinds(), ElementsAre(ScannerKind::invite_burst));
  EXPECT_NEAR(gate.found()[0].count, 320, 20);
}

TEST(Scanners, TakeManyCallsThatGoThroughForNoFlood) {
  Gate gate;
  for (unsigned number = 0; number < 2000; ++number) {
    const AskedTarget asked = gate.ask(SIPSONDE_METHOD_invite, number);
    if (number % 4 == 0) gate.scanners().observe_fine(asked, 0);
  }
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, TellOptionsWhateverTheAnswer) {
  Gate gate;
  for (unsigned user = 0; user < 25; ++user)
    gate.scanners().observe_fine(gate.ask(SIPSONDE_METHOD_options, user), 0);
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::options_sweep));
}

TEST(Scanners, LetARegistrarPingThoseWhoAreRegistered) {
  Gate gate;
  gate.scanners().observe_registrar(ipv4(1).address, 0);
  for (unsigned user = 0; user < 1000; ++user) gate.ask(SIPSONDE_METHOD_options, user, kSecond);
  EXPECT_THAT(gate.kinds(), IsEmpty());
  for (unsigned user = 0; user < 1000; ++user) gate.ask(SIPSONDE_METHOD_options, user, 3601 * kSecond);
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::options_sweep)) << "an hour after the last registration";
}

TEST(Scanners, TellAToolByItsNameWhateverItAsksFor) {
  Gate gate;
  gate.ask(SIPSONDE_METHOD_message, 1, 0, 1, "friendly-scanner");
  ASSERT_THAT(gate.kinds(), ElementsAre(ScannerKind::user_agent));
  EXPECT_EQ(gate.found()[0].count, 1u);
  for (unsigned user = 0; user < 9; ++user)
    gate.ask(SIPSONDE_METHOD_message, user, kSecond, 1, "friendly-scanner");
  EXPECT_EQ(gate.kinds().size(), 1u);
  gate.ask(SIPSONDE_METHOD_message, 1, 60 * kSecond, 1, "friendly-scanner");
  ASSERT_EQ(gate.kinds().size(), 2u);
  EXPECT_EQ(gate.found()[1].count, 10u) << "those since it was last told";
}

TEST(Scanners, TellAToolAndItsSweepApart) {
  Gate gate;
  for (unsigned user = 0; user < 25; ++user) gate.ask(SIPSONDE_METHOD_options, user, 0, 1, "sipvicious");
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::user_agent, ScannerKind::options_sweep));
}

TEST(Scanners, DoNotTellATrunk) {
  Settings settings;
  settings.trunks = {{.name = "carrier", .peers = {{ipv4(1).address, 128}}, .domains = {}},
                     {.name = "pbx", .peers = {}, .domains = {"pbx.example.com"}},
                     {.name = "default"}};
  Gate gate(settings);
  gate.refuse(SIPSONDE_METHOD_invite, 500);
  gate.ask(SIPSONDE_METHOD_options, 1, 0, 1, "sipsak");
  EXPECT_THAT(gate.kinds(), IsEmpty());
  gate.refuse(SIPSONDE_METHOD_invite, 25, 0, 2);
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::invite_burst)) << "a domain is what the sender says";
}

TEST(Scanners, KeepToTheLimitsOfTheSettings) {
  Settings settings;
  settings.scanners.targets = 5;
  settings.scanners.numbers = 50;
  settings.scanners.window = std::chrono::seconds(600);
  settings.scanners.user_agents = {};
  Gate gate(settings);
  gate.refuse(SIPSONDE_METHOD_register, 3);
  gate.ask(SIPSONDE_METHOD_message, 1, 0, 1, "friendly-scanner");
  EXPECT_THAT(gate.kinds(), IsEmpty());
  gate.refuse(SIPSONDE_METHOD_register, 6, 599 * kSecond);
  EXPECT_THAT(gate.kinds(), ElementsAre(ScannerKind::register_sweep));
  gate.refuse(SIPSONDE_METHOD_invite, 45);
  EXPECT_EQ(gate.kinds().size(), 1u);
  gate.refuse(SIPSONDE_METHOD_invite, 55);
  EXPECT_EQ(gate.kinds().size(), 2u);
}

TEST(Scanners, AreOnlyCountedWhenThereAreTooManyInASecond) {
  Gate gate;
  for (unsigned from = 1; from <= 1000; ++from)
    gate.ask(SIPSONDE_METHOD_options, 1, kSecond, from, "friendly-scanner");
  EXPECT_EQ(gate.found().size(), 1000u);
  EXPECT_EQ(gate.scanners().found(ScannerKind::user_agent), 1000u);
  EXPECT_EQ(std::ranges::count(gate.found(), true, &ScannerFound::is_to_be_told), 64);
  gate.ask(SIPSONDE_METHOD_options, 1, 2 * kSecond, 1001, "friendly-scanner");
  EXPECT_TRUE(gate.found().back().is_to_be_told);
}

TEST(Scanners, KeepNoPartOfALongCallIdAndTheBeginningOfALongUserAgent) {
  Gate gate;
  gate.use_call_id(std::string(129, 'c'));
  gate.ask(SIPSONDE_METHOD_options, 1, 0, 1, "sipvicious" + std::string(1000, '-'));
  ASSERT_EQ(gate.found().size(), 1u);
  EXPECT_EQ(gate.found()[0].latest.call_id.view(), "");
  EXPECT_EQ(gate.found()[0].latest.user_agent.view(), "sipvicious" + std::string(54, '-'));
}

TEST(Scanners, KnowWhatComesFromAScannerForAWindowMore) {
  Gate gate;
  EXPECT_FALSE(gate.ask(SIPSONDE_METHOD_invite, 1).of_scanner);
  gate.refuse(SIPSONDE_METHOD_register, 30);
  EXPECT_TRUE(gate.ask(SIPSONDE_METHOD_invite, 1).of_scanner);
  EXPECT_FALSE(gate.ask(SIPSONDE_METHOD_invite, 1, 0, 2).of_scanner) << "another source";
  EXPECT_TRUE(gate.ask(SIPSONDE_METHOD_invite, 1, 60 * kSecond).of_scanner);
  EXPECT_FALSE(gate.ask(SIPSONDE_METHOD_invite, 1, 120 * kSecond).of_scanner) << "nothing more was found";
}

TEST(Scanners, WatchNoOtherMethods) {
  Gate gate;
  for (unsigned user = 0; user < 500; ++user)
    EXPECT_FALSE(gate.ask(SIPSONDE_METHOD_subscribe, user).is_watched());
  EXPECT_THAT(gate.kinds(), IsEmpty());
}

TEST(Scanners, TellACodeThatTurnsAwayFromOneThatDoesNot) {
  for (const int code : {401, 403, 404, 407, 410, 484, 604}) EXPECT_TRUE(Scanners::turns_away(code)) << code;
  for (const int code : {100, 180, 200, 302, 408, 423, 480, 486, 487, 500, 503, 600})
    EXPECT_FALSE(Scanners::turns_away(code)) << code;
}

}  // namespace
}  // namespace sipsonde
