// SPDX-License-Identifier: Apache-2.0
#include "otlp/metric_export.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/capabilities.h"
#include "base/timebase.h"
#include "metrics/series.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Between attempts, doubled each time up to the interval.
constexpr milliseconds kFirstPause = 1s;
constexpr auto kQuiet = 30s;

}  // namespace

MetricExport::MetricExport(const Settings& settings, std::unique_ptr<Exporter> exporter, Source source)
    : interval_(settings.otlp.metrics_interval),
      envelope_(settings),
      exporter_(std::move(exporter)),
      source_(std::move(source)),
      writer_(source_(), unix_ns()),
      thread_([this] { run(); }) {}

MetricExport::~MetricExport() {
  end(Ending::at_once, Clock::now());
  join();
}

void MetricExport::close(Clock::time_point deadline) {
  end(Ending::with_last_export, deadline);
}

void MetricExport::join() {
  if (thread_.joinable()) thread_.join();
}

void MetricExport::end(Ending how, Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  if (how <= ending_) return;
  ending_ = how;
  exporter_->stop_by(deadline);
  wake_.notify_one();
}

// ---- the thread ----

void MetricExport::run() {
  keep_capabilities(capabilities_of_http());
  milliseconds pause = kFirstPause;
  auto due = Clock::now() + interval_;
  for (;;) {
    const Ending ending = wait_until(due);
    if (ending == Ending::at_once) return;
    const auto asked = send();
    if (ending == Ending::with_last_export) return;
    if (!asked) {
      pause = kFirstPause;
      due = Clock::now() + interval_;
      continue;
    }
    // Values are taken anew then: of cumulative ones the latest says what those before would have said.
    due = Clock::now() + (asked->count() > 0 ? *asked : std::min(pause, interval_));
    pause = std::min(pause * 2, interval_);
    exporter_->reopen();
  }
}

MetricExport::Ending MetricExport::wait_until(Clock::time_point due) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, due, [this] { return ending_ != Ending::no; });
  return ending_;
}

std::optional<milliseconds> MetricExport::send() {
  const WrittenMetrics written = writer_.write(source_(), unix_ns());
  const ExportReply reply = exporter_->send(envelope_.around(written.bytes));
  if (reply.outcome == ExportOutcome::later) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    note_failure(reply.message);
    return reply.retry_after.value_or(0ms);
  }
  const std::uint64_t refused = reply.outcome == ExportOutcome::refused
                                    ? written.points
                                    : std::min<std::uint64_t>(reply.rejected, written.points);
  sent_.fetch_add(written.points - refused, std::memory_order_relaxed);
  dropped_.fetch_add(refused, std::memory_order_relaxed);
  if (refused > 0) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    note_failure("the receiver refused " + std::to_string(refused) + " of " + std::to_string(written.points) +
                 " data points: " + reply.message);
  } else {
    failure_said_at_.reset();
  }
  return std::nullopt;
}

// One line, and at most two a minute.
void MetricExport::note_failure(const std::string& message) {
  const auto now = Clock::now();
  if (failure_said_at_ && now - *failure_said_at_ < kQuiet) return;
  failure_said_at_ = now;
  spdlog::warn("otlp: send metrics: {}", message);
}

// ---- the scrape ----

std::vector<prometheus::MetricFamily> MetricExport::Collect() const {
  Series sent("sipsonde_sink_sent_total");
  Series failed("sipsonde_sink_failed_total");
  Series dropped("sipsonde_sink_dropped_total");
  sent.add_counted({"otlp"}, sent_.load(std::memory_order_relaxed));
  failed.add_counted({"otlp"}, failed_.load(std::memory_order_relaxed));
  dropped.add_counted({"otlp"}, dropped_.load(std::memory_order_relaxed));
  return {sent.take(), failed.take(), dropped.take()};
}

}  // namespace sipsonde
