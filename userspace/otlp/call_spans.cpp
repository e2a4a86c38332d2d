// SPDX-License-Identifier: Apache-2.0
#include "otlp/call_spans.h"

#include <algorithm>

#include "base/labels.h"

namespace sipsonde {
namespace {

constexpr double kNanosecondsAMillisecond = 1e6;

std::optional<double> milliseconds_between(const std::optional<std::uint64_t>& from,
                                           const std::optional<std::uint64_t>& until) {
  if (!from || !until) return std::nullopt;
  return *until > *from ? static_cast<double>(*until - *from) / kNanosecondsAMillisecond : 0.0;
}

SpanKind kind_of(sipsonde_direction direction) {
  return direction == SIPSONDE_DIRECTION_inbound ? SpanKind::server : SpanKind::client;
}

}  // namespace

CallSpans::CallSpans(const Settings& settings)
    : settings_(settings), ids_(settings.node), no_errors_(settings.otlp.error_status_except) {
  std::ranges::sort(no_errors_);
}

bool CallSpans::is_error(int status) const {
  return status >= 400 && !std::ranges::binary_search(no_errors_, status);
}

void CallSpans::make(const CallRecord& record, const LegStory& story, const Outlet& outlet) {
  root_ = ids_.of(record.call_id, record.leg, SpanRole::call);
  trace_id_ = trace_id_of(record.call_id, record.traceparent);
  sort_events(record, story);
  make_call(record, story, outlet);
  for (std::size_t i = 0; i < attempts_.size(); ++i) make_setup(record, story, i, outlet);
  for (std::size_t i = 0; i < record.media.size(); ++i) make_media(record, i, outlet);
  if (teardown_) make_teardown(record, story, outlet);
}

// ---- the spans ----

void CallSpans::make_call(const CallRecord& record, const LegStory& story, const Outlet& outlet) {
  begin("sip.call", root_);
  if (const auto parent = parse_traceparent(record.traceparent)) {
    span_.parent = parent->span_id;
    span_.parent_is_remote = true;
    span_.trace_state = record.tracestate;
  }
  span_.start_ns = start_ns_;
  span_.end_ns = end_ns_;
  add_request(record);
  span_.add("sip.status_code", record.sip_status);
  span_.add("sip.setup_time_ms", milliseconds_between(record.start_ns, record.answer_ns));
  span_.add("sip.ringing_time_ms", milliseconds_between(record.start_ns, record.ringing_ns));
  span_.add("sip.q850_cause", record.q850_cause);
  span_.add("sip.hangup_cause", record.hangup_cause);
  if (record.disposition) span_.add("sip.disposition", label(*record.disposition));
  span_.add("sip.disconnect_initiator", label(record.disconnect_initiator));
  span_.add("sip.direction", label(record.direction));
  span_.add("sip.leg", static_cast<std::int64_t>(record.leg));
  span_.add("sipsonde.coverage", label(record.coverage));
  span_.add("sip.linked_call_id", record.linked_call_id);
  if (!record.linked_call_id.empty())
    span_.links.push_back(
        {trace_id_of(record.linked_call_id), ids_.of(record.linked_call_id, 0, SpanRole::call)});
  for (std::size_t i = 0; i < story.events.size(); ++i)
    if (places_[i] == kAtCall) add_event(story.events[i]);
  span_.dropped_events = story.left_out;
  set_status(record.sip_status.value_or(0), record.hangup_cause);
  outlet(span_);
}

void CallSpans::make_setup(const CallRecord& record, const LegStory& story, std::size_t number,
                           const Outlet& outlet) {
  const Attempt& attempt = attempts_[number];
  begin_child(record, "sip.call.setup", SpanRole::setup, number);
  span_.kind = kind_of(record.direction);
  span_.start_ns = attempt.start_ns;
  span_.end_ns = attempt.end_ns;
  add_request(record);
  if (attempt.code) span_.add("sip.status_code", static_cast<std::int64_t>(attempt.code));
  if (attempt.code / 100 == 2)
    span_.add("sip.setup_time_ms", milliseconds_between(record.start_ns, attempt.end_ns));
  if (number + 1 == attempts_.size()) span_.add("sip.q850_cause", record.q850_cause);
  for (std::size_t i = 0; i < story.events.size(); ++i)
    if (places_[i] == static_cast<Place>(number)) add_setup_event(record, attempt, story.events[i]);
  set_status(attempt.code, attempt.timed_out ? "no final response" : attempt.reason);
  outlet(span_);
}

void CallSpans::make_media(const CallRecord& record, std::size_t number, const Outlet& outlet) {
  const MediaRecord& stream = record.media[number];
  begin_child(record, "sip.call.media", SpanRole::media, number);
  span_.start_ns = stream.first_ns.value_or(record.answer_ns.value_or(start_ns_));
  span_.end_ns = stream.last_ns.value_or(end_ns_);
  add_identity(record.call_id, record.trunk, record.tenant);
  span_.add("media.way", label(stream.way));
  span_.add("media.source", label(stream.source));
  span_.add("media.ssrc", stream.ssrc);
  if (stream.codec) span_.add("media.codec", label(*stream.codec));
  span_.add("media.packets", stream.packets);
  span_.add("media.bytes", stream.bytes);
  span_.add("media.lost", stream.lost);
  if (const std::uint64_t expected = stream.packets.value_or(0) + stream.lost.value_or(0);
      stream.packets && stream.lost && expected > 0)
    span_.add("media.loss_fraction", static_cast<double>(*stream.lost) / static_cast<double>(expected));
  span_.add("media.duplicate", stream.duplicate);
  span_.add("media.reordered", stream.reordered);
  span_.add("media.jitter_ms", stream.jitter_ms);
  span_.add("media.mos", stream.mos);
  span_.add("media.rtt_ms", record.rtt_ms);
  add_address("source.address", "source.port", stream.source_address, texts_[0]);
  add_address("destination.address", "destination.port", stream.destination_address, texts_[1]);
  outlet(span_);
}

void CallSpans::make_teardown(const CallRecord& record, const LegStory& story, const Outlet& outlet) {
  begin_child(record, "sip.call.teardown", SpanRole::teardown, 0);
  span_.kind = teardown_->sent_here ? SpanKind::client : SpanKind::server;
  span_.start_ns = teardown_->start_ns;
  span_.end_ns = teardown_->end_ns;
  add_identity(record.call_id, record.trunk, record.tenant);
  add_method(SIPSONDE_METHOD_bye);
  span_.add("sip.initiated_by", teardown_->initiator);
  span_.add("sip.reason_class", teardown_->reason_class);
  if (teardown_->code) span_.add("sip.status_code", static_cast<std::int64_t>(teardown_->code));
  span_.add("sip.q850_cause", record.q850_cause);
  add_peer(record.direction == SIPSONDE_DIRECTION_inbound ? record.source : record.destination,
           record.transport);
  for (std::size_t i = 0; i < story.events.size(); ++i)
    if (places_[i] == kAtTeardown) add_event(story.events[i]);
  if (teardown_->unanswered) {
    span_.status = SpanStatus::error;
    span_.status_message = "BYE not answered";
  } else {
    set_status(teardown_->code, {});
  }
  outlet(span_);
}

void CallSpans::make(const CallEvent& event, const Outlet& outlet) {
  const bool is_register = event.method == SIPSONDE_METHOD_register;
  trace_id_ = trace_id_of(event.call_id, event.traceparent);
  begin(is_register ? "sip.register" : "sip.options",
        ids_.of(event.call_id, 0, SpanRole::transaction, event.time_ns));
  if (const auto parent = parse_traceparent(event.traceparent)) {
    span_.parent = parent->span_id;
    span_.parent_is_remote = true;
  }
  span_.kind = kind_of(event.direction);
  span_.start_ns = event.request_ns.value_or(event.time_ns);
  span_.end_ns = event.time_ns;
  add_identity(event.call_id, event.trunk, event.tenant);
  add_method(event.method);
  for (const Attribute& attribute : event.attributes) {
    if (attribute.name == "from") span_.add("sip.from", attribute.value);
    if (attribute.name == "to") span_.add("sip.to", attribute.value);
    if (attribute.name == "user_agent") span_.add("sip.user_agent", attribute.value);
  }
  const bool timed_out = event.event == EventName::timeout;
  span_.add("sip.status_code", event.code);
  add_peer(event.direction == SIPSONDE_DIRECTION_inbound ? event.source : event.destination, event.transport);
  set_status(timed_out ? 408 : event.code.value_or(0), timed_out ? "no final response" : event.reason);
  outlet(span_);
}

// ---- what they are made of ----

void CallSpans::begin(std::string_view name, SpanId id) {
  span_.renew();
  span_.trace_id = trace_id_;
  span_.span_id = id;
  span_.name = name;
}

void CallSpans::begin_child(const CallRecord& record, std::string_view name, SpanRole role,
                            std::size_t number) {
  begin(name, ids_.of(record.call_id, record.leg, role, number));
  span_.parent = root_;
  span_.trace_state = record.tracestate;
}

void CallSpans::add_identity(std::string_view call_id, TrunkIndex trunk, std::string_view tenant) {
  const TrunkTable& trunks = settings_.trunks;
  const TrunkRule& rule = trunk < trunks.size() ? trunks[trunk] : trunks.back();
  span_.add("sip.call_id", call_id);
  span_.add("call.sid", call_id);
  span_.add("tenant.id", tenant.empty() ? std::string_view(rule.tenant) : tenant);
  span_.add("trunk.id", rule.name);
}

void CallSpans::add_method(sipsonde_method method) {
  span_.add("sip.method", label(method));
  span_.add("method.id", static_cast<std::int64_t>(method));
}

void CallSpans::add_request(const CallRecord& record) {
  add_identity(record.call_id, record.trunk, record.tenant);
  add_method(SIPSONDE_METHOD_invite);
  span_.add("sip.from", record.from_uri);
  span_.add("sip.to", record.to_uri);
  span_.add("sip.via", record.via);
  span_.add("sip.cseq", record.cseq);
  span_.add("sip.user_agent", record.user_agent);
  add_peer(record.direction == SIPSONDE_DIRECTION_inbound ? record.source : record.destination,
           record.transport);
}

void CallSpans::add_peer(const Endpoint& peer, sipsonde_transport transport) {
  span_.add("transport", label(transport));
  add_address("network.peer.address", "network.peer.port", peer, texts_[0]);
}

void CallSpans::add_address(std::string_view address_key, std::string_view port_key, const Endpoint& endpoint,
                            std::string& room) {
  room = to_text(endpoint.address);
  span_.add(address_key, room);
  span_.add(port_key, static_cast<std::int64_t>(endpoint.port));
}

// As the line of the event tells it: numbers are texts there.
void CallSpans::add_event(const LegStoryEvent& event) {
  span_.begin_event(label(event.event), event.time_ns);
  if (label(event.event).starts_with("sip.")) span_.add_to_event("sip.method", label(event.method));
  if (event.code) span_.add_to_event("sip.status_code", static_cast<std::int64_t>(event.code));
  if (!event.reason.empty()) span_.add_to_event("sip.reason", event.reason);
  for (const Attribute& attribute : event.attributes) span_.add_to_event(attribute.name, attribute.value);
}

void CallSpans::add_setup_event(const CallRecord& record, const Attempt& attempt,
                                const LegStoryEvent& event) {
  const auto elapsed_ms = milliseconds_between(attempt.start_ns, event.time_ns);
  switch (event.event) {
    case EventName::trying:
    case EventName::progress:
      span_.begin_event("sip.provisional", event.time_ns);
      break;
    case EventName::invite:
    case EventName::rejected:
    case EventName::redirected:
    case EventName::challenged:
    case EventName::timeout:
    case EventName::terminated:
      return;  // it is what the span says
    default:
      span_.begin_event(label(event.event), event.time_ns);
  }
  if (event.code) span_.add_to_event("sip.status_code", static_cast<std::int64_t>(event.code));
  if (event.event == EventName::answered)
    span_.add_to_event("sip.setup_time_ms",
                       milliseconds_between(record.start_ns, event.time_ns).value_or(*elapsed_ms));
  else
    span_.add_to_event("sip.elapsed_ms", *elapsed_ms);
  for (const Attribute& attribute : event.attributes) span_.add_to_event(attribute.name, attribute.value);
}

void CallSpans::set_status(int code, std::string_view message) {
  if (!is_error(code)) return;
  span_.status = SpanStatus::error;
  span_.status_message = message;
}

}  // namespace sipsonde
