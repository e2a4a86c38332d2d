// SPDX-License-Identifier: Apache-2.0
#include "calls/events.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

#include "base/labels.h"
#include "calls/dialogs.h"
#include "calls/trace_headers.h"
#include "calls/transfer.h"

namespace sipsonde {
namespace {

bool same_token(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

void add_reasons(CallEvent& event, Arena& scratch, const Reasons& reasons) {
  if (reasons.q850) add_attribute(event, scratch, "q850_cause", reasons.q850);
  if (reasons.sip) add_attribute(event, scratch, "sip_cause", reasons.sip);
  add_attribute(event, scratch, "reason_text", reasons.text);
}

// What a REFER asks for, and what the NOTIFY of one tells.
void add_transfer(CallEvent& event, Arena& scratch, const SipMessage& sip) {
  if (sip.method == SIPSONDE_METHOD_refer) {
    const ReferTarget target = refer_target_of(sip.refer_to.uri);
    const Unescaped replaces(limited(target.replaces));
    add_attribute(event, scratch, "refer_to", target.uri);
    add_attribute(event, scratch, "replaces", scratch.keep(call_id_of_replaces(replaces.view())));
  }
  if (sip.method == SIPSONDE_METHOD_notify)
    if (const auto status = quoted_status(sip.content_type, sip.body))
      add_attribute(event, scratch, "refer_status", *status);
}

// What the message came in, such as "vxlan" or "gre/vxlan".
void add_tunnel(CallEvent& event, Arena& scratch, const Sighting& sighting) {
  char names[64];
  std::size_t length = 0;
  for (const std::uint8_t tunnel : sighting.tunnel) {
    if (tunnel == SIPSONDE_TUNNEL_none) break;
    const std::string_view name = label(static_cast<sipsonde_tunnel>(tunnel));
    if (length + 1 + name.size() > sizeof names) break;
    if (length > 0) names[length++] = '/';
    length += name.copy(names + length, name.size());
  }
  add_attribute(event, scratch, "tunnel", length > 0 ? scratch.keep({names, length}) : std::string_view{});
}

// Q.850 causes below 32 are of the class "normal event".
bool is_failure(const Reasons& reasons) {
  return reasons.q850 >= 32 || (reasons.sip >= 400 && reasons.sip != 487);
}

}  // namespace

std::string_view limited(std::string_view text) {
  return text.substr(0, kTextLimit);
}

// They move each time: an event has few, and whose room they were in need not be known.
void add_attribute(CallEvent& event, Arena& scratch, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const std::size_t count = event.attributes.size();
  const std::span<Attribute> more = scratch.keep_array<Attribute>(count + 1);
  std::ranges::copy(event.attributes, more.begin());
  more[count] = {name, limited(value)};
  event.attributes = more;
}

void add_attribute(CallEvent& event, Arena& scratch, std::string_view name, std::uint64_t value) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  add_attribute(event, scratch, name, scratch.keep({digits, end}));
}

Reasons reasons_of(const SipMessage& sip) {
  Reasons found;
  for (unsigned i = 0; i < sip.reason_count && i < sip.reasons.size(); ++i) {
    const Reason& reason = sip.reasons[i];
    if (same_token(reason.protocol, "Q.850") && reason.cause > 0 && reason.cause < 128 && !found.q850)
      found.q850 = static_cast<std::uint16_t>(reason.cause);
    if (same_token(reason.protocol, "SIP") && reason.cause >= 100 && reason.cause < 700 && !found.sip)
      found.sip = static_cast<std::uint16_t>(reason.cause);
    if (found.text.empty()) found.text = reason.text;
  }
  return found;
}

CallEvent event_of(const Leg& leg, EventName name, const Sighting& sighting, Arena& scratch) {
  const SipMessage& sip = *sighting.sip;
  CallEvent event;
  event.time_ns = sighting.time_ns;
  event.call_id = leg.call->call_id;
  event.leg = leg.number;
  event.trunk = leg.trunk;
  event.tenant = leg.record.tenant;
  event.traceparent = leg.record.traceparent;
  event.direction = leg.direction;
  event.caller_withheld = leg.call->caller_withheld;
  event.event = name;
  event.method = sip.method;
  if (!sip.is_request) {
    event.code = static_cast<std::uint16_t>(sip.code);
    event.reason = limited(sip.reason_phrase);
  }
  event.source = sighting.source;
  event.destination = sighting.destination;
  event.transport = sighting.transport;
  add_tunnel(event, scratch, sighting);
  return event;
}

CallEvent event_without_message(const Leg& leg, EventName name, std::uint64_t time_ns, sipsonde_method method,
                                bool from_caller) {
  CallEvent event;
  event.time_ns = time_ns;
  event.call_id = leg.call->call_id;
  event.leg = leg.number;
  event.trunk = leg.trunk;
  event.tenant = leg.record.tenant;
  event.traceparent = leg.record.traceparent;
  event.direction = leg.direction;
  event.caller_withheld = leg.call->caller_withheld;
  event.event = name;
  event.method = method;
  event.source = from_caller ? leg.source : leg.destination;
  event.destination = from_caller ? leg.destination : leg.source;
  event.transport = leg.record.transport;
  return event;
}

CallEvent invite_event(const Leg& leg, const Sighting& sighting, Arena& scratch) {
  CallEvent event = event_of(leg, EventName::invite, sighting, scratch);
  add_attribute(event, scratch, "from", sighting.sip->from.uri);
  add_attribute(event, scratch, "to", sighting.sip->to.uri);
  add_attribute(event, scratch, "user_agent", sighting.sip->user_agent);
  if (leg.attempts > 1) add_attribute(event, scratch, "attempt", leg.attempts);
  add_attribute(event, scratch, "replaces", call_id_of_replaces(sighting.sip->replaces));
  add_session_terms(event, scratch, *sighting.sip, true);
  return event;
}

ByeSender sender_of_bye(const Leg& leg, const Sighting& sighting, bool by_caller) {
  const bool local = leg.mirrored ? by_caller : sighting.flow == SIPSONDE_FLOW_egress;
  return local ? ByeSender::local : ByeSender::remote;
}

ByeReason reason_of_bye(const Leg& leg, const Sighting& sighting, bool by_caller, bool timer_ran_out) {
  if (timer_ran_out) return ByeReason::timer_expired;
  const Reasons reasons = reasons_of(*sighting.sip);
  const bool ack_never_came = !by_caller && leg.invite_seen && leg.evidence.answered() && !leg.acknowledged;
  if (is_failure(reasons) || ack_never_came) return ByeReason::error;
  if (reasons.q850 == 16 || reasons.sip == 200) return ByeReason::user_hangup;
  return ByeReason::normal;
}

CallEvent bye_event(const Leg& leg, const Sighting& sighting, bool by_caller, ByeSender sender,
                    ByeReason reason, Arena& scratch) {
  CallEvent event = event_of(leg, EventName::bye, sighting, scratch);
  add_attribute(event, scratch, "by", kByeSenders[static_cast<std::size_t>(sender)]);
  if (leg.evidence.caller_known) add_attribute(event, scratch, "initiator", by_caller ? "caller" : "callee");
  add_attribute(event, scratch, "reason_class", kByeReasons[static_cast<std::size_t>(reason)]);
  add_reasons(event, scratch, reasons_of(*sighting.sip));
  return event;
}

CallEvent cancel_event(const Leg& leg, const Sighting& sighting, Arena& scratch) {
  CallEvent event = event_of(leg, EventName::cancel, sighting, scratch);
  const Reasons reasons = reasons_of(*sighting.sip);
  if (reasons.sip == 200) add_attribute(event, scratch, "answered_elsewhere", "true");
  add_reasons(event, scratch, reasons);
  return event;
}

CallEvent request_event(const Leg& leg, EventName name, const Sighting& sighting,
                        const Transaction& transaction, Arena& scratch) {
  CallEvent event = event_of(leg, name, sighting, scratch);
  if (transaction.refreshes) add_attribute(event, scratch, "refresh", "true");
  add_session_terms(event, scratch, *sighting.sip, transaction.from_caller);
  add_transfer(event, scratch, *sighting.sip);
  return event;
}

void add_session_terms(CallEvent& event, Arena& scratch, const SipMessage& sip, bool by_caller) {
  if (sip.session_expires) {
    add_attribute(event, scratch, "session_expires", *sip.session_expires);
    switch (refresher_named(sip.refresher, by_caller ? Side::caller : Side::callee)) {
      case Side::caller:
        add_attribute(event, scratch, "refresher", "caller");
        break;
      case Side::callee:
        add_attribute(event, scratch, "refresher", "callee");
        break;
      default:
        break;
    }
  }
  if (sip.min_se) add_attribute(event, scratch, "min_se", *sip.min_se);
}

EventName name_of_response(const Leg& leg, int code) {
  if (code == 100) return EventName::trying;
  if (code == 180) return EventName::ringing;
  if (code < 200) return EventName::progress;
  if (code < 300) return EventName::answered;
  if (code < 400) return EventName::redirected;
  if (code == 401 || code == 407 || code == 422) return EventName::challenged;
  if (code == 487 && leg.evidence.given_up_ns() != kNever) return EventName::terminated;
  return EventName::rejected;
}

std::optional<EventName> name_of_method(sipsonde_method method) {
  switch (method) {
    case SIPSONDE_METHOD_invite:
      return EventName::reinvite;
    case SIPSONDE_METHOD_bye:
      return EventName::bye;
    case SIPSONDE_METHOD_register:
      return EventName::register_;
    case SIPSONDE_METHOD_options:
      return EventName::options;
    case SIPSONDE_METHOD_prack:
      return EventName::prack;
    case SIPSONDE_METHOD_subscribe:
      return EventName::subscribe;
    case SIPSONDE_METHOD_notify:
      return EventName::notify;
    case SIPSONDE_METHOD_publish:
      return EventName::publish;
    case SIPSONDE_METHOD_info:
      return EventName::info;
    case SIPSONDE_METHOD_refer:
      return EventName::refer;
    case SIPSONDE_METHOD_message:
      return EventName::message;
    case SIPSONDE_METHOD_update:
      return EventName::update;
    default:
      return std::nullopt;
  }
}

CallEvent draft_of(const Sighting& sighting, sipsonde_direction direction, TrunkIndex trunk, EventName name,
                   Arena& scratch) {
  const SipMessage& sip = *sighting.sip;
  CallEvent event;
  event.time_ns = sighting.time_ns;
  event.call_id = limited(sip.call_id);
  event.trunk = trunk;
  event.direction = direction;
  event.event = name;
  event.method = sip.method;
  event.source = sip.is_request ? sighting.source : sighting.destination;
  event.destination = sip.is_request ? sighting.destination : sighting.source;
  event.transport = sighting.transport;
  event.caller_withheld = sip.withholds_sender();
  add_tunnel(event, scratch, sighting);
  if (sip.is_request) event.traceparent = trace_of(sip).parent;
  add_attribute(event, scratch, "from", sip.from.uri);
  add_attribute(event, scratch, "to", sip.to.uri);
  if (sip.is_request) add_attribute(event, scratch, "user_agent", sip.user_agent);
  add_transfer(event, scratch, sip);
  return event;
}

}  // namespace sipsonde
