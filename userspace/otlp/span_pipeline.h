// SPDX-License-Identifier: Apache-2.0
// From facts to requests: legs wait for their record, are chosen, become spans, and leave in batches. Used by
// one thread, but for what says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "otlp/call_spans.h"
#include "otlp/exporter.h"
#include "otlp/leg_story.h"
#include "otlp/sampler.h"
#include "otlp/span_writer.h"

namespace sipsonde {

class SpanPipeline {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // With the exporter that the settings ask for. Errors are those of the settings: exit code 2.
  static Result<std::unique_ptr<SpanPipeline>> open(const Settings& settings);

  SpanPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock);

  // From any thread: whether take() makes something of it.
  bool takes(const Fact& fact) const;

  // Takes all of them and returns how many spans that made; what makes a full batch leaves before, and an
  // error means that it could not, and that nothing of these facts was taken.
  Result<std::size_t> take(std::span<const Fact> facts);

  // Sends what has waited long enough, or everything.
  Result<Done> send_due();
  Result<Done> send_all();

  // What became of spans since the last call.
  struct Account {
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;   // by the receiver, for good
    std::uint64_t requests = 0;  // in which it refused some
  };
  Account take_account() { return std::exchange(account_, {}); }

  // After an error: how long the receiver wants to be left alone.
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }

  void reopen() { exporter_->reopen(); }
  // From any thread.
  void stop_by(std::chrono::steady_clock::time_point deadline) { exporter_->stop_by(deadline); }
  std::uint64_t evicted_legs() const { return evicted_.load(std::memory_order_relaxed); }

 private:
  struct Batch {
    std::string spans;
    std::size_t count = 0;
  };

  void take_record(const CallRecord& record);
  void take_transaction(const CallEvent& event);
  void keep(const Span& span);
  bool is_full(const Batch& batch) const;
  Result<Done> send_full();
  Result<Done> send(const Batch& batch);
  void note_refusal(std::uint64_t spans, std::uint64_t refused, const std::string& message);

  const Settings settings_;
  const std::unique_ptr<Exporter> exporter_;
  const Clock clock_;
  const Sampler sampler_;
  const std::string resource_;
  const std::string scope_;
  StoryTable stories_;
  CallSpans call_spans_;
  SpanWriter writer_;
  const CallSpans::Outlet keep_;

  std::deque<Batch> batches_;                        // the last is being filled
  std::size_t made_ = 0;                             // by the facts at hand
  std::chrono::steady_clock::time_point oldest_at_;  // of what is in batches_
  std::optional<std::chrono::milliseconds> retry_after_;
  std::optional<std::chrono::steady_clock::time_point> refusal_said_at_;
  Account account_;
  std::atomic<std::uint64_t> evicted_{0};
};

// service.name, host.name, and what the settings and the environment say of this process.
NamedTexts resource_of(const Settings& settings);

}  // namespace sipsonde
