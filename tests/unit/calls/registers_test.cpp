// SPDX-License-Identifier: Apache-2.0
// REGISTER and OPTIONS outside of a dialog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "dialog_script.h"

namespace sipsonde::test {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

const std::string kPhone = "<sip:1001@192.0.2.1>";

// A REGISTER of 2002 by 1001, each a transaction of its own.
struct Phone {
  Dialog dialog;
  std::uint32_t cseq = 0;

  Message asks(milliseconds when, const std::string& headers = "Contact: " + kPhone + "\r\n") {
    Message message = dialog.by_caller("REGISTER", ++cseq, when, false);
    message.headers = headers;
    message.user_agent = "phone/1.0";
    return message;
  }
};

Message accepted(const Message& request, milliseconds after, const std::string& expires = "60") {
  Message message = request.answered(200, after);
  message.headers = "Contact: " + kPhone + ";expires=" + expires + "\r\n";
  return message;
}

std::map<std::string, std::string> attributes_of(const CallEvent& event) {
  std::map<std::string, std::string> attributes;
  for (const Attribute& attribute : event.attributes)
    attributes.emplace(std::string(attribute.name), std::string(attribute.value));
  return attributes;
}

TEST(Register, TellsWhatItDid) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(seconds(0));
  stage.see({request, accepted(request, milliseconds(20))});
  ASSERT_EQ(stage.events().size(), 1u);
  const CallEvent event = stage.events()[0];
  EXPECT_EQ(event.event, EventName::register_);
  EXPECT_EQ(event.code, 200);
  const auto attributes = attributes_of(event);
  EXPECT_THAT(attributes, Contains(Pair("aor", "2002")));
  EXPECT_THAT(attributes, Contains(Pair("action", "registered")));
  EXPECT_THAT(attributes, Contains(Pair("contact", "sip:1001@192.0.2.1")));
  EXPECT_THAT(attributes, Contains(Pair("expires", "60")));
  EXPECT_THAT(attributes, Contains(Pair("user_agent", "phone/1.0"))) << "what the request told stays";
  EXPECT_THAT(attributes, Not(Contains(Key("contacts"))));
  EXPECT_EQ(stage.registrations().bindings.live(), 1u);
  EXPECT_EQ(stage.registrations().delay.sum_ns(), 20'000'000u);
}

TEST(Register, RepeatedIsTimedOnceAndFromItsFirstCopy) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(seconds(0));
  const Message answer = accepted(request, milliseconds(600));
  stage.see({request, request.later(milliseconds(500)), answer, answer.later(milliseconds(10))});
  EXPECT_EQ(stage.events().size(), 1u);
  EXPECT_EQ(stage.registrations().delay.sum_ns(), 600'000'000u);
}

struct RefusalCase {
  int code;
  std::string action;
};

TEST(Register, RefusedChangesNothing) {
  const RefusalCase cases[] = {{401, "challenged"}, {407, "challenged"}, {403, "refused"}, {423, "refused"},
                               {302, "refused"},    {503, "refused"},    {603, "refused"}};
  for (const RefusalCase& test : cases) {
    Stage stage;
    Phone phone;
    const Message request = phone.asks(seconds(0));
    Message answer = request.answered(test.code, milliseconds(20));
    answer.min_expires = 90;
    stage.see({request, answer});
    const auto attributes = attributes_of(stage.events().at(0));
    EXPECT_THAT(attributes, Contains(Pair("action", test.action))) << test.code;
    EXPECT_THAT(attributes, Contains(Pair("contact", "sip:1001@192.0.2.1"))) << test.code;
    EXPECT_EQ(attributes.count("min_expires"), test.code == 423 ? 1u : 0u) << test.code;
    EXPECT_EQ(stage.registrations().bindings.live(), 0u) << test.code;
    EXPECT_EQ(stage.registrations().delay.sum_ns(), 0u) << test.code;
  }
}

TEST(Register, ThatMovedNamesItsFormerSource) {
  Stage stage;
  Phone phone;
  const Message first = phone.asks(seconds(0));
  stage.see({first, accepted(first, milliseconds(20))});
  phone.dialog.caller = ipv4(77);
  const Message second = phone.asks(seconds(10));
  stage.see({second, accepted(second, milliseconds(20))});
  const auto attributes = attributes_of(stage.events().at(1));
  EXPECT_THAT(attributes, Contains(Pair("action", "moved")));
  EXPECT_THAT(attributes, Contains(Pair("previous_source", "192.0.2.1:5060")));
}

TEST(Register, OfSeveralContactsSaysHowMany) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(seconds(0), "Contact: " + kPhone + ", <sip:1001@192.0.2.9>\r\n");
  stage.see({request, request.answered(200, milliseconds(20))});
  EXPECT_THAT(attributes_of(stage.events().at(0)), Contains(Pair("contacts", "2")));
  EXPECT_EQ(stage.registrations().bindings.live(), 2u);
}

TEST(Register, WhoseAnswerOvertakesItIsBelievedByItsList) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(milliseconds(1));
  stage.see({accepted(request, milliseconds(0)), request});
  stage.wait_until(seconds(50));
  ASSERT_EQ(stage.events().size(), 1u);
  EXPECT_THAT(attributes_of(stage.events()[0]), Not(Contains(Key("action"))));
  EXPECT_EQ(stage.registrations().bindings.live(), 1u);
}

TEST(Register, WhoseProvisionalAnswerOvertakesItIsWhole) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(milliseconds(1));
  stage.see({request.answered(100, milliseconds(0)), request, accepted(request, milliseconds(5))});
  EXPECT_THAT(attributes_of(stage.events().at(0)), Contains(Pair("action", "registered")));
}

TEST(Binding, ThatExpiresIsAnEventOfItsOwn) {
  Stage stage;
  Phone phone;
  const Message request = phone.asks(seconds(0));
  stage.see({request, accepted(request, milliseconds(0))});
  stage.wait_until(milliseconds(59'999));
  EXPECT_EQ(stage.events().size(), 1u);
  stage.wait_until(seconds(61));
  ASSERT_EQ(stage.events().size(), 2u);
  const CallEvent event = stage.events()[1];
  EXPECT_EQ(event.event, EventName::register_);
  EXPECT_EQ(event.time_ns, at(seconds(60)));
  EXPECT_EQ(event.call_id, "");
  EXPECT_EQ(event.leg, std::nullopt);
  EXPECT_EQ(event.code, std::nullopt);
  EXPECT_EQ(event.source, ipv4(1));
  EXPECT_EQ(event.destination, ipv4(2));
  const auto attributes = attributes_of(event);
  EXPECT_THAT(attributes, Contains(Pair("action", "expired")));
  EXPECT_THAT(attributes, Contains(Pair("aor", "2002")));
  EXPECT_THAT(attributes, Contains(Pair("contact", "sip:1001@192.0.2.1")));
  EXPECT_EQ(stage.registrations().bindings.live(), 0u);
}

TEST(Binding, ThatExpiredBeforeTheNextRegisterIsToldBeforeIt) {
  Stage stage;
  Phone phone;
  const Message first = phone.asks(seconds(0));
  const Message second = phone.asks(seconds(100));
  stage.see({first, accepted(first, milliseconds(20)), second, accepted(second, milliseconds(20))});
  ASSERT_EQ(stage.events().size(), 3u);
  EXPECT_THAT(attributes_of(stage.events()[1]), Contains(Pair("action", "expired")));
  EXPECT_THAT(attributes_of(stage.events()[2]), Contains(Pair("action", "registered")));
}

TEST(Binding, IsSharedByAllTables) {
  Settings settings;
  const Timebase timebase = Timebase::of_capture();
  Measures measures;
  RegistrationWatch watch(10, 1);
  const CallSurroundings surroundings{
      .settings = settings, .timebase = timebase, .measures = measures, .registrations = &watch};
  CallTable one(surroundings, 2);
  CallTable other(surroundings, 2);
  const auto see = [](CallTable& table, const Message& message) {
    const SipMessage view = view_of(message);
    table.observe(sighting_of(message, view));
  };
  Phone phone;
  Phone tablet;
  tablet.dialog.call_id = "reg-2";
  const Message first = phone.asks(seconds(0));
  see(one, first);
  see(one, accepted(first, milliseconds(10)));
  const Message second = tablet.asks(seconds(1));
  see(other, second);
  see(other, accepted(second, milliseconds(10)));
  EXPECT_EQ(watch.bindings.live(), 1u) << "the same contact";
  one.advance(at(seconds(62)));
  other.advance(at(seconds(62)));
  const auto told = one.take_facts();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->size(), 2u) << "whose turn it is tells that it expired";
  EXPECT_EQ(watch.bindings.live(), 0u);
}

// ---- OPTIONS ----

Settings with_trunk() {
  Settings settings;
  Network network;
  network.address = ipv4(2).address;
  network.prefix_bits = 128;
  settings.trunks = {TrunkRule{.name = "carrier", .peers = {network}}, TrunkRule{.name = "default"}};
  return settings;
}

Dialog outbound() {
  Dialog dialog;
  dialog.direction = SIPSONDE_DIRECTION_outbound;
  return dialog;
}

TEST(Options, AnsweredByAPeerSayThatItIsUp) {
  for (const int code : {200, 404, 503}) {
    Stage stage(with_trunk());
    Dialog dialog = outbound();
    const Message options = dialog.by_caller("OPTIONS", 1, seconds(0), false);
    stage.see({options, options.answered(100, milliseconds(5))});
    EXPECT_EQ(stage.registrations().peers.up(0), std::nullopt);
    stage.see(options.answered(code, milliseconds(20)));
    EXPECT_EQ(stage.registrations().peers.up(0), true) << code;
    EXPECT_EQ(stage.registrations().peers.up(1), std::nullopt);
  }
}

TEST(Options, ThatNobodyAnswersSayThatItIsDownWhenTimerFRunsOut) {
  Stage stage(with_trunk());
  Dialog dialog = outbound();
  const Message first = dialog.by_caller("OPTIONS", 1, seconds(0), false);
  stage.see(
      {first, first.answered(200, milliseconds(20)), dialog.by_caller("OPTIONS", 2, seconds(10), false)});
  stage.wait_until(milliseconds(41'999));
  EXPECT_EQ(stage.registrations().peers.up(0), true);
  stage.wait_until(seconds(42));
  EXPECT_EQ(stage.registrations().peers.up(0), false);
}

TEST(Options, FromAPeerSayNothingOfIt) {
  Stage stage(with_trunk());
  Dialog dialog;
  dialog.caller = ipv4(2);
  dialog.callee = ipv4(9);
  const Message options = dialog.by_caller("OPTIONS", 1, seconds(0), false);
  stage.see({options, options.answered(200, milliseconds(20))});
  EXPECT_EQ(stage.registrations().peers.up(0), std::nullopt);
  EXPECT_EQ(stage.registrations().peers.up(1), std::nullopt);
}

TEST(Options, OnAMirrorPortAreToAPeerWhenItIsTheOneAsked) {
  Stage stage(with_trunk());
  Dialog dialog;
  dialog.mirrored = true;
  const Message options = dialog.by_caller("OPTIONS", 1, seconds(0), false);
  stage.see({options, options.answered(200, milliseconds(20))});
  EXPECT_EQ(stage.registrations().peers.up(0), true);
}

TEST(Options, WithinACallBelongToTheCall) {
  Stage stage(with_trunk());
  Dialog dialog = outbound();
  stage.see(answered_call(dialog));
  const Message options = dialog.by_caller("OPTIONS", 2, seconds(5));
  stage.see({options, options.answered(200, milliseconds(20))});
  EXPECT_EQ(stage.registrations().peers.up(0), std::nullopt);
}

}  // namespace
}  // namespace sipsonde::test
