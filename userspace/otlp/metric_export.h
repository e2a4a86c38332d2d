// SPDX-License-Identifier: Apache-2.0
// Sends metrics on an interval, from a thread of its own that nobody waits for (docs/otlp.md).
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "otlp/envelope.h"
#include "otlp/exporter.h"
#include "otlp/metric_writer.h"

namespace sipsonde {

class MetricExport : public prometheus::Collectable {
 public:
  // Asked at the start, and from the thread before each request.
  using Source = std::function<std::vector<prometheus::MetricFamily>()>;

  MetricExport(const Settings& settings, std::unique_ptr<Exporter> exporter, Source source);
  ~MetricExport() override;  // without another export
  MetricExport(const MetricExport&) = delete;
  MetricExport& operator=(const MetricExport&) = delete;

  // One last export, which is over by `deadline`. Does not wait; once.
  void close(std::chrono::steady_clock::time_point deadline);
  // Waits for what close() began.
  void join();

  // The part of sipsonde_sink_* of the sink otlp: data points.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  enum class Ending : std::uint8_t { no, with_last_export, at_once };

  // The thread.
  void run();
  Ending wait_until(std::chrono::steady_clock::time_point due);
  // nullopt: over for this interval; else how long the receiver is to be left alone.
  std::optional<std::chrono::milliseconds> send();
  void note_failure(const std::string& message);

  void end(Ending how, std::chrono::steady_clock::time_point deadline);

  const std::chrono::milliseconds interval_;
  const Envelope envelope_;
  const std::unique_ptr<Exporter> exporter_;
  const Source source_;
  const MetricWriter writer_;

  std::atomic<std::uint64_t> sent_{0};     // data points
  std::atomic<std::uint64_t> dropped_{0};  // data points, refused for good
  std::atomic<std::uint64_t> failed_{0};   // attempts
  std::optional<std::chrono::steady_clock::time_point> failure_said_at_;

  std::mutex mutex_;
  std::condition_variable wake_;
  Ending ending_ = Ending::no;
  std::thread thread_;  // last: runs on all of the above
};

}  // namespace sipsonde
