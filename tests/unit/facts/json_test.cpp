// SPDX-License-Identifier: Apache-2.0
#include "facts/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "facts/trace_id.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kStart = 1'700'000'000 * kSecond;

Endpoint ipv4(std::uint8_t last, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

const TrunkTable& trunks() {
  static const TrunkTable table = {TrunkRule{.name = "carrier-a", .tenant = "acme"},
                                   TrunkRule{.name = "default", .tenant = "default"}};
  return table;
}

FactContext context() {
  return FactContext{&trunks(), "edge-1"};
}

template <typename Statement>
std::string json_of(const Statement& fact) {
  std::string out;
  append_json(out, fact, context());
  return out;
}

CallEvent ringing() {
  CallEvent event;
  event.time_ns = kStart + 123456789;
  event.call_id = "a84b4c76e66710@pc33.atlanta.example.com";
  event.leg = 1;
  event.trunk = 0;
  event.direction = SIPSONDE_DIRECTION_outbound;
  event.event = EventName::ringing;
  event.method = SIPSONDE_METHOD_invite;
  event.code = 180;
  event.reason = "Ringing";
  event.source = ipv4(2, 5060);
  event.destination = ipv4(1, 5080);
  event.transport = SIPSONDE_TRANSPORT_tcp;
  static constexpr Attribute kAttributes[] = {{"to_tag", "8321234356"}, {"rseq", "1"}};
  event.attributes = kAttributes;
  return event;
}

CallRecord answered_call() {
  CallRecord record;
  record.call_id = "a84b4c76e66710@pc33.atlanta.example.com";
  record.leg = 0;
  record.trunk = 0;
  record.from_number = "+4930123456";
  record.to_number = "bob";
  record.from_uri = "sip:+4930123456@atlanta.example.com";
  record.to_uri = "sip:bob@biloxi.example.com";
  record.source = ipv4(1, 5060);
  record.destination.address = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  record.destination.port = 5060;
  record.start_ns = kStart;
  record.ringing_ns = kStart + 250 * kMillisecond;
  record.answer_ns = kStart + 3 * kSecond + 999'999;
  record.end_ns = kStart + 64 * kSecond + 7 * kMillisecond + 500'000;
  record.disposition = Disposition::answered;
  record.sip_status = 200;
  record.q850_cause = 16;
  record.hangup_cause = "NORMAL_CLEARING";
  record.disconnect_initiator = Initiator::callee;
  record.user_agent = "phone \"X\"/1.0";
  return record;
}

TEST(EventJson, HasTheFieldsOfTheDocumentInTheirOrder) {
  EXPECT_EQ(
      json_of(ringing()),
      R"({"ts":"2023-11-14T22:13:20.123456789Z","call_id":"a84b4c76e66710@pc33.atlanta.example.com","leg":1,)"
      R"("account_id":"acme","tenant":"acme","trunk":"carrier-a","direction":"outbound",)"
      R"("event":"sip.ringing","method":"INVITE","code":180,"reason":"Ringing","src":"192.0.2.2:5060",)"
      R"("dst":"192.0.2.1:5080","transport":"tcp","node":"edge-1",)"
      R"("attributes":{"to_tag":"8321234356","rseq":"1"}})");
}

TEST(EventJson, WritesTheUnknownAsNull) {
  CallEvent event;
  event.call_id = "x";
  event.trunk = 1;
  event.event = EventName::options;
  event.method = SIPSONDE_METHOD_options;
  EXPECT_EQ(json_of(event),
            R"({"ts":"1970-01-01T00:00:00.000000000Z","call_id":"x","leg":null,"account_id":"default",)"
            R"("tenant":"default","trunk":"default","direction":"inbound","event":"sip.options",)"
            R"("method":"OPTIONS","code":null,"reason":null,"src":null,"dst":null,"transport":"udp",)"
            R"("node":"edge-1","attributes":{}})");
}

TEST(EventJson, IsAppendedToWhatIsThere) {
  std::string out = "before\n";
  append_json(out, ringing(), context());
  EXPECT_EQ(out, "before\n" + json_of(ringing()));
}

TEST(EventJson, TakesTheDefaultForATrunkThatIsNotInTheTable) {
  CallEvent event = ringing();
  event.trunk = 77;
  EXPECT_EQ(nlohmann::json::parse(json_of(event))["trunk"], "default");
}

TEST(EventJson, StaysOneValidLineWhateverBytesAHeaderHeld) {
  std::mt19937 random(4711);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<std::size_t> length(0, 64);
  const auto noise = [&] {
    std::string text(length(random), '\0');
    for (char& c : text) c = static_cast<char>(byte(random));
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    CallEvent event = ringing();
    const std::string call_id = noise(), reason = noise(), name = noise(), value = noise();
    const Attribute attributes[] = {{name, value}};
    event.call_id = call_id;
    event.reason = reason;
    event.attributes = attributes;
    const std::string line = json_of(event);
    for (const char c : line) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    const auto parsed = nlohmann::json::parse(line);  // throws on bytes that are not UTF-8
    ASSERT_EQ(parsed["event"], "sip.ringing");
  }
}

TEST(EventJson, EscapesEachControlCharacterInsideLongPlainText) {
  for (int control = 0; control < 0x20; ++control) {
    CallEvent event = ringing();
    const std::string reason = std::string(40, 'a') + static_cast<char>(control) + std::string(40, 'b');
    event.reason = reason;
    const std::string line = json_of(event);
    for (const char c : line) ASSERT_GE(static_cast<unsigned char>(c), 0x20) << control;
    ASSERT_EQ(nlohmann::json::parse(line)["reason"], reason);
  }
}

TEST(RecordJson, HasTheColumnsOfTheDocumentInTheirOrder) {
  EXPECT_EQ(
      json_of(answered_call()),
      R"({"call_id":"a84b4c76e66710@pc33.atlanta.example.com","leg":0,"tenant_id":"acme","trunk_id":"carrier-a",)"
      R"("account_id":"acme","direction":"inbound","from_number":"+4930123456","to_number":"bob",)"
      R"("from_uri":"sip:+4930123456@atlanta.example.com","to_uri":"sip:bob@biloxi.example.com",)"
      R"("src":"192.0.2.1:5060","dst":"[2001:db8::1]:5060","transport":"udp",)"
      R"("start_timestamp_ms":1700000000000,"ringing_timestamp_ms":1700000000250,)"
      R"("answer_timestamp_ms":1700000003000,"end_timestamp_ms":1700000064007,"duration_seconds":64.007,)"
      R"("billable_seconds":61.007,"disposition":"answered","sip_status":200,"q850_cause":16,)"
      R"("hangup_cause":"NORMAL_CLEARING","disconnect_initiator":"callee","user_agent":"phone \"X\"/1.0",)"
      R"("codec":null,"packets_sent":null,"packets_received":null,"packets_lost":null,"bytes_sent":null,)"
      R"("bytes_received":null,"jitter_ms":null,"rtt_ms":null,"loss_fraction":null,"estimated_mos":null,)"
      R"("price":null,"currency":null,"recording_url":null,"agent_id":null,"route":null,"custom":{},"media":[],)"
      R"("node":"edge-1","trace_id":"662acf87a5d2bf4a90da2f6080ef1fa5","linked_call_id":null,)"
      R"("link_reason":null,"coverage":"full"})");
}

TEST(AccountJson, IsTheFactsOwnElseTheRulesElseTheTenant) {
  const TrunkTable table = {TrunkRule{.name = "a", .tenant = "acme", .account_id = "a7"}};
  const FactContext with_account{&table, "edge-1"};
  const auto account_of = [&](const auto& fact) {
    std::string out;
    append_json(out, fact, with_account);
    return nlohmann::json::parse(out)["account_id"].template get<std::string>();
  };
  CallEvent event = ringing();
  CallRecord record = answered_call();
  EXPECT_EQ(account_of(event), "a7");
  EXPECT_EQ(account_of(record), "a7");
  event.account = record.account = "own";
  EXPECT_EQ(account_of(event), "own");
  EXPECT_EQ(account_of(record), "own");
}

TEST(RecordJson, HasWhatWasAddedToTheLeg) {
  CallRecord record = answered_call();
  static constexpr Attribute kCustom[] = {{"queue", "sales"}};
  record.tenant = "other";
  record.price_micros = 1'250'000;
  record.currency = "EUR";
  record.recording_url = "https://recordings.example/1";
  record.agent_id = "7";
  record.route = "blue";
  record.custom = kCustom;
  record.linked_call_id = "b-leg";
  record.link_reason = "session-id";
  const auto row = nlohmann::json::parse(json_of(record));
  EXPECT_EQ(row["tenant_id"], "other");
  EXPECT_EQ(row["account_id"], "other");
  EXPECT_EQ(row["currency"], "EUR");
  EXPECT_EQ(row["recording_url"], "https://recordings.example/1");
  EXPECT_EQ(row["agent_id"], "7");
  EXPECT_EQ(row["route"], "blue");
  EXPECT_EQ(row["custom"]["queue"], "sales");
  EXPECT_EQ(row["linked_call_id"], "b-leg");
  EXPECT_EQ(row["link_reason"], "session-id");
}

TEST(RecordJson, WritesAPriceAsItIsAndNotAsTheNearestBinaryFraction) {
  for (const auto& [micros, text] : {std::pair<std::int64_t, const char*>{0, "0"},
                                     {1, "0.000001"},
                                     {100'000, "0.1"},
                                     {1'250'000, "1.25"},
                                     {42'000'000, "42"},
                                     {123'456'789'012, "123456.789012"},
                                     {-500'000, "-0.5"}}) {
    CallRecord record;
    record.price_micros = micros;
    EXPECT_NE(json_of(record).find(std::string("\"price\":") + text + ","), std::string::npos) << text;
  }
}

TEST(RecordJson, HasHowTheCallSoundedAndEachStreamsOwnFigures) {
  CallRecord record = answered_call();
  record.codec = SIPSONDE_CODEC_pcma;
  record.packets_sent = 500;
  record.packets_received = 0;
  record.packets_lost = 25;
  record.bytes_sent = 86'000;
  record.bytes_received = 0;
  record.jitter_ms = 1.23449;
  record.rtt_ms = 40;
  record.loss_fraction = 1.0 / 21;
  record.estimated_mos = 4.05556;
  MediaRecord streams[2];
  streams[0] = {.way = MediaWay::sent,
                .ssrc = 0xdeadbeef,
                .codec = SIPSONDE_CODEC_pcma,
                .packets = 500,
                .bytes = 86'000,
                .lost = 25,
                .duplicate = 0,
                .reordered = 3,
                .jitter_ms = 1.2,
                .mos = 4.05,
                .source_address = ipv4(7, 4000),
                .destination_address = ipv4(8, 5000),
                .source = MediaSource::rtp};
  streams[1].way = MediaWay::received;
  streams[1].codec = SIPSONDE_CODEC_unknown;
  streams[1].source = MediaSource::rtcp_xr;
  record.media = streams;
  const std::string row = json_of(record);
  EXPECT_NE(row.find(R"("codec":"PCMA","packets_sent":500,"packets_received":0,"packets_lost":25,)"
                     R"("bytes_sent":86000,"bytes_received":0,"jitter_ms":1.234,"rtt_ms":40,)"
                     R"("loss_fraction":0.047619,"estimated_mos":4.0556,"price":null)"),
            std::string::npos)
      << row;
  EXPECT_NE(
      row.find(
          R"("media":[{"way":"sent","ssrc":3735928559,"codec":"PCMA","packets":500,"bytes":86000,"lost":25,)"
          R"("duplicate":0,"reordered":3,"jitter_ms":1.2,"mos":4.05,"src":"192.0.2.7:4000",)"
          R"("dst":"192.0.2.8:5000","source":"rtp"},{"way":"received","ssrc":null,"codec":null,)"
          R"("packets":null,"bytes":null,"lost":null,"duplicate":null,"reordered":null,"jitter_ms":null,)"
          R"("mos":null,"src":null,"dst":null,"source":"rtcp-xr"}],"node":)"),
      std::string::npos)
      << row;
  EXPECT_TRUE(nlohmann::json::accept(row));
}

TEST(RecordJson, WritesWhatIsNoNumberAsNull) {
  CallRecord record;
  record.jitter_ms = std::numeric_limits<double>::quiet_NaN();
  record.rtt_ms = std::numeric_limits<double>::infinity();
  record.loss_fraction = -1e300;
  record.estimated_mos = 1;
  const auto row = nlohmann::json::parse(json_of(record));
  for (const char* column : {"jitter_ms", "rtt_ms", "loss_fraction"}) EXPECT_TRUE(row[column].is_null());
  EXPECT_EQ(row["estimated_mos"], 1);
}

TEST(KeepMedia, HasItsOwnPlaceForTheStreams) {
  Arena arena;
  std::vector<MediaRecord> streams(3);
  streams[2].packets = 7;
  const std::span<const MediaRecord> kept = keep_media(streams, arena);
  streams.clear();
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[2].packets, 7u);
  EXPECT_FALSE(kept[0].packets);
  EXPECT_TRUE(keep_media({}, arena).empty());
}

TEST(RecordJson, WritesTheUnknownAsNull) {
  CallRecord record;
  record.call_id = "x";
  record.coverage = Coverage::cut;
  const auto row = nlohmann::json::parse(json_of(record));
  for (const char* column : {"from_number",
                             "to_number",
                             "from_uri",
                             "to_uri",
                             "src",
                             "dst",
                             "start_timestamp_ms",
                             "ringing_timestamp_ms",
                             "answer_timestamp_ms",
                             "end_timestamp_ms",
                             "duration_seconds",
                             "billable_seconds",
                             "disposition",
                             "sip_status",
                             "q850_cause",
                             "hangup_cause",
                             "user_agent",
                             "codec",
                             "packets_sent",
                             "packets_received",
                             "packets_lost",
                             "bytes_sent",
                             "bytes_received",
                             "jitter_ms",
                             "rtt_ms",
                             "loss_fraction",
                             "estimated_mos"})
    EXPECT_TRUE(row[column].is_null()) << column;
  EXPECT_EQ(row["media"], nlohmann::json::array());
  EXPECT_EQ(row["disconnect_initiator"], "unknown");
  EXPECT_EQ(row["coverage"], "cut");
}

struct LengthCase {
  const char* name;
  std::uint64_t from_ns;
  std::uint64_t until_ns;
  const char* text;
};

constexpr LengthCase kLengths[] = {
    {"None", 5 * kSecond, 5 * kSecond, "\"duration_seconds\":0.000,"},
    {"OneMillisecond", kSecond, kSecond + kMillisecond, "\"duration_seconds\":0.001,"},
    {"AgreesWithTheTimesOfTheRow", kSecond + 999'999, 2 * kSecond, "\"duration_seconds\":1.000,"},
    {"ADay", kSecond, 86'401 * kSecond + 50 * kMillisecond, "\"duration_seconds\":86400.050,"},
    {"NeverNegative", 2 * kSecond, kSecond, "\"duration_seconds\":0.000,"},
};

class RecordLength : public testing::TestWithParam<LengthCase> {};

TEST_P(RecordLength, HasThreeDecimals) {
  CallRecord record;
  record.start_ns = GetParam().from_ns;
  record.end_ns = GetParam().until_ns;
  EXPECT_NE(json_of(record).find(GetParam().text), std::string::npos) << json_of(record);
}

INSTANTIATE_TEST_SUITE_P(Lengths, RecordLength, testing::ValuesIn(kLengths),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(TraceIdOf, IsTheBeginningOfSha256) {
  // FIPS 180-4, example "abc": ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 ...
  const auto hex = to_hex(trace_id_of("abc"));
  EXPECT_EQ(std::string(hex.data(), hex.size()), "ba7816bf8f01cfea414140de5dae2223");
}

TEST(Labels, AreThoseOfTheDocuments) {
  EXPECT_EQ(label(EventName::register_), "sip.register");
  EXPECT_EQ(label(EventName::scanner), "sip.scanner");
  EXPECT_EQ(label(Disposition::no_answer), "no-answer");
  EXPECT_EQ(label(Disposition::timeout), "timeout");
  EXPECT_EQ(label(FailureReason::not_acceptable), "not-acceptable");
  EXPECT_EQ(label(FailureReason::other), "other");
  EXPECT_EQ(label(Initiator::network), "network");
  EXPECT_EQ(label(Coverage::lossy), "lossy");
  EXPECT_EQ(label(MediaWay::received), "received");
  EXPECT_EQ(label(MediaSource::rtcp_xr), "rtcp-xr");
  EXPECT_EQ(label(static_cast<Disposition>(99)), "unknown");
}

}  // namespace
}  // namespace sipsonde
