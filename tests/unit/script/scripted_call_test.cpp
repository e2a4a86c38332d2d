// SPDX-License-Identifier: Apache-2.0
// What a script reads of a leg, and what it says of it.
#include "script/scripted_call.h"

#include "facts/json.h"
#include "unit/script/script_stage.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

class ScriptedCallTest : public ScriptStage {
 protected:
  // `expression` at the end of a leg.
  std::string at_the_end(const std::string& expression) {
    play("function on_end(call) call.route = tostring(" + expression + ") end");
    end();
    return std::string(record_.route);
  }

  void say(const std::string& body) {
    play("function on_start(call) " + body + " end");
    start();
  }

  std::string row() {
    std::string line;
    append_json(line, record_, FactContext{&trunks_, "node-1"});
    return line;
  }
};

struct ReadCase {
  std::string field;
  std::string value;
};

class ReadField : public ScriptedCallTest, public testing::WithParamInterface<ReadCase> {};

TEST_P(ReadField, IsWhatTheRowSays) {
  record_.call_id = "a84b4c76e66710@pc33.example.com";
  record_.leg = 2;
  record_.direction = SIPSONDE_DIRECTION_outbound;
  record_.transport = SIPSONDE_TRANSPORT_tcp;
  record_.from_number = "1001";
  record_.to_number = "2002";
  record_.from_uri = "sip:1001@a.example";
  record_.to_uri = "sip:2002@b.example";
  record_.source.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
  record_.source.port = 5060;
  record_.user_agent = "phone/1.0";
  record_.start_ns = 10'000'000'000;
  record_.ringing_ns = 11'000'000'000;
  record_.answer_ns = 13'500'000'000;
  record_.end_ns = 73'500'000'000;
  record_.disposition = Disposition::answered;
  record_.sip_status = 200;
  record_.q850_cause = 16;
  record_.hangup_cause = "NORMAL_CLEARING";
  record_.disconnect_initiator = Initiator::caller;
  record_.price_micros = 250'000;
  record_.currency = "EUR";
  bring("X-Voice-Mode: native\r\n");
  EXPECT_EQ(at_the_end("call." + GetParam().field), GetParam().value);
}

const ReadCase kReads[] = {
    {"moment", "end"},
    {"call_id", "a84b4c76e66710@pc33.example.com"},
    {"leg", "2"},
    {"direction", "outbound"},
    {"transport", "tcp"},
    {"from_number", "1001"},
    {"to_number", "2002"},
    {"from_uri", "sip:1001@a.example"},
    {"to_uri", "sip:2002@b.example"},
    {"src", "192.0.2.1:5060"},
    {"user_agent", "phone/1.0"},
    {"tenant", "acme"},
    {"trunk", "carrier-a"},
    {"method", "INVITE"},
    {"code", "200"},
    {"disposition", "answered"},
    {"q850_cause", "16"},
    {"hangup_cause", "NORMAL_CLEARING"},
    {"disconnect_initiator", "caller"},
    {"coverage", "full"},
    {"ringing", "1"},
    {"setup", "3.5"},
    {"duration", "63.5"},
    {"billable", "60"},
    {"price", "0.25"},
    {"currency", "EUR"},
    {"recording_url", "nil"},
    {"agent_id", "nil"},
    {"custom", "table"},
};

INSTANTIATE_TEST_SUITE_P(Fields, ReadField, testing::ValuesIn(kReads),
                         [](const auto& test) { return test.param.field; });

TEST_F(ScriptedCallTest, DoesNotKnowAnEndBeforeItComes) {
  for (const char* field : {"disposition", "coverage", "disconnect_initiator", "duration", "setup", "code"})
    EXPECT_EQ(answer_to(std::string("call.") + field), "nil") << field;
}

// ---- headers ----

struct HeaderCase {
  std::string name;
  std::string headers;
  std::string asked;
  std::string value;
};

class Header : public ScriptedCallTest, public testing::WithParamInterface<HeaderCase> {};

TEST_P(Header, IsFoundByItsName) {
  bring(GetParam().headers);
  EXPECT_EQ(answer_to("call:header(" + GetParam().asked + ")"), GetParam().value);
}

const HeaderCase kHeaders[] = {
    {"OfAnyCase", "x-voice-MODE: native\r\n", "'X-Voice-Mode'", "native"},
    {"TheFirstOfSeveral", "X-A: 1\r\nX-A: 2\r\n", "'X-A'", "1"},
    {"InItsCompactForm", "s: Hello\r\n", "'Subject'", "Hello"},
    {"InFull", "Subject: Hello\r\n", "'subject'", "Hello"},
    {"Folded", "X-A: one\r\n  two\r\n\tthree\r\n", "'X-A'", "one two three"},
    {"Absent", "X-A: 1\r\n", "'X-B'", "nil"},
    {"OfNoName", "X-A: 1\r\n", "''", "nil"},
    {"NameWithNul", "X-A: 1\r\n", "'X-A\\0'", "nil"},
};

INSTANTIATE_TEST_SUITE_P(Headers, Header, testing::ValuesIn(kHeaders),
                         [](const auto& test) { return test.param.name; });

TEST_F(ScriptedCallTest, TellsAnEmptyHeaderFromNone) {
  bring("X-A:\r\n");
  EXPECT_EQ(answer_to("'<' .. call:header('X-A') .. '>'"), "<>");
}

TEST_F(ScriptedCallTest, HasNoHeaderWithoutAMessage) {
  EXPECT_EQ(answer_to("call:header('X-A')"), "nil");
  EXPECT_EQ(metrics_.errors(), 0u);
}

TEST_F(ScriptedCallTest, TakesHostileHeadersAsTheyAre) {
  bring(std::string("X-A: a\0b\xff\xfe\x01\r\nX-B: ", 18) + std::string(65'000, 'x') + "\r\n");
  say("call.custom = {a = call:header('X-A'), b = call:header('X-B'), n = #call:header('X-B')}"
      "call.agent_id = call:header('X-A') call.tenant = call:header('X-A')");
  EXPECT_EQ(metrics_.errors(), 0u);
  ASSERT_EQ(record_.custom.size(), 3u);
  EXPECT_EQ(record_.custom[0].value, std::string_view("a\0b\xff\xfe\x01", 6));
  EXPECT_EQ(record_.custom[1].value.size(), kScriptTextBytes);
  EXPECT_EQ(record_.custom[2].value, "65000");
  EXPECT_THAT(row(), HasSubstr(R"("agent_id":"a\u0000b)"
                               "\xef\xbf\xbd\xef\xbf\xbd"
                               R"(\u0001")"));
}

// ---- what is said ----

TEST_F(ScriptedCallTest, SetsEveryField) {
  say("call:set{tenant = 'other-tenant', route = 'gw-7', price = 0.125, currency = 'EUR',"
      "recording_url = 'https://rec.example/1', agent_id = 'agent-9', custom = {campaign = 'spring', vip = "
      "true, n = 3}}");
  EXPECT_EQ(metrics_.errors(), 0u);
  for (const char* field :
       {R"("tenant_id":"other-tenant")", R"("price":0.125)", R"("currency":"EUR")",
        R"("recording_url":"https://rec.example/1")", R"("agent_id":"agent-9")", R"("route":"gw-7")",
        R"("custom":{"campaign":"spring","n":"3","vip":"true"})", R"("trunk_id":"carrier-a")"})
    EXPECT_THAT(row(), HasSubstr(field));
}

TEST_F(ScriptedCallTest, SetsOneFieldAsWell) {
  say("call.route = 'a' call.route = 'b' call.price = '0.5' call.agent_id = 7");
  EXPECT_EQ(record_.route, "b");
  EXPECT_EQ(record_.price_micros, 500'000);
  EXPECT_EQ(record_.agent_id, "7");
}

TEST_F(ScriptedCallTest, TakesAFieldBack) {
  record_.route = "before";
  record_.price_micros = 5;
  say("call.route = nil call.price = nil");
  EXPECT_TRUE(record_.route.empty());
  EXPECT_FALSE(record_.price_micros);
}

TEST_F(ScriptedCallTest, ReadsWhatItSaid) {
  say("call.tenant = 'b' call.custom = {x = 'y'} call.route = call.tenant .. call.custom.x");
  EXPECT_EQ(record_.route, "by");
}

TEST_F(ScriptedCallTest, AddsCustomFieldsOverTheMoments) {
  play(
      "function on_start(call) call.custom = {a = 1, b = 1} end function on_end(call) call.custom = {b = 2, "
      "c = 2} end");
  start();
  end();
  EXPECT_THAT(row(), HasSubstr(R"("custom":{"a":"1","b":"2","c":"2"})"));
}

TEST_F(ScriptedCallTest, KeepsWhatItSaidBeyondTheNextCallback) {
  play("function on_start(call) call.route = call:header('X-A') call.custom = {x = call:header('X-A')} end");
  bring("X-A: first\r\n");
  start();
  CallRecord first = record_;
  record_ = CallRecord{};
  bring("X-A: second\r\n");
  start();
  EXPECT_EQ(first.route, "first");
  EXPECT_EQ(first.custom[0].value, "first");
}

TEST_F(ScriptedCallTest, CutsWhatIsTooLong) {
  say("call.route = ('x'):rep(100000)");
  EXPECT_EQ(record_.route.size(), kScriptTextBytes);
}

TEST_F(ScriptedCallTest, HasRoomForSixteenCustomFields) {
  say("for i = 1, 17 do call.custom = {['f' .. i] = i} end");
  EXPECT_EQ(metrics_.errors(), 1u);
  EXPECT_EQ(record_.custom.size(), kCustomFields);
  EXPECT_EQ(record_.custom[15].name, "f16");
}

TEST_F(ScriptedCallTest, KnowsABoundedNumberOfNames) {
  play(
      "local n = 0 function on_start(call) for i = 1, 10 do n = n + 1 call.custom = {['f' .. n] = 'x'} end "
      "end");
  for (int i = 0; i < 30; ++i) {
    record_ = CallRecord{};
    start();
  }
  EXPECT_GT(metrics_.errors(), 0u);
  EXPECT_EQ(metrics_.custom_name("one more"), nullptr);
  EXPECT_NE(metrics_.custom_name("f1"), nullptr);
}

struct WrongCase {
  std::string name;
  std::string body;
};

class WrongValue : public ScriptedCallTest, public testing::WithParamInterface<WrongCase> {};

TEST_P(WrongValue, IsAnErrorAndLeavesTheFieldAlone) {
  record_.currency = "USD";
  say(GetParam().body);
  EXPECT_EQ(metrics_.errors(), 1u);
  EXPECT_FALSE(record_.price_micros);
  EXPECT_EQ(record_.currency, "USD");
  EXPECT_TRUE(record_.custom.empty());
}

const WrongCase kWrong[] = {
    {"UnknownField", "call.rout = 'x'"},
    {"ReadOnlyField", "call.call_id = 'x'"},
    {"NumberForAName", "call[1] = 'x'"},
    {"FieldThatIsNot", "local x = call.rout"},
    {"TableForAText", "call.route = {}"},
    {"NegativePrice", "call.price = -1"},
    {"EndlessPrice", "call.price = 1/0"},
    {"NoPrice", "call.price = 0/0"},
    {"PriceOfLetters", "call.price = '1 EUR'"},
    {"PriceTooHigh", "call.price = 1e13"},
    {"CurrencyOfLowerCase", "call.currency = 'eur'"},
    {"CurrencyTooLong", "call.currency = 'EURO'"},
    {"CustomOfText", "call.custom = 'x'"},
    {"CustomOfNumbers", "call.custom = {'x'}"},
    {"CustomOfTables", "call.custom = {x = {}}"},
    {"CustomWithoutName", "call.custom = {[''] = 'x'}"},
    {"CustomWithALongName", "call.custom = {[('x'):rep(65)] = 'x'}"},
    {"SetWithoutTable", "call:set('x')"},
    {"SetOfNothingKnown", "call:set{nothing = 1}"},
};

INSTANTIATE_TEST_SUITE_P(Scripts, WrongValue, testing::ValuesIn(kWrong),
                         [](const auto& test) { return test.param.name; });

TEST_F(ScriptedCallTest, IsNoCallOutsideOfACallback) {
  EXPECT_THAT(refusal("function on_start(call) kept = call end local x = kept and kept.leg"),
              testing::IsEmpty());
  play("local kept function on_start(call) kept = call end function on_end(call) kept.route = 'x' end");
  start();
  end();
  EXPECT_EQ(record_.route, "x") << "the object is that of the callback that runs";
}

}  // namespace
}  // namespace sipsonde
