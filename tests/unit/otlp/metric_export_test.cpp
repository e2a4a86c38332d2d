// SPDX-License-Identifier: Apache-2.0
#include "otlp/metric_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/otlp/decoded_metrics.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What its thread asks for and sends, seen from the test's.
class Outside {
 public:
  std::vector<prometheus::MetricFamily> families() {
    prometheus::ClientMetric metric;
    metric.label = {{"reason", "busy"}};
    metric.counter.value = static_cast<double>(asked_++);
    return {{"sip_call_failed_total", "", prometheus::MetricType::Counter, {metric}}};
  }

  ExportReply answer(std::string_view request) {
    std::unique_lock lock(mutex_);
    requests_.emplace_back(request);
    changed_.notify_all();
    if (stalls_) changed_.wait_until(lock, stop_at_, [this] { return Clock::now() >= stop_at_; });
    if (stalls_) return {.outcome = ExportOutcome::later, .message = "timeout"};
    return reply_;
  }
  void stop_by(Clock::time_point deadline) {
    const std::lock_guard lock(mutex_);
    stop_at_ = deadline;
    changed_.notify_all();
  }

  void stall() { stalls_ = true; }
  void reply_with(ExportReply reply) { reply_ = std::move(reply); }

  // False when so many do not come.
  bool wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return requests_.size() >= count; });
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::atomic<int> asked_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> requests_;
  bool stalls_ = false;
  ExportReply reply_;
  Clock::time_point stop_at_ = Clock::now() + 1h;
};

class ToOutside : public Exporter {
 public:
  explicit ToOutside(Outside& outside) : outside_(outside) {}
  ExportReply send(std::string_view request) override { return outside_.answer(request); }
  void reopen() override {}
  void stop_by(Clock::time_point deadline) override { outside_.stop_by(deadline); }

 private:
  Outside& outside_;
};

std::unique_ptr<MetricExport> start(Outside& outside, std::chrono::milliseconds interval) {
  Settings settings;
  settings.otlp.metrics_interval = interval;
  return std::make_unique<MetricExport>(settings, std::make_unique<ToOutside>(outside),
                                        [&outside] { return outside.families(); });
}

double figure(const MetricExport& exported, std::string_view name) {
  for (const auto& family : exported.Collect())
    if (family.name == name) return family.metric.at(0).counter.value;
  return -1;
}

TEST(MetricExport, SendsAgainAndAgainWhatHasBeenCountedSince) {
  Outside outside;
  const auto exported = start(outside, 1ms);
  ASSERT_TRUE(outside.wait_for_requests(3));
  exported->close(Clock::now() + 30s);
  exported->join();
  std::int64_t expected = 1;  // the source was asked once at the start
  for (const std::string& request : outside.requests()) {
    const auto metrics = decode_metrics_request(request);
    ASSERT_EQ(metrics.size(), 1u);
    EXPECT_EQ(metrics[0].point("reason", "\"busy\"")->value, expected++);
  }
  EXPECT_EQ(figure(*exported, "sipsonde_sink_sent_total"), static_cast<double>(outside.requests().size()));
}

TEST(MetricExport, TheEndIsOneLastExport) {
  Outside outside;
  const auto exported = start(outside, 1h);
  exported->close(Clock::now() + 30s);
  exported->join();
  EXPECT_EQ(outside.requests().size(), 1u);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_sent_total"), 1);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_failed_total"), 0);
}

TEST(MetricExport, TheEndDoesNotWaitForAReceiverThatStalls) {
  Outside outside;
  outside.stall();
  const auto exported = start(outside, 1ms);
  ASSERT_TRUE(outside.wait_for_requests(1));
  exported->close(Clock::now());
  exported->join();
  EXPECT_LE(outside.requests().size(), 2u);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_sent_total"), 0);
  EXPECT_GE(figure(*exported, "sipsonde_sink_failed_total"), 1);
}

TEST(MetricExport, WithoutACloseNothingMoreIsSent) {
  Outside outside;
  start(outside, 1h).reset();
  EXPECT_TRUE(outside.requests().empty());
}

TEST(MetricExport, WhatIsRefusedIsCountedAndNotTriedAgainBeforeTheNextInterval) {
  Outside outside;
  outside.reply_with({.outcome = ExportOutcome::refused, .message = "HTTP 400"});
  const auto exported = start(outside, 1h);
  exported->close(Clock::now() + 30s);
  exported->join();
  EXPECT_EQ(outside.requests().size(), 1u);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_dropped_total"), 1);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_failed_total"), 1);
}

TEST(MetricExport, RejectedPointsAreCountedAndNoMoreThanThereWere) {
  Outside outside;
  outside.reply_with({.outcome = ExportOutcome::taken, .rejected = 1'000'000, .message = "too old"});
  const auto exported = start(outside, 1h);
  exported->close(Clock::now() + 30s);
  exported->join();
  EXPECT_EQ(figure(*exported, "sipsonde_sink_dropped_total"), 1);
  EXPECT_EQ(figure(*exported, "sipsonde_sink_sent_total"), 0);
}

TEST(MetricExport, WhatIsToBeTriedAgainIsWithoutWaitingForTheInterval) {
  Outside outside;
  outside.reply_with({.outcome = ExportOutcome::later, .message = "HTTP 503", .retry_after = 1ms});
  const auto exported = start(outside, 200ms);
  ASSERT_TRUE(outside.wait_for_requests(4));
  exported->close(Clock::now());
  exported->join();
  EXPECT_GE(figure(*exported, "sipsonde_sink_failed_total"), 4);
}

}  // namespace
}  // namespace sipsonde
