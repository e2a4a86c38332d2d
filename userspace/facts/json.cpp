// SPDX-License-Identifier: Apache-2.0
#include "facts/json.h"

#include "base/labels.h"
#include "facts/json_line.h"
#include "facts/timestamp.h"
#include "facts/trace_context.h"

namespace sipsonde {
namespace {

// One for each thread that writes lines: it holds capacity, nothing that outlives a call.
JsonLine& line_of_this_thread() {
  thread_local JsonLine line;
  return line;
}

std::optional<std::uint64_t> to_milliseconds(const std::optional<std::uint64_t>& time_ns) {
  if (!time_ns) return std::nullopt;
  return *time_ns / 1'000'000;
}

// Of two times as the row states them, so that the columns of a row agree to the millisecond. Packets of two
// CPUs may be stamped in the wrong order by a hair: never below zero.
std::optional<std::uint64_t> elapsed(const std::optional<std::uint64_t>& from,
                                     const std::optional<std::uint64_t>& until) {
  if (!from || !until) return std::nullopt;
  return *until > *from ? *until - *from : 0;
}

std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

void write_parties(JsonLine& line, const CallRecord& record, const TrunkRule& trunk) {
  line.text_or_null("call_id", record.call_id);
  line.number("leg", record.leg);
  const std::string_view tenant = or_else(record.tenant, trunk.tenant);
  line.text("tenant_id", tenant);
  line.text("trunk_id", trunk.name);
  line.text("account_id", or_else(record.account, or_else(trunk.account_id, tenant)));
  line.clean_text("direction", label(record.direction));
  line.text_or_null("from_number", record.from_number);
  line.text_or_null("to_number", record.to_number);
  line.text_or_null("from_uri", record.from_uri);
  line.text_or_null("to_uri", record.to_uri);
  line.endpoint("src", record.source);
  line.endpoint("dst", record.destination);
  line.clean_text("transport", label(record.transport));
}

void write_times(JsonLine& line, const CallRecord& record) {
  const auto start = to_milliseconds(record.start_ns);
  const auto answer = to_milliseconds(record.answer_ns);
  const auto end = to_milliseconds(record.end_ns);
  line.number_or_null("start_timestamp_ms", start);
  line.number_or_null("ringing_timestamp_ms", to_milliseconds(record.ringing_ns));
  line.number_or_null("answer_timestamp_ms", answer);
  line.number_or_null("end_timestamp_ms", end);
  line.seconds_or_null("duration_seconds", elapsed(start, end));
  line.seconds_or_null("billable_seconds", elapsed(answer, end));
}

void write_outcome(JsonLine& line, const CallRecord& record) {
  if (record.disposition)
    line.clean_text("disposition", label(*record.disposition));
  else
    line.null("disposition");
  line.number_or_null("sip_status", record.sip_status);
  line.number_or_null("q850_cause", record.q850_cause);
  line.text_or_null("hangup_cause", record.hangup_cause);
  line.clean_text("disconnect_initiator", label(record.disconnect_initiator));
  line.text_or_null("user_agent", record.user_agent);
}

// What else happens in a call has no SIP method.
bool is_of_sip(EventName name) {
  return label(name).starts_with("sip.");
}

// To a microsecond, a millionth and a tenth of a thousandth: finer than anything that is measured.
constexpr std::int64_t kMillisecondScale = 1000;
constexpr std::int64_t kFractionScale = 1'000'000;
constexpr std::int64_t kMosScale = 10'000;

// A payload type that nothing explains is no codec by name.
void write_codec(JsonLine& line, const std::optional<sipsonde_codec>& codec) {
  if (codec && *codec != SIPSONDE_CODEC_none && *codec != SIPSONDE_CODEC_unknown)
    line.clean_text("codec", label(*codec));
  else
    line.null("codec");
}

void write_media(JsonLine& line, const CallRecord& record) {
  write_codec(line, record.codec);
  line.number_or_null("packets_sent", record.packets_sent);
  line.number_or_null("packets_received", record.packets_received);
  line.number_or_null("packets_lost", record.packets_lost);
  line.number_or_null("bytes_sent", record.bytes_sent);
  line.number_or_null("bytes_received", record.bytes_received);
  line.measured_or_null("jitter_ms", record.jitter_ms, kMillisecondScale);
  line.measured_or_null("rtt_ms", record.rtt_ms, kMillisecondScale);
  line.measured_or_null("loss_fraction", record.loss_fraction, kFractionScale);
  line.measured_or_null("estimated_mos", record.estimated_mos, kMosScale);
}

void write_stream(JsonLine& line, const MediaRecord& stream) {
  line.clean_text("way", label(stream.way));
  line.number_or_null("ssrc", stream.ssrc);
  write_codec(line, stream.codec);
  line.number_or_null("packets", stream.packets);
  line.number_or_null("bytes", stream.bytes);
  line.number_or_null("lost", stream.lost);
  line.number_or_null("duplicate", stream.duplicate);
  line.number_or_null("reordered", stream.reordered);
  line.measured_or_null("jitter_ms", stream.jitter_ms, kMillisecondScale);
  line.measured_or_null("mos", stream.mos, kMosScale);
  line.endpoint("src", stream.source_address);
  line.endpoint("dst", stream.destination_address);
  line.clean_text("source", label(stream.source));
}

// What is added to the row: a price, and what a script says.
void write_additions(JsonLine& line, const CallRecord& record) {
  line.decimal_or_null("price", record.price_micros);
  line.text_or_null("currency", record.currency);
  line.text_or_null("recording_url", record.recording_url);
  line.text_or_null("agent_id", record.agent_id);
  line.text_or_null("route", record.route);
  line.text_map("custom", record.custom);
}

}  // namespace

const TrunkRule& trunk_of(TrunkIndex index, const FactContext& context) {
  return index < context.trunks->size() ? (*context.trunks)[index] : context.trunks->back();
}

std::string_view tenant_of(const CallRecord& record, const FactContext& context) {
  return or_else(record.tenant, trunk_of(record.trunk, context).tenant);
}

void append_json(std::string& out, const CallEvent& event, const FactContext& context) {
  const TrunkRule& trunk = trunk_of(event.trunk, context);
  const auto time = timestamp_text(event.time_ns);
  JsonLine& line = line_of_this_thread();
  line.begin();
  line.clean_text("ts", {time.data(), time.size()});
  line.text_or_null("call_id", event.call_id);
  line.number_or_null("leg", event.leg);
  const std::string_view tenant = or_else(event.tenant, trunk.tenant);
  line.text("account_id", or_else(event.account, or_else(trunk.account_id, tenant)));
  line.text("tenant", tenant);
  line.text("trunk", trunk.name);
  line.clean_text("direction", label(event.direction));
  line.clean_text("event", label(event.event));
  is_of_sip(event.event) ? line.clean_text("method", label(event.method)) : line.null("method");
  line.number_or_null("code", event.code);
  line.text_or_null("reason", event.reason);
  line.endpoint("src", event.source);
  line.endpoint("dst", event.destination);
  line.clean_text("transport", label(event.transport));
  line.text_or_null("node", context.node);
  line.text_map("attributes", event.attributes);
  line.end(out);
}

void append_json(std::string& out, const CallRecord& record, const FactContext& context) {
  const auto trace_id = to_hex(trace_id_of(record.call_id, record.traceparent));
  JsonLine& line = line_of_this_thread();
  line.begin();
  write_parties(line, record, trunk_of(record.trunk, context));
  write_times(line, record);
  write_outcome(line, record);
  write_media(line, record);
  write_additions(line, record);
  line.list("media", record.media, [&line](const MediaRecord& stream) { write_stream(line, stream); });
  line.text_or_null("node", context.node);
  line.clean_text("trace_id", {trace_id.data(), trace_id.size()});
  line.text_or_null("linked_call_id", record.linked_call_id);
  line.text_or_null("link_reason", record.link_reason);
  line.clean_text("coverage", label(record.coverage));
  line.end(out);
}

}  // namespace sipsonde
