// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_pipeline.h"

namespace sipsonde {
namespace {

// Events of legs that are not over, all together.
constexpr std::size_t kStoryBytes = 256u << 20;

}  // namespace

Result<std::unique_ptr<SpanPipeline>> SpanPipeline::open(const Settings& settings) {
  auto exporter = make_exporter(settings.otlp, OtlpSignal::traces);
  if (!exporter) return exporter.error();
  return std::make_unique<SpanPipeline>(settings, *std::move(exporter),
                                        [] { return std::chrono::steady_clock::now(); });
}

SpanPipeline::SpanPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock)
    : Batches(settings, "spans", std::move(exporter), std::move(clock)),
      settings_(settings),
      sampler_(settings_.otlp),
      stories_(settings_.limits.calls, kStoryBytes),
      call_spans_(settings_),
      writer_(settings_.otlp.limits),
      keep_([this](const Span& span) { keep(span); }) {}

bool has_span(const CallEvent& transaction, const OtlpSettings& settings) {
  if (transaction.call_id.empty()) return false;
  const bool is_over = transaction.event == EventName::register_ || transaction.event == EventName::options ||
                       transaction.event == EventName::timeout;
  return is_over && ((transaction.method == SIPSONDE_METHOD_register && settings.register_spans) ||
                     (transaction.method == SIPSONDE_METHOD_options && settings.options_spans));
}

bool SpanPipeline::takes(const Fact& fact) const {
  const auto* const event = std::get_if<CallEvent>(&fact);
  if (!event) return std::holds_alternative<CallRecord>(fact);
  return event->leg || has_span(*event, settings_.otlp);
}

Result<std::size_t> SpanPipeline::take(std::span<const Fact> facts) {
  if (auto sent = send_full(); !sent) return sent.error();
  made_ = 0;
  for (const Fact& fact : facts) {
    if (!takes(fact)) continue;
    if (const auto* const record = std::get_if<CallRecord>(&fact))
      take_record(*record);
    else if (const auto& event = std::get<CallEvent>(fact); event.leg)
      stories_.add(event);
    else
      take_transaction(event);
  }
  evicted_.store(stories_.evicted(), std::memory_order_relaxed);
  return made_;
}

void SpanPipeline::take_record(const CallRecord& record) {
  const LegStory& story = stories_.take(record);
  const auto parent = parse_traceparent(record.traceparent);
  const bool failed = call_spans_.is_error(record.sip_status.value_or(0));
  const TraceId trace_id = parent ? parent->trace_id : trace_id_of(record.call_id);
  if (sampler_.takes_trace(trace_id, parent) || sampler_.keeps(record, failed))
    call_spans_.make(record, story, keep_);
}

void SpanPipeline::take_transaction(const CallEvent& event) {
  const auto parent = parse_traceparent(event.traceparent);
  const TraceId trace_id = parent ? parent->trace_id : trace_id_of(event.call_id);
  if (sampler_.takes_trace(trace_id, parent)) call_spans_.make(event, keep_);
}

void SpanPipeline::keep(const Span& span) {
  writer_.append(next_item(), span);
  ++made_;
}

}  // namespace sipsonde
