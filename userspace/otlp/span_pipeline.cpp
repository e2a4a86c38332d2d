// SPDX-License-Identifier: Apache-2.0
#include "otlp/span_pipeline.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "otlp/credential_files.h"
#include "version.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

// Events of legs that are not over, all together.
constexpr std::size_t kStoryBytes = 256u << 20;

// Well below the 64 MiB that receivers take.
constexpr std::size_t kBatchBytes = 4u << 20;

constexpr auto kQuiet = 30s;

}  // namespace

std::chrono::milliseconds request_timeout_of(const OtlpSettings& settings) {
  return std::min(settings.timeout, settings.batch.timeout);
}

NamedTexts resource_of(const Settings& settings) {
  NamedTexts resource;
  const auto add = [&resource](const std::string& name, const std::string& value) {
    const auto same = [&name](const auto& known) { return known.first == name; };
    if (!value.empty() && std::ranges::none_of(resource, same)) resource.emplace_back(name, value);
  };
  add("service.name", settings.otlp.service_name);
  for (const auto& [name, value] : settings.otlp.resource) add(name, value);
  add("service.name", "sipsonde");
  add("service.version", kVersion);
  add("host.name", settings.node);
  for (const auto& [name, value] : settings.otlp.detected) add(name, value);
  return resource;
}

Result<std::unique_ptr<SpanPipeline>> SpanPipeline::open(const Settings& settings) {
  if (auto files = read_credential_files(settings.otlp); !files) return files.error();
  auto exporter = settings.otlp.protocol == OtlpProtocol::grpc ? make_grpc_exporter(settings.otlp)
                                                               : make_http_exporter(settings.otlp);
  if (!exporter) return exporter.error();
  return std::make_unique<SpanPipeline>(settings, *std::move(exporter),
                                        [] { return std::chrono::steady_clock::now(); });
}

SpanPipeline::SpanPipeline(const Settings& settings, std::unique_ptr<Exporter> exporter, Clock clock)
    : settings_(settings),
      exporter_(std::move(exporter)),
      clock_(std::move(clock)),
      sampler_(settings_.otlp),
      resource_(encode_resource(resource_of(settings_))),
      scope_(encode_scope("sipsonde", kVersion)),
      stories_(settings_.limits.calls, kStoryBytes),
      call_spans_(settings_),
      writer_(settings_.otlp.limits),
      keep_([this](const Span& span) { keep(span); }) {}

// ---- facts in ----

bool SpanPipeline::takes(const Fact& fact) const {
  const auto* const event = std::get_if<CallEvent>(&fact);
  if (!event) return std::holds_alternative<CallRecord>(fact);
  if (event->leg) return true;
  if (event->call_id.empty()) return false;
  const bool is_over = event->event == EventName::register_ || event->event == EventName::options ||
                       event->event == EventName::timeout;
  return is_over && ((event->method == SIPSONDE_METHOD_register && settings_.otlp.register_spans) ||
                     (event->method == SIPSONDE_METHOD_options && settings_.otlp.options_spans));
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
  if (batches_.empty()) oldest_at_ = clock_();
  if (batches_.empty() || is_full(batches_.back())) batches_.emplace_back();
  writer_.append(batches_.back().spans, span);
  ++batches_.back().count;
  ++made_;
}

bool SpanPipeline::is_full(const Batch& batch) const {
  return batch.count >= settings_.otlp.batch.size || batch.spans.size() >= kBatchBytes;
}

// ---- requests out ----

Result<Done> SpanPipeline::send_full() {
  while (!batches_.empty() && is_full(batches_.front())) {
    if (auto sent = send(batches_.front()); !sent) return sent;
    batches_.pop_front();
    oldest_at_ = clock_();
  }
  return Done{};
}

Result<Done> SpanPipeline::send_due() {
  if (auto sent = send_full(); !sent) return sent;
  if (batches_.empty() || clock_() - oldest_at_ < settings_.otlp.batch.delay) return Done{};
  return send_all();
}

Result<Done> SpanPipeline::send_all() {
  while (!batches_.empty()) {
    if (auto sent = send(batches_.front()); !sent) return sent;
    batches_.pop_front();
  }
  return Done{};
}

Result<Done> SpanPipeline::send(const Batch& batch) {
  retry_after_.reset();
  const ExportReply reply = exporter_->send(encode_request(resource_, scope_, batch.spans));
  switch (reply.outcome) {
    case ExportOutcome::later:
      retry_after_ = reply.retry_after;
      return Error{"send spans: " + reply.message};
    case ExportOutcome::refused:
      note_refusal(batch.count, batch.count, reply.message);
      return Done{};
    case ExportOutcome::taken:
      break;
  }
  const std::uint64_t rejected = std::min<std::uint64_t>(reply.rejected, batch.count);
  account_.sent += batch.count - rejected;
  if (rejected > 0 || !reply.message.empty()) note_refusal(batch.count, rejected, reply.message);
  return Done{};
}

// One line, and at most two a minute. A receiver that refuses nothing may still have something to say.
void SpanPipeline::note_refusal(std::uint64_t spans, std::uint64_t refused, const std::string& message) {
  if (refused > 0) ++account_.requests;
  account_.refused += refused;
  const auto now = clock_();
  if (refusal_said_at_ && now - *refusal_said_at_ < kQuiet) return;
  refusal_said_at_ = now;
  spdlog::warn("otlp: the receiver refused {} of {} spans: {}", refused, spans,
               message.empty() ? "it does not say why" : message);
}

}  // namespace sipsonde
