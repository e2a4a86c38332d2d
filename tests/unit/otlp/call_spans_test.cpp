// SPDX-License-Identifier: Apache-2.0
#include "otlp/call_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "otlp/span_writer.h"
#include "unit/otlp/decoded_spans.h"
#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

Settings settings_of_node(std::string node = "edge-1") {
  Settings settings;
  settings.node = std::move(node);
  settings.trunks = {TrunkRule{.name = "carrier-a", .tenant = "acme"}, TrunkRule{.name = "default"}};
  return settings;
}

DecodedRequest spans_of(const LegFacts& leg, const Settings& settings = settings_of_node()) {
  StoryTable stories(100, 1 << 20);
  for (const CallEvent& event : leg.events) stories.add(event);
  CallSpans maker(settings);
  SpanWriter writer({});
  std::string bytes;
  maker.make(leg.record, stories.take(leg.record), [&](const Span& span) { writer.append(bytes, span); });
  return decode_spans(bytes);
}

std::vector<std::string> names_of(const DecodedRequest& request) {
  std::vector<std::string> names;
  for (const DecodedSpan& span : request.spans) names.push_back(span.name);
  return names;
}

TEST(CallSpans, TellAnAnsweredCallAsOneTree) {
  const DecodedRequest request = spans_of(LegFacts::answered());
  EXPECT_THAT(names_of(request), ElementsAre("sip.call", "sip.call.setup", "sip.call.teardown"));
  const DecodedSpan& call = *request.span("sip.call");
  const DecodedSpan& setup = *request.span("sip.call.setup");
  const DecodedSpan& teardown = *request.span("sip.call.teardown");

  EXPECT_EQ(call.parent, "");
  EXPECT_EQ(call.start_ns, at_ms(0));
  EXPECT_EQ(call.end_ns, at_ms(10'000));
  EXPECT_EQ(setup.start_ns, at_ms(0));
  EXPECT_EQ(setup.end_ns, at_ms(2000));
  EXPECT_EQ(teardown.start_ns, at_ms(10'000));
  EXPECT_EQ(teardown.end_ns, at_ms(10'020));
  for (const DecodedSpan* child : {&setup, &teardown}) {
    EXPECT_EQ(child->parent, call.span_id);
    EXPECT_EQ(child->trace_id, call.trace_id);
    EXPECT_EQ(child->status, 0u);
  }
  EXPECT_EQ(setup.kind, 2u);  // server: the call came in
  EXPECT_EQ(call.status, 0u);
}

TEST(CallSpans, HaveTheAttributesOfTheRequest) {
  const DecodedSpan setup = *spans_of(LegFacts::answered()).span("sip.call.setup");
  EXPECT_THAT(
      setup.attributes,
      IsSupersetOf({Pair("sip.call_id", "\"a84b4c76@pc33.example.com\""),
                    Pair("call.sid", "\"a84b4c76@pc33.example.com\""), Pair("sip.method", "\"INVITE\""),
                    Pair("method.id", "1"), Pair("sip.from", "\"sip:alice@example.com\""),
                    Pair("sip.to", "\"sip:+4930123@example.net\""),
                    Pair("sip.via", "\"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776\""),
                    Pair("sip.cseq", "314159"), Pair("sip.user_agent", "\"Phone/1.0\""),
                    Pair("sip.status_code", "200"), Pair("sip.setup_time_ms", "2000.0"),
                    Pair("sip.q850_cause", "16"), Pair("tenant.id", "\"acme\""), Pair("transport", "\"udp\""),
                    Pair("network.peer.address", "\"192.0.2.1\""), Pair("network.peer.port", "5060")}));
}

TEST(CallSpans, NameTheCalleeAsPeerOfWhatGoesOut) {
  LegFacts leg = LegFacts::answered();
  leg.record.direction = SIPSONDE_DIRECTION_outbound;
  const DecodedSpan setup = *spans_of(leg).span("sip.call.setup");
  EXPECT_EQ(setup.kind, 3u);
  EXPECT_EQ(setup.attributes.at("network.peer.address"), "\"198.51.100.7\"");
  EXPECT_EQ(setup.attributes.at("network.peer.port"), "5080");
}

TEST(CallSpans, TellTheStepsOfTheSetupAsEvents) {
  LegFacts leg = LegFacts::answered();
  leg.event(EventName::progress, 300, SIPSONDE_METHOD_invite, 183)
      .event(EventName::retransmission, 500, SIPSONDE_METHOD_invite)
      .event(EventName::hold, 5000, SIPSONDE_METHOD_invite);
  const DecodedRequest request = spans_of(leg);
  const DecodedSpan& setup = *request.span("sip.call.setup");
  EXPECT_THAT(setup.event_names(), ElementsAre("sip.provisional", "sip.ringing", "sip.provisional",
                                               "sip.retransmission", "sip.answered"));
  const DecodedEvent& ringing = *setup.event("sip.ringing");
  EXPECT_EQ(ringing.time_ns, at_ms(200));
  EXPECT_THAT(ringing.attributes,
              ElementsAre(Pair("sip.elapsed_ms", "200.0"), Pair("sip.status_code", "180")));
  EXPECT_THAT(setup.event("sip.answered")->attributes,
              ElementsAre(Pair("sip.setup_time_ms", "2000.0"), Pair("sip.status_code", "200")));
  EXPECT_THAT(request.span("sip.call")->event_names(), ElementsAre("sip.ack", "sip.hold"));
}

TEST(CallSpans, MakeASpanOfEachAttempt) {
  LegFacts leg;
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite)
      .event(EventName::challenged, 20, SIPSONDE_METHOD_invite, 407)
      .event(EventName::ack, 25, SIPSONDE_METHOD_ack)
      .event(EventName::invite, 30, SIPSONDE_METHOD_invite, 0, {{"attempt", "2"}})
      .event(EventName::rejected, 80, SIPSONDE_METHOD_invite, 486);
  leg.record.end_ns = at_ms(80);
  leg.record.sip_status = 486;
  leg.record.hangup_cause = "USER_BUSY";
  const DecodedRequest request = spans_of(leg);
  const DecodedSpan& first = *request.span("sip.call.setup", 0);
  const DecodedSpan& second = *request.span("sip.call.setup", 1);
  EXPECT_NE(first.span_id, second.span_id);
  EXPECT_EQ(first.end_ns, at_ms(20));
  EXPECT_EQ(first.status, 0u);
  EXPECT_EQ(second.start_ns, at_ms(30));
  EXPECT_EQ(second.status, 2u);
  EXPECT_EQ(second.attributes.at("sip.status_code"), "486");
  EXPECT_EQ(request.span("sip.call")->status, 2u);
  EXPECT_EQ(request.span("sip.call")->status_message, "USER_BUSY");
}

struct StatusCase {
  std::uint16_t code;
  std::vector<std::uint16_t> except;
  std::uint64_t status;
};

class Statuses : public testing::TestWithParam<StatusCase> {};

TEST_P(Statuses, AreErrorsFromFourHundredOnButForExceptions) {
  Settings settings = settings_of_node();
  settings.otlp.error_status_except = GetParam().except;
  const DecodedRequest request = spans_of(LegFacts::refused(GetParam().code), settings);
  EXPECT_EQ(request.span("sip.call.setup")->status, GetParam().status);
  EXPECT_EQ(request.span("sip.call")->status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(CallSpans, Statuses,
                         testing::Values(StatusCase{302, {401, 407, 487}, 0},
                                         StatusCase{400, {401, 407, 487}, 2},
                                         StatusCase{401, {401, 407, 487}, 0},
                                         StatusCase{407, {401, 407, 487}, 0},
                                         StatusCase{487, {401, 407, 487}, 0}, StatusCase{487, {}, 2},
                                         StatusCase{486, {486, 401}, 0}, StatusCase{503, {401, 407, 487}, 2},
                                         StatusCase{603, {401, 407, 487}, 2}));

TEST(CallSpans, AnInviteThatNobodyAnswersIsAnError) {
  LegFacts leg;
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite)
      .event(EventName::retransmission, 500, SIPSONDE_METHOD_invite)
      .event(EventName::timeout, 32'000, SIPSONDE_METHOD_invite, 0, {{"timer", "B"}});
  leg.record.end_ns = at_ms(32'000);
  leg.record.sip_status = 408;
  const DecodedSpan setup = *spans_of(leg).span("sip.call.setup");
  EXPECT_EQ(setup.end_ns, at_ms(32'000));
  EXPECT_EQ(setup.status, 2u);
  EXPECT_EQ(setup.attributes.at("sip.status_code"), "408");
}

TEST(CallSpans, TheByeSaysWhoSentIt) {
  const DecodedSpan teardown = *spans_of(LegFacts::answered()).span("sip.call.teardown");
  EXPECT_EQ(teardown.attributes.at("sip.initiated_by"), "\"caller\"");
  EXPECT_EQ(teardown.attributes.at("sip.status_code"), "200");
  EXPECT_EQ(teardown.attributes.at("sip.method"), "\"BYE\"");
  EXPECT_EQ(teardown.kind, 2u);
}

TEST(CallSpans, AByeThatNobodyAnswersIsAnError) {
  LegFacts leg = LegFacts::answered();
  leg.events.back().code.reset();
  leg.record.teardown_ns.reset();
  const DecodedSpan teardown = *spans_of(leg).span("sip.call.teardown");
  EXPECT_EQ(teardown.status, 2u);
  EXPECT_EQ(teardown.status_message, "BYE not answered");
}

TEST(CallSpans, AStreamIsASpanOfNumbers) {
  LegFacts leg = LegFacts::answered();
  MediaRecord stream;
  stream.way = MediaWay::received;
  stream.ssrc = 4'000'000'000;
  stream.codec = SIPSONDE_CODEC_pcmu;
  stream.packets = 90;
  stream.lost = 10;
  stream.jitter_ms = 1.5;
  stream.mos = 4.1;
  stream.first_ns = at_ms(2100);
  stream.last_ns = at_ms(9900);
  leg.record.media = {&stream, 1};
  leg.record.rtt_ms = 42.5;
  const DecodedRequest request = spans_of(leg);
  const DecodedSpan& media = *request.span("sip.call.media");
  EXPECT_EQ(media.parent, request.span("sip.call")->span_id);
  EXPECT_EQ(media.kind, 1u);
  EXPECT_EQ(media.start_ns, at_ms(2100));
  EXPECT_EQ(media.end_ns, at_ms(9900));
  EXPECT_THAT(
      media.attributes,
      IsSupersetOf({Pair("media.way", "\"received\""), Pair("media.ssrc", "4000000000"),
                    Pair("media.codec", "\"PCMU\""), Pair("media.packets", "90"), Pair("media.lost", "10"),
                    Pair("media.loss_fraction", "0.1"), Pair("media.jitter_ms", "1.5"),
                    Pair("media.mos", "4.1"), Pair("media.rtt_ms", "42.5")}));
  EXPECT_THAT(media.attributes, Not(Contains(Key("media.bytes"))));  // not known, so not there
}

TEST(CallSpans, TheTraceOfACallFollowsFromItsCallId) {
  const std::string here = spans_of(LegFacts::answered()).spans[0].trace_id;
  EXPECT_EQ(here, spans_of(LegFacts::answered(), settings_of_node("edge-2")).spans[0].trace_id);
  EXPECT_EQ(here, std::string(to_hex(trace_id_of("a84b4c76@pc33.example.com")).data(), 32));
  EXPECT_NE(here, spans_of(LegFacts::answered("other@x")).spans[0].trace_id);
}

TEST(CallSpans, IdsAreOfTheNodeAndTheSameEachTime) {
  const auto ids_of = [](const DecodedRequest& request) {
    std::vector<std::string> ids;
    for (const DecodedSpan& span : request.spans) ids.push_back(span.span_id);
    return ids;
  };
  const auto ids = ids_of(spans_of(LegFacts::answered()));
  EXPECT_EQ(ids, ids_of(spans_of(LegFacts::answered())));
  for (const std::string& id : ids_of(spans_of(LegFacts::answered(), settings_of_node("edge-2"))))
    EXPECT_THAT(ids, Not(Contains(id)));
}

TEST(CallSpans, AGivenTraceparentIsTheParent) {
  LegFacts leg = LegFacts::answered();
  leg.record.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  leg.record.tracestate = "congo=t61rcWkgMzE";
  const DecodedRequest request = spans_of(leg);
  const DecodedSpan& call = *request.span("sip.call");
  EXPECT_EQ(call.parent, "b7ad6b7169203331");
  EXPECT_EQ(call.flags, 0x301u);
  EXPECT_EQ(call.trace_state, "congo=t61rcWkgMzE");
  for (const DecodedSpan& span : request.spans) EXPECT_EQ(span.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(request.span("sip.call.setup")->parent, call.span_id);
  EXPECT_EQ(request.span("sip.call.setup")->flags, 0x101u);
}

TEST(CallSpans, ALinkedCallIsALinkToItsRoot) {
  LegFacts leg = LegFacts::answered();
  leg.record.linked_call_id = "other@pbx";
  const DecodedSpan other = spans_of(LegFacts::answered("other@pbx")).spans[0];
  EXPECT_THAT(spans_of(leg).span("sip.call")->links, ElementsAre(other.trace_id + "/" + other.span_id));
}

TEST(CallSpans, WithoutEventsTheRecordTellsWhatItKnows) {
  LegFacts leg = LegFacts::answered();
  leg.events.clear();
  const DecodedRequest request = spans_of(leg);
  EXPECT_THAT(names_of(request), ElementsAre("sip.call", "sip.call.setup", "sip.call.teardown"));
  EXPECT_EQ(request.span("sip.call.setup")->end_ns, at_ms(2000));
  EXPECT_EQ(request.span("sip.call.teardown")->end_ns, at_ms(10'020));
}

TEST(CallSpans, ALegSeenFromTheMiddleHasNoSetup) {
  LegFacts leg;
  leg.record.start_ns.reset();
  leg.record.coverage = Coverage::cut;
  leg.event(EventName::bye, 5000, SIPSONDE_METHOD_bye)
      .event(EventName::terminated, 5010, SIPSONDE_METHOD_bye, 200);
  leg.record.end_ns = at_ms(5000);
  const DecodedRequest request = spans_of(leg);
  EXPECT_THAT(names_of(request), ElementsAre("sip.call", "sip.call.teardown"));
  EXPECT_EQ(request.span("sip.call")->start_ns, at_ms(5000));
  EXPECT_EQ(request.span("sip.call")->attributes.at("sipsonde.coverage"), "\"cut\"");
}

TEST(CallSpans, WhoAsksWithoutEndGetsNoSpanForEach) {
  LegFacts leg;
  for (unsigned i = 0; i < 400; ++i) leg.event(EventName::invite, i, SIPSONDE_METHOD_invite);
  leg.record.end_ns = at_ms(1000);
  EXPECT_EQ(spans_of(leg).spans.size(), 33u);
}

TEST(CallSpans, ARegistrationIsOneSpan) {
  CallEvent event;
  event.call_id = "reg@client";
  event.event = EventName::register_;
  event.method = SIPSONDE_METHOD_register;
  event.code = 403;
  event.reason = "Forbidden";
  event.time_ns = at_ms(30);
  event.request_ns = at_ms(0);
  const Attribute from{"from", "sip:bob@example.com"};
  event.attributes = {&from, 1};
  const Settings settings = settings_of_node();
  CallSpans maker(settings);
  std::string bytes;
  SpanWriter writer({});
  maker.make(event, [&](const Span& span) { writer.append(bytes, span); });
  const DecodedSpan span = decode_spans(bytes).spans.at(0);
  EXPECT_EQ(span.name, "sip.register");
  EXPECT_EQ(span.start_ns, at_ms(0));
  EXPECT_EQ(span.end_ns, at_ms(30));
  EXPECT_EQ(span.status, 2u);
  EXPECT_EQ(span.status_message, "Forbidden");
  EXPECT_EQ(span.attributes.at("sip.from"), "\"sip:bob@example.com\"");
}

}  // namespace
}  // namespace sipsonde
