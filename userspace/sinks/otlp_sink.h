// SPDX-License-Identifier: Apache-2.0
// Spans of calls, and events as log records, to an OpenTelemetry receiver (docs/otlp.md). Each has a queue, a
// thread and a connection of its own, so that a receiver that takes one of them only holds up nothing; both
// are counted as `otlp`.
#pragma once

#include <memory>
#include <utility>

#include "otlp/batches.h"
#include "otlp/log_pipeline.h"
#include "otlp/span_pipeline.h"
#include "sinks/sink.h"

namespace sipsonde {

template <typename Pipeline>
class OtlpSink : public Sink {
 public:
  // `queue`: facts that may wait; 0: as many as for any sink.
  OtlpSink(std::unique_ptr<Pipeline> pipeline, std::size_t queue)
      : pipeline_(std::move(pipeline)), queue_(queue) {}

  std::string_view name() const override { return "otlp"; }
  bool takes(const Fact& fact) const override { return pipeline_->takes(fact); }
  Result<std::size_t> write(std::span<const Fact> batch) override { return pipeline_->take(batch); }
  Result<Done> flush() override { return pipeline_->send_due(); }
  Result<Done> flush_all() override { return pipeline_->send_all(); }
  Result<Done> reopen() override {
    pipeline_->reopen();
    return Done{};
  }

  std::optional<Receipt> take_receipt() override {
    const Batches::Account account = pipeline_->take_account();
    return Receipt{.sent = account.sent, .refused = account.refused, .failed = account.requests};
  }
  std::optional<std::chrono::milliseconds> pause_asked() const override { return pipeline_->retry_after(); }
  void stop_by(std::chrono::steady_clock::time_point deadline) override { pipeline_->stop_by(deadline); }
  std::optional<std::size_t> queue_limit() const override {
    return queue_ ? std::optional(queue_) : std::nullopt;
  }
  std::optional<Evictions> evictions() const override {
    if constexpr (requires { pipeline_->evicted_legs(); })
      return Evictions{.table = "otlp-legs", .count = pipeline_->evicted_legs()};
    return std::nullopt;
  }

 private:
  std::unique_ptr<Pipeline> pipeline_;
  std::size_t queue_;
};

using OtlpSpanSink = OtlpSink<SpanPipeline>;
using OtlpLogSink = OtlpSink<LogPipeline>;

}  // namespace sipsonde
