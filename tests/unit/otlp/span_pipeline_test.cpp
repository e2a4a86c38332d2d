// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/otlp/decoded_spans.h"
#include "unit/otlp/fake_receiver.h"
#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

class Pipeline : public testing::Test {
 protected:
  Pipeline() { settings_.node = "edge-1"; }

  SpanPipeline& pipeline() {
    if (!pipeline_)
      pipeline_ = std::make_unique<SpanPipeline>(settings_, std::make_unique<FakeExporter>(receiver_),
                                                 [this] { return now_; });
    return *pipeline_;
  }
  std::size_t take(const LegFacts& leg) {
    const auto taken = pipeline().take(leg.facts());
    EXPECT_TRUE(taken);
    return taken ? *taken : 0;
  }

  std::size_t spans_taken() const {
    std::size_t spans = 0;
    for (const std::string& request : receiver_.taken) spans += decode_request(request).spans.size();
    return spans;
  }

  Settings settings_;
  FakeReceiver receiver_;
  std::chrono::steady_clock::time_point now_{};
  std::unique_ptr<SpanPipeline> pipeline_;
};

TEST_F(Pipeline, HoldsSpansBackUntilTheDelayIsOver) {
  EXPECT_EQ(take(LegFacts::answered()), 3u);
  EXPECT_TRUE(pipeline().send_due());
  EXPECT_TRUE(receiver_.requests.empty());
  now_ += 5s;
  EXPECT_TRUE(pipeline().send_due());
  EXPECT_EQ(spans_taken(), 3u);
  EXPECT_EQ(pipeline().take_account().sent, 3u);
}

TEST_F(Pipeline, AtTheEndNothingWaits) {
  take(LegFacts::answered());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(spans_taken(), 3u);
}

TEST_F(Pipeline, AFullBatchLeavesAtOnceAndIsNoLarger) {
  settings_.otlp.batch.size = 4;
  for (int i = 0; i < 4; ++i) take(LegFacts::answered("call-" + std::to_string(i)));
  EXPECT_TRUE(pipeline().send_due());
  EXPECT_EQ(spans_taken(), 12u);
  for (const std::string& request : receiver_.requests) EXPECT_LE(decode_request(request).spans.size(), 4u);
}

TEST_F(Pipeline, WhatIsToBeTriedAgainStaysAndComesOnce) {
  receiver_.replies = {{.outcome = ExportOutcome::later, .message = "HTTP 503", .retry_after = 7s},
                       {.outcome = ExportOutcome::later, .message = "connection refused"}};
  take(LegFacts::answered());
  const auto first = pipeline().send_all();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().message, "send spans: HTTP 503");
  EXPECT_EQ(pipeline().retry_after(), 7s);
  EXPECT_FALSE(pipeline().send_all());
  EXPECT_EQ(pipeline().retry_after(), std::nullopt);
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(spans_taken(), 3u);
  EXPECT_EQ(receiver_.requests[0], receiver_.requests[2]);
  const auto account = pipeline().take_account();
  EXPECT_EQ(account.sent, 3u);
  EXPECT_EQ(account.refused, 0u);
}

TEST_F(Pipeline, WithAFullBatchThatCannotLeaveNothingMoreIsTaken) {
  settings_.otlp.batch.size = 3;
  take(LegFacts::answered("first"));
  receiver_.replies = {{.outcome = ExportOutcome::later, .message = "HTTP 503"}};
  EXPECT_FALSE(pipeline().take(LegFacts::answered("second").facts()));
  EXPECT_EQ(take(LegFacts::answered("second")), 3u);
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(spans_taken(), 6u);
}

TEST_F(Pipeline, WhatIsRefusedIsNotTriedAgain) {
  receiver_.replies = {{.outcome = ExportOutcome::refused, .message = "HTTP 400"}};
  take(LegFacts::answered());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(receiver_.requests.size(), 1u);
  const auto account = pipeline().take_account();
  EXPECT_EQ(account.sent, 0u);
  EXPECT_EQ(account.refused, 3u);
  EXPECT_EQ(account.requests, 1u);
}

TEST_F(Pipeline, APartThatIsRejectedIsCountedAndNotSentAgain) {
  receiver_.replies = {{.outcome = ExportOutcome::taken, .rejected = 2, .message = "too old"}};
  take(LegFacts::answered());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(receiver_.requests.size(), 1u);
  const auto account = pipeline().take_account();
  EXPECT_EQ(account.sent, 1u);
  EXPECT_EQ(account.refused, 2u);
  EXPECT_EQ(account.requests, 1u);
}

TEST_F(Pipeline, AReceiverCannotRejectMoreThanItGot) {
  receiver_.replies = {{.outcome = ExportOutcome::taken, .rejected = 1'000'000}};
  take(LegFacts::answered());
  EXPECT_TRUE(pipeline().send_all());
  EXPECT_EQ(pipeline().take_account().refused, 3u);
}

TEST_F(Pipeline, SamplesWholeCallsAndKeepsThoseThatFailed) {
  settings_.otlp.sampler = OtlpSampler::always_off;
  EXPECT_EQ(take(LegFacts::answered()), 0u);
  EXPECT_EQ(take(LegFacts::refused(503, "failed")), 2u);
  EXPECT_EQ(take(LegFacts::refused(487, "cancelled")), 0u);
}

TEST_F(Pipeline, HeedsTheSampledFlagOfTheCaller) {
  LegFacts leg = LegFacts::answered();
  leg.record.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  EXPECT_EQ(take(leg), 0u);
  leg.record.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(take(leg), 3u);
}

TEST_F(Pipeline, TransactionsOutsideOfCallsAreToldWhenAskedFor) {
  CallEvent event;
  event.call_id = "reg@x";
  event.event = EventName::register_;
  event.method = SIPSONDE_METHOD_register;
  EXPECT_FALSE(pipeline().takes(event));
  pipeline_.reset();
  settings_.otlp.register_spans = true;
  EXPECT_TRUE(pipeline().takes(event));
  EXPECT_EQ(*pipeline().take(std::vector<Fact>{event}), 1u);
  event.call_id = {};  // a binding ran out: no transaction
  EXPECT_FALSE(pipeline().takes(event));
  event.call_id = "opt@x";
  event.method = SIPSONDE_METHOD_options;
  event.event = EventName::options;
  EXPECT_FALSE(pipeline().takes(event));
}

TEST_F(Pipeline, NamesTheProcessByItsResource) {
  settings_.otlp.resource = {{"deployment.environment", "prod"}, {"k8s.pod.name", "chosen"}};
  settings_.otlp.detected = {{"k8s.pod.name", "pod-1"}, {"k8s.node.name", "node-1"}};
  take(LegFacts::answered());
  EXPECT_TRUE(pipeline().send_all());
  const DecodedRequest request = decode_request(receiver_.requests.at(0));
  EXPECT_THAT(
      request.resource,
      AllOf(Contains(Pair("service.name", "\"sipsonde\"")), Contains(Pair("host.name", "\"edge-1\"")),
            Contains(Pair("deployment.environment", "\"prod\"")),
            Contains(Pair("k8s.pod.name", "\"chosen\"")), Contains(Pair("k8s.node.name", "\"node-1\""))));
}

TEST(ResourceOf, TheNameOfTheServiceIsTheSettingsElseTheAttributes) {
  Settings settings;
  settings.otlp.resource = {{"service.name", "from-attributes"}};
  EXPECT_EQ(resource_of(settings).front().second, "from-attributes");
  settings.otlp.service_name = "from-setting";
  const NamedTexts resource = resource_of(settings);
  EXPECT_THAT(resource, Contains(Pair("service.name", "from-setting")));
  EXPECT_THAT(resource, Not(Contains(Pair("service.name", "from-attributes"))));
}

}  // namespace
}  // namespace sipsonde
