// SPDX-License-Identifier: Apache-2.0
// From facts to requests: legs wait for their record, are chosen, become spans, and leave in batches. Used by
// one thread, but for what says otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "config/settings.h"
#include "facts/fact.h"
#include "otlp/batches.h"
#include "otlp/call_spans.h"
#include "otlp/leg_story.h"
#include "otlp/sampler.h"
#include "otlp/span_writer.h"

namespace sipsonde {

// Of an event outside of a call: whether it ends a transaction that the settings want a span of.
bool has_span(const CallEvent& transaction, const OtlpSettings& settings);

class SpanPipeline : public Batches {
 public:
  // With the exporter that the settings ask for. Errors are those of the settings: exit code 2.
  static Result<std::unique_ptr<SpanPipeline>> open(const Settings& settings);

  SpanPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock);

  // From any thread: whether take() makes something of it.
  bool takes(const Fact& fact) const;

  // Takes all of them and returns how many spans that made; what makes a full batch leaves before, and an
  // error means that it could not, and that nothing of these facts was taken.
  Result<std::size_t> take(std::span<const Fact> facts);

  std::uint64_t evicted_legs() const { return evicted_.load(std::memory_order_relaxed); }

 private:
  void take_record(const CallRecord& record);
  void take_transaction(const CallEvent& event);
  void keep(const Span& span);

  const Settings settings_;
  const Sampler sampler_;
  StoryTable stories_;
  CallSpans call_spans_;
  SpanWriter writer_;
  const CallSpans::Outlet keep_;

  std::size_t made_ = 0;  // by the facts at hand
  std::atomic<std::uint64_t> evicted_{0};
};

}  // namespace sipsonde
