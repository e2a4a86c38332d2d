// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "otlp/envelope.h"
#include "unit/otlp/decoded_spans.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

Span span_named(std::string_view name) {
  Span span;
  span.trace_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  span.span_id = {0xa1, 2, 3, 4, 5, 6, 7, 8};
  span.name = name;
  span.start_ns = 1000;
  span.end_ns = 2000;
  return span;
}

DecodedSpan written(const Span& span, SpanLimits limits = {}) {
  std::string bytes;
  SpanWriter(limits).append(bytes, span);
  const DecodedRequest request = decode_spans(bytes);
  EXPECT_EQ(request.spans.size(), 1u);
  EXPECT_FALSE(request.unknown_fields);
  return request.spans.empty() ? DecodedSpan{} : request.spans.front();
}

TEST(SpanWriter, WritesTheTagsOfThePublicSchemaInTheirOrder) {
  Span span = span_named("n");
  span.parent = SpanId{9, 9, 9, 9, 9, 9, 9, 9};
  std::string bytes;
  SpanWriter({}).append(bytes, span);
  std::string expected = {0x12, 68};
  expected += std::string("\x0a\x10") + "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";
  expected += std::string("\x12\x08") + "\xa1\x02\x03\x04\x05\x06\x07\x08";
  expected += std::string("\x22\x08") + "\x09\x09\x09\x09\x09\x09\x09\x09";
  expected += std::string("\x2a\x01") + "n";
  expected += "\x30\x01";                                              // kind: internal
  expected += std::string("\x39\xe8\x03\x00\x00\x00\x00\x00\x00", 9);  // start, fixed64
  expected += std::string("\x41\xd0\x07\x00\x00\x00\x00\x00\x00", 9);  // end
  expected += std::string("\x85\x01\x01\x01\x00\x00", 6);              // flags: sampled, parent not remote
  expected[1] = static_cast<char>(expected.size() - 2);
  EXPECT_EQ(bytes, expected);
}

TEST(SpanWriter, WritesWhatReadsBackTheSame) {
  Span span = span_named("sip.call");
  span.kind = SpanKind::server;
  span.parent = SpanId{8, 7, 6, 5, 4, 3, 2, 1};
  span.parent_is_remote = true;
  span.trace_state = "vendor=1";
  span.add("text", "value");
  span.add("number", std::int64_t{-5});
  span.add("real", 0.25);
  span.add("empty", "");
  span.begin_event("sip.ringing", 1500);
  span.add_to_event("sip.status_code", std::int64_t{180});
  span.begin_event("sip.ack", 1600);
  span.links.push_back({TraceId{1}, SpanId{2}});
  span.status = SpanStatus::error;
  span.status_message = "Busy Here";

  const DecodedSpan read = written(span);
  EXPECT_EQ(read.trace_id, "0102030405060708090a0b0c0d0e0f10");
  EXPECT_EQ(read.span_id, "a102030405060708");
  EXPECT_EQ(read.parent, "0807060504030201");
  EXPECT_EQ(read.trace_state, "vendor=1");
  EXPECT_EQ(read.kind, 2u);
  EXPECT_EQ(read.start_ns, 1000u);
  EXPECT_EQ(read.end_ns, 2000u);
  EXPECT_THAT(read.attributes,
              UnorderedElementsAre(Pair("text", "\"value\""), Pair("number", "-5"), Pair("real", "0.25")));
  EXPECT_THAT(read.event_names(), ElementsAre("sip.ringing", "sip.ack"));
  EXPECT_THAT(read.events[0].attributes, ElementsAre(Pair("sip.status_code", "180")));
  EXPECT_TRUE(read.events[1].attributes.empty());
  EXPECT_EQ(read.events[0].time_ns, 1500u);
  EXPECT_THAT(read.links, ElementsAre("01000000000000000000000000000000/0200000000000000"));
  EXPECT_EQ(read.status, 2u);
  EXPECT_EQ(read.status_message, "Busy Here");
  EXPECT_EQ(read.flags, 0x301u);
}

TEST(SpanWriter, CountsWhatIsOverALimit) {
  Span span = span_named("sip.call");
  for (int i = 0; i < 5; ++i) {
    span.add("key", std::int64_t{i});
    span.begin_event("event", 1);
    span.links.push_back({});
  }
  span.dropped_events = 7;
  const DecodedSpan read = written(span, {.attributes = 3, .events = 2, .links = 0});
  EXPECT_EQ(read.dropped_attributes, 2u);
  EXPECT_EQ(read.events.size(), 2u);
  EXPECT_EQ(read.dropped_events, 10u);
  EXPECT_TRUE(read.links.empty());
  EXPECT_EQ(read.dropped_links, 5u);
}

struct TextCase {
  const char* name;
  std::string text;
  std::string read;
};

class Texts : public testing::TestWithParam<TextCase> {};

TEST_P(Texts, AreValidUtf8WhateverAHeaderHeld) {
  Span span = span_named("n");
  span.add("text", GetParam().text);
  EXPECT_EQ(written(span).attributes["text"], "\"" + GetParam().read + "\"");
}

INSTANTIATE_TEST_SUITE_P(SpanWriter, Texts,
                         testing::Values(TextCase{"Utf8", "Größe €", "Größe €"},
                                         TextCase{"Latin1",
                                                  "Gr\xf6\xdf"
                                                  "e",
                                                  "Gr\xef\xbf\xbd\xef\xbf\xbd"
                                                  "e"},
                                         TextCase{"CutCharacter", "x\xe2\x82", "x\xef\xbf\xbd\xef\xbf\xbd"},
                                         TextCase{"Overlong", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
                                         TextCase{"Surrogate", "\xed\xa0\x80!",
                                                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SpanWriter, DoesNotLetASpanEndBeforeItBegins) {
  Span span = span_named("n");
  span.end_ns = 10;
  EXPECT_EQ(written(span).end_ns, 1000u);
}

TEST(SpanWriter, PutsResourceAndScopeAroundSpans) {
  std::string spans;
  SpanWriter writer({});
  writer.append(spans, span_named("a"));
  writer.append(spans, span_named("b"));
  const auto request = decode_request(encode_request(encode_resource({{"service.name", "sipsonde"}}),
                                                     encode_scope("sipsonde", "1.2"), spans));
  EXPECT_THAT(request.resource, ElementsAre(Pair("service.name", "\"sipsonde\"")));
  EXPECT_EQ(request.scope, "sipsonde 1.2");
  ASSERT_EQ(request.spans.size(), 2u);
  EXPECT_EQ(request.spans[1].name, "b");
  EXPECT_FALSE(request.unknown_fields);
}

}  // namespace
}  // namespace sipsonde
