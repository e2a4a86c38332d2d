// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "otlp/span_pipeline.h"
#include "unit/otlp/decoded_spans.h"
#include "unit/otlp/fake_receiver.h"
#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;
using Reader = protozero::pbf_reader;

// Field numbers of the public logs/v1/logs.proto.
struct DecodedLog {
  std::uint64_t time_ns = 0;
  std::uint64_t observed_ns = 0;
  std::int64_t severity = 0;
  std::string severity_text;
  std::string body;
  std::string event_name;
  DecodedAttributes attributes;
  std::uint32_t flags = 0;
  std::string trace_id;
  std::string span_id;
};

DecodedLog log_of(Reader reader) {
  DecodedLog log;
  while (reader.next()) switch (reader.tag()) {
      case 1:
        log.time_ns = reader.get_fixed64();
        break;
      case 2:
        log.severity = reader.get_enum();
        break;
      case 3:
        log.severity_text = reader.get_string();
        break;
      case 5: {
        Reader any = reader.get_message();
        while (any.next(1)) log.body = any.get_string();
        break;
      }
      case 6:
        add_decoded(reader.get_message(), log.attributes);
        break;
      case 8:
        log.flags = reader.get_fixed32();
        break;
      case 9:
        log.trace_id = hex_of(reader.get_string());
        break;
      case 10:
        log.span_id = hex_of(reader.get_string());
        break;
      case 11:
        log.observed_ns = reader.get_fixed64();
        break;
      case 12:
        log.event_name = reader.get_string();
        break;
      default:
        ADD_FAILURE() << "unknown field " << reader.tag();
        reader.skip();
    }
  return log;
}

std::vector<DecodedLog> decode_logs(std::string_view bytes) {
  std::vector<DecodedLog> logs;
  Reader request(bytes.data(), bytes.size());
  while (request.next(1)) {
    Reader of_resource = request.get_message();
    while (of_resource.next(2)) {
      Reader of_scope = of_resource.get_message();
      while (of_scope.next(2)) logs.push_back(log_of(of_scope.get_message()));
    }
  }
  return logs;
}

constexpr std::uint64_t kObservedNs = kInviteNs + 99;

class Logs : public testing::Test {
 protected:
  Logs() {
    settings_.node = "edge-1";
    settings_.otlp.enabled = true;
  }

  LogPipeline& pipeline() {
    if (!pipeline_)
      pipeline_ = std::make_unique<LogPipeline>(
          settings_, std::make_unique<FakeExporter>(receiver_), [this] { return now_; },
          [] { return kObservedNs; });
    return *pipeline_;
  }

  std::vector<DecodedLog> logs_of(const std::vector<Fact>& facts) {
    EXPECT_TRUE(pipeline().take(facts));
    EXPECT_TRUE(pipeline().send_all());
    return receiver_.taken.empty() ? std::vector<DecodedLog>{} : decode_logs(receiver_.taken.back());
  }
  DecodedLog log_of_event(const CallEvent& event) {
    const auto logs = logs_of({event});
    EXPECT_EQ(logs.size(), 1u);
    return logs.empty() ? DecodedLog{} : logs.front();
  }
  DecodedRequest spans_of(const LegFacts& leg) {
    FakeReceiver receiver;
    SpanPipeline spans(settings_, std::make_unique<FakeExporter>(receiver), [this] { return now_; });
    EXPECT_TRUE(spans.take(leg.facts()));
    EXPECT_TRUE(spans.send_all());
    return receiver.taken.empty() ? DecodedRequest{} : decode_request(receiver.taken.front());
  }

  Settings settings_;
  FakeReceiver receiver_;
  std::chrono::steady_clock::time_point now_{};
  std::unique_ptr<LogPipeline> pipeline_;
};

TEST_F(Logs, ALineOfTheStoryIsARecordWithTheSameFields) {
  LegFacts leg;
  leg.event(EventName::ringing, 200, SIPSONDE_METHOD_invite, 180, {{"attempt", "2"}});
  CallEvent event = leg.events.front();
  event.reason = "Ringing";
  event.source = leg.record.destination;
  event.destination = leg.record.source;
  const DecodedLog log = log_of_event(event);
  EXPECT_EQ(log.time_ns, at_ms(200));
  EXPECT_EQ(log.observed_ns, kObservedNs);
  EXPECT_EQ(log.severity, 9);
  EXPECT_EQ(log.severity_text, "INFO");
  EXPECT_EQ(log.body, "sip.ringing");
  EXPECT_EQ(log.event_name, "sip.ringing");
  EXPECT_THAT(log.attributes,
              UnorderedElementsAre(Pair("call_id", "\"a84b4c76@pc33.example.com\""), Pair("leg", "0"),
                                   Pair("account_id", "\"default\""), Pair("tenant", "\"default\""),
                                   Pair("trunk", "\"default\""), Pair("direction", "\"inbound\""),
                                   Pair("method", "\"INVITE\""), Pair("code", "180"),
                                   Pair("reason", "\"Ringing\""), Pair("src", "\"198.51.100.7:5080\""),
                                   Pair("dst", "\"192.0.2.1:5060\""), Pair("transport", "\"udp\""),
                                   Pair("node", "\"edge-1\""), Pair("attributes.attempt", "\"2\"")));
}

TEST_F(Logs, EveryRecordOfALegNamesTheSpanOfTheLeg) {
  for (const char* const traceparent : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
    LegFacts leg = LegFacts::answered();
    leg.record.traceparent = traceparent;
    for (CallEvent& event : leg.events) event.traceparent = traceparent;
    const DecodedRequest spans = spans_of(leg);
    const DecodedSpan* const call = spans.span("sip.call");
    ASSERT_NE(call, nullptr);
    const auto logs = logs_of(leg.facts());
    EXPECT_EQ(logs.size(), leg.events.size());
    for (const DecodedLog& log : logs) {
      EXPECT_EQ(log.trace_id, call->trace_id);
      EXPECT_EQ(log.span_id, call->span_id);
      EXPECT_EQ(log.flags, 1u);
    }
  }
}

TEST_F(Logs, ARecordSaysWhenTheSamplerDoesNotTakeItsTrace) {
  settings_.otlp.sampler = OtlpSampler::always_off;
  LegFacts leg;
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite);
  EXPECT_EQ(log_of_event(leg.events.front()).flags, 0u);
}

TEST_F(Logs, ATransactionOutsideOfACallNamesItsSpanWhereItHasOne) {
  CallEvent event;
  event.call_id = "reg@x";
  event.time_ns = at_ms(5);
  event.event = EventName::register_;
  event.method = SIPSONDE_METHOD_register;
  EXPECT_EQ(log_of_event(event).span_id, "");
  pipeline_.reset();
  settings_.otlp.register_spans = true;
  FakeReceiver receiver;
  SpanPipeline spans(settings_, std::make_unique<FakeExporter>(receiver), [this] { return now_; });
  ASSERT_TRUE(spans.take(std::vector<Fact>{event}));
  ASSERT_TRUE(spans.send_all());
  const DecodedRequest request = decode_request(receiver.taken.at(0));
  const DecodedLog log = log_of_event(event);
  EXPECT_EQ(log.span_id, request.spans.at(0).span_id);
  EXPECT_EQ(log.trace_id, request.spans.at(0).trace_id);
  EXPECT_EQ(log.attributes.count("leg"), 0u);
}

TEST_F(Logs, WithoutACallIdThereIsNoTrace) {
  CallEvent event;  // a binding ran out: no message passed
  event.event = EventName::register_;
  event.method = SIPSONDE_METHOD_register;
  const DecodedLog log = log_of_event(event);
  EXPECT_EQ(log.trace_id, "");
  EXPECT_EQ(log.span_id, "");
}

struct Severity {
  const char* name;
  EventName event;
  std::uint16_t code;
  std::int64_t severity;
};

class Severities : public Logs, public testing::WithParamInterface<Severity> {};

TEST_P(Severities, AreAsOfASpan) {
  LegFacts leg;
  leg.event(GetParam().event, 0, SIPSONDE_METHOD_invite, GetParam().code);
  EXPECT_EQ(log_of_event(leg.events.front()).severity, GetParam().severity);
}

INSTANTIATE_TEST_SUITE_P(Logs, Severities,
                         testing::Values(Severity{"Answered", EventName::answered, 200, 9},
                                         Severity{"Redirected", EventName::redirected, 302, 9},
                                         Severity{"Challenged", EventName::challenged, 407, 9},
                                         Severity{"Cancelled", EventName::terminated, 487, 9},
                                         Severity{"Busy", EventName::rejected, 486, 13},
                                         Severity{"Failed", EventName::rejected, 503, 13},
                                         Severity{"Timeout", EventName::timeout, 0, 13},
                                         Severity{"Scanner", EventName::scanner, 0, 13},
                                         Severity{"OneWay", EventName::media_one_way, 0, 13},
                                         Severity{"MediaEnded", EventName::media_ended, 0, 9}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_F(Logs, WhateverBytesAHeaderHeldTextsAreUtf8) {
  LegFacts leg("\xff\xfe@x");
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite, 0, {{"from", "a\xc3"}});
  const DecodedLog log = log_of_event(leg.events.front());
  EXPECT_EQ(log.attributes.at("call_id"), "\"\xef\xbf\xbd\xef\xbf\xbd@x\"");
  EXPECT_EQ(log.attributes.at("attributes.from"), "\"a\xef\xbf\xbd\"");
}

TEST_F(Logs, RecordsOfRowsAreNotTaken) {
  EXPECT_FALSE(pipeline().takes(CallRecord{}));
  EXPECT_TRUE(pipeline().takes(CallEvent{}));
}

TEST_F(Logs, WaitForOthersAndLeaveInBatches) {
  settings_.otlp.batch.size = 5;
  const LegFacts leg = LegFacts::answered();  // seven events
  EXPECT_EQ(*pipeline().take(leg.facts()), 7u);
  EXPECT_TRUE(pipeline().send_due());
  ASSERT_EQ(receiver_.requests.size(), 1u);
  EXPECT_EQ(decode_logs(receiver_.requests[0]).size(), 5u);
  now_ += settings_.otlp.batch.delay;
  EXPECT_TRUE(pipeline().send_due());
  ASSERT_EQ(receiver_.requests.size(), 2u);
  EXPECT_EQ(decode_logs(receiver_.requests[1]).size(), 2u);
}

TEST_F(Logs, WhatIsToBeTriedAgainStaysAndComesOnce) {
  receiver_.replies = {{.outcome = ExportOutcome::later, .message = "HTTP 503", .retry_after = 7s}};
  EXPECT_TRUE(pipeline().take(LegFacts::answered().facts()));
  const auto first = pipeline().send_all();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().message, "send log records: HTTP 503");
  EXPECT_EQ(pipeline().retry_after(), 7s);
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(receiver_.taken.size(), 1u);
  EXPECT_EQ(pipeline().take_account().sent, 7u);
}

TEST_F(Logs, APartThatIsRejectedIsCountedAndNotSentAgain) {
  receiver_.replies = {{.outcome = ExportOutcome::taken, .rejected = 2, .message = "too old"}};
  EXPECT_TRUE(pipeline().take(LegFacts::answered().facts()));
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(receiver_.requests.size(), 1u);
  const auto account = pipeline().take_account();
  EXPECT_EQ(account.sent, 5u);
  EXPECT_EQ(account.refused, 2u);
}

TEST_F(Logs, WithAFullBatchThatCannotLeaveNothingMoreIsTaken) {
  settings_.otlp.batch.size = 7;
  EXPECT_TRUE(pipeline().take(LegFacts::answered("first").facts()));
  receiver_.replies = {{.outcome = ExportOutcome::later, .message = "HTTP 503"}};
  EXPECT_FALSE(pipeline().take(LegFacts::answered("second").facts()));
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(pipeline().take_account().sent, 7u);
}

}  // namespace
}  // namespace sipsonde
