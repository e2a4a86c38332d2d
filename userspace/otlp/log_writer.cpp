// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_writer.h"

#include <algorithm>

#include "base/labels.h"
#include "otlp/span_pipeline.h"

namespace sipsonde {
namespace {

// SeverityNumber
constexpr std::int32_t kInfo = 9;
constexpr std::int32_t kWarn = 13;

// W3C trace flags, in the lowest byte.
constexpr std::uint32_t kSampledFlag = 0x01;

std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

// What is empty or not known is left out.
void add(Writer<proto::LogRecord>& record, std::string_view key, std::string_view value, std::string& room) {
  if (!value.empty()) write_attribute(record, proto::LogRecord::attributes, {key, value}, room);
}
void add(Writer<proto::LogRecord>& record, std::string_view key, std::int64_t value, std::string& room) {
  write_attribute(record, proto::LogRecord::attributes, {key, value}, room);
}

}  // namespace

LogWriter::LogWriter(const Settings& settings)
    : settings_(settings), ids_(settings.node), sampler_(settings.otlp) {}

bool LogWriter::is_warning(const CallEvent& event) const {
  switch (event.event) {
    case EventName::timeout:
    case EventName::scanner:
    case EventName::media_one_way:
    case EventName::media_silent:
    case EventName::media_timeout:
      return true;
    default:
      return event.code.value_or(0) >= 400 &&
             std::ranges::find(settings_.otlp.error_status_except, *event.code) ==
                 settings_.otlp.error_status_except.end();
  }
}

void LogWriter::append(std::string& scope_logs, const CallEvent& event, std::uint64_t observed_ns) {
  const bool warning = is_warning(event);
  Writer<proto::OfScope> list(scope_logs);
  Record record(list, proto::OfScope::items);
  record.add_fixed64(proto::LogRecord::time_unix_nano, event.time_ns);
  record.add_enum(proto::LogRecord::severity_number, warning ? kWarn : kInfo);
  record.add_string(proto::LogRecord::severity_text, warning ? "WARN" : "INFO");
  {
    Writer<proto::AnyValue> body(record, proto::LogRecord::body);
    body.add_string(proto::AnyValue::string, view(label(event.event)));
  }
  add_identity(record, event);
  add_message(record, event);
  for (const Attribute& attribute : event.attributes) {
    key_.assign("attributes.").append(attribute.name);
    add(record, key_, attribute.value, clean_);
  }
  add_trace(record, event);
  record.add_fixed64(proto::LogRecord::observed_time_unix_nano, observed_ns);
  record.add_string(proto::LogRecord::event_name, view(label(event.event)));
}

void LogWriter::add_identity(Record& record, const CallEvent& event) {
  const TrunkTable& trunks = settings_.trunks;
  const TrunkRule& rule = event.trunk < trunks.size() ? trunks[event.trunk] : trunks.back();
  const std::string_view tenant = or_else(event.tenant, rule.tenant);
  add(record, "call_id", event.call_id, clean_);
  if (event.leg) add(record, "leg", static_cast<std::int64_t>(*event.leg), clean_);
  add(record, "account_id", or_else(event.account, or_else(rule.account_id, tenant)), clean_);
  add(record, "tenant", tenant, clean_);
  add(record, "trunk", rule.name, clean_);
  add(record, "direction", label(event.direction), clean_);
}

void LogWriter::add_message(Record& record, const CallEvent& event) {
  // What else happens in a call has no SIP method.
  if (label(event.event).starts_with("sip.")) add(record, "method", label(event.method), clean_);
  if (event.code) add(record, "code", static_cast<std::int64_t>(*event.code), clean_);
  add(record, "reason", event.reason, clean_);
  add(record, "src", to_text(event.source), clean_);
  add(record, "dst", to_text(event.destination), clean_);
  add(record, "transport", label(event.transport), clean_);
  add(record, "node", settings_.node, clean_);
}

// Of a leg the span sip.call; of a transaction its own, where it has one.
void LogWriter::add_trace(Record& record, const CallEvent& event) {
  if (event.call_id.empty()) return;
  const auto parent = parse_traceparent(event.traceparent);
  const TraceId trace_id = parent ? parent->trace_id : trace_id_of(event.call_id);
  const bool sampled = settings_.otlp.enabled && sampler_.takes_trace(trace_id, parent);
  if (sampled) record.add_fixed32(proto::LogRecord::flags, kSampledFlag);
  record.add_bytes(proto::LogRecord::trace_id, view(trace_id));
  if (event.leg)
    record.add_bytes(proto::LogRecord::span_id, view(ids_.of(event.call_id, *event.leg, SpanRole::call)));
  else if (has_span(event, settings_.otlp))
    record.add_bytes(proto::LogRecord::span_id,
                     view(ids_.of(event.call_id, 0, SpanRole::transaction, event.time_ns)));
}

}  // namespace sipsonde
