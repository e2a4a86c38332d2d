// SPDX-License-Identifier: Apache-2.0
#include "otlp/metric_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "unit/otlp/decoded_metrics.h"

namespace sipsonde {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

using Labels = std::vector<ClientMetric::Label>;

ClientMetric counted(Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

ClientMetric held(Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

// Upper edges 0.1 s and 1 s.
ClientMetric observed(Labels labels, std::uint64_t first, std::uint64_t second, std::uint64_t rest,
                      double sum) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.histogram.sample_count = first + second + rest;
  metric.histogram.sample_sum = sum;
  metric.histogram.bucket = {
      {first, 0.1}, {first + second, 1}, {first + second + rest, std::numeric_limits<double>::infinity()}};
  return metric;
}

MetricFamily responses(std::vector<ClientMetric> metrics) {
  return {"sip_responses_total", "", MetricType::Counter, std::move(metrics)};
}

std::vector<DecodedMetric> written(const MetricWriter::Families& now,
                                   const MetricWriter::Families& before = {}) {
  return decode_metrics(MetricWriter(before, 1000).write(now, 2000).bytes);
}

TEST(MetricWriter, ResponsesAreCountedByStatusAlone) {
  const auto metrics =
      written({responses({counted({{"direction", "inbound"}, {"method", "INVITE"}, {"code", "200"}}, 3),
                          counted({{"direction", "outbound"}, {"method", "BYE"}, {"code", "200"}}, 4),
                          counted({{"direction", "inbound"}, {"method", "INVITE"}, {"code", "486"}}, 1)})});
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(metrics[0].name, "sip.response.count");
  EXPECT_EQ(metrics[0].unit, "{response}");
  EXPECT_TRUE(metrics[0].is_sum);
  EXPECT_TRUE(metrics[0].is_monotonic);
  EXPECT_EQ(metrics[0].temporality, 2);
  ASSERT_EQ(metrics[0].points.size(), 2u);
  const DecodedPoint* const ok = metrics[0].point("sip.status_code", "200");
  ASSERT_NE(ok, nullptr);
  EXPECT_EQ(ok->value, 7);
  EXPECT_EQ(ok->start_ns, 1000u);
  EXPECT_EQ(ok->time_ns, 2000u);
  EXPECT_EQ(metrics[0].point("sip.status_code", "486")->value, 1);
}

TEST(MetricWriter, WhatWasCountedBeforeTheStartIsNotTold) {
  const auto metrics = written({responses({counted({{"code", "200"}}, 12), counted({{"code", "404"}}, 2)})},
                               {responses({counted({{"code", "200"}}, 10)})});
  EXPECT_EQ(metrics.at(0).point("sip.status_code", "200")->value, 2);
  EXPECT_EQ(metrics.at(0).point("sip.status_code", "404")->value, 2);
}

TEST(MetricWriter, SetupLatencyIsAHistogramInMilliseconds) {
  const auto metrics = written({{"sip_call_setup_seconds",
                                 "",
                                 MetricType::Histogram,
                                 {observed({{"direction", "inbound"}}, 1, 2, 3, 9.5),
                                  observed({{"direction", "outbound"}}, 0, 0, 0, 0)}}});
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(metrics[0].name, "sip.call.setup_latency");
  EXPECT_EQ(metrics[0].unit, "ms");
  EXPECT_EQ(metrics[0].temporality, 2);
  const DecodedPoint* const inbound = metrics[0].point("sip.direction", "\"inbound\"");
  ASSERT_NE(inbound, nullptr);
  EXPECT_EQ(inbound->count, 6u);
  EXPECT_DOUBLE_EQ(inbound->sum, 9500);
  EXPECT_THAT(inbound->buckets, ElementsAre(1, 2, 3));
  EXPECT_THAT(inbound->bounds, ElementsAre(100.0, 1000.0));
  EXPECT_EQ(inbound->start_ns, 1000u);
  EXPECT_EQ(inbound->time_ns, 2000u);
  EXPECT_EQ(metrics[0].point("sip.direction", "\"outbound\"")->count, 0u);
}

TEST(MetricWriter, ActiveCallsGoUpAndDown) {
  const auto metrics = written(
      {{"sip_calls_active", "", MetricType::Gauge, {held({{"tenant", "acme"}, {"trunk", "pbx"}}, 5)}}},
      {{"sip_calls_active", "", MetricType::Gauge, {held({{"tenant", "acme"}, {"trunk", "pbx"}}, 3)}}});
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(metrics[0].name, "sip.calls.active");
  EXPECT_TRUE(metrics[0].is_sum);
  EXPECT_FALSE(metrics[0].is_monotonic);
  ASSERT_EQ(metrics[0].points.size(), 1u);
  EXPECT_EQ(metrics[0].points[0].value, 5);
  EXPECT_THAT(metrics[0].points[0].attributes,
              UnorderedElementsAre(Pair("tenant.id", "\"acme\""), Pair("trunk.id", "\"pbx\"")));
}

TEST(MetricWriter, FailuresAreCountedByReasonFromTheStartOn) {
  const auto metrics = written({{"sip_call_failed_total",
                                 "",
                                 MetricType::Counter,
                                 {counted({{"reason", "busy"}}, 2), counted({{"reason", "timeout"}}, 0)}}});
  EXPECT_EQ(metrics.at(0).name, "sip.call.failed");
  EXPECT_TRUE(metrics[0].is_monotonic);
  EXPECT_EQ(metrics[0].point("reason", "\"busy\"")->value, 2);
  EXPECT_EQ(metrics[0].point("reason", "\"timeout\"")->value, 0);
}

TEST(MetricWriter, OtherFamiliesAreNotToldAndPointsAreCounted) {
  EXPECT_THAT(written({{"sip_calls_total", "", MetricType::Counter, {counted({}, 1)}}}), IsEmpty());
  const MetricWriter writer({}, 1);
  EXPECT_EQ(
      writer.write({responses({counted({{"code", "200"}}, 1), counted({{"code", "180"}}, 1)})}, 2).points,
      2u);
}

}  // namespace
}  // namespace sipsonde
