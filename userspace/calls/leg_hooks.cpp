// SPDX-License-Identifier: Apache-2.0
// What else is asked at the turns of a leg: a line for each who has something to say there.
#include "calls/call_state.h"
#include "calls/events.h"
#include "calls/trace_headers.h"

namespace sipsonde {
namespace {

// Whoever asks again and again for one leg does not fill its memory.
constexpr std::uint32_t kAttemptsTraced = 8;

}  // namespace

// An INVITE that asks for the dialog, each attempt of it. Not of a leg whose row is written.
void CallTable::State::leg_invited(Leg& leg, const Sighting& sighting) {
  leg.call->caller_withheld |= sighting.sip->withholds_sender();
  if (links_ && leg.link.is_none())
    leg.link = links_->invited({*sighting.sip, sighting.time_ns, leg.direction, leg.source.address});
  watch_invite(leg, sighting);
  keep_trace(leg, sighting);
  if (script_) ask_script_at_start(leg, sighting);  // first: events carry the tenant that it sets
  CallEvent event = invite_event(leg, sighting, scratch_);
  assess_invite(leg, sighting, event);
  tell(leg, event);
}

// Via and CSeq of the latest attempt, the trace of the first that names one.
void CallTable::State::keep_trace(Leg& leg, const Sighting& sighting) {
  if (leg.attempts > kAttemptsTraced) return;
  if (settings_.otlp.enabled) {
    leg.record.via = leg.text.keep(limited(top_via_of(*sighting.sip)));
    leg.record.cseq = sighting.sip->cseq;
  }
  if (!leg.record.traceparent.empty()) return;
  const TraceHeaders trace = trace_of(*sighting.sip);
  leg.record.traceparent = leg.text.keep(trace.parent);
  leg.record.tracestate = leg.text.keep(trace.state);
}

// A response to such an INVITE that was not seen before.
void CallTable::State::leg_responded(Leg& leg, const Sighting& sighting) {
  watch_reached(leg, sighting.sip->code);
  if (script_ && sighting.sip->code >= 300) keep_last_message(leg, sighting);
  CallEvent event = event_of(leg, name_of_response(leg, sighting.sip->code), sighting, scratch_);
  add_session_terms(event, scratch_, *sighting.sip, true);
  assess_response(leg, sighting, event);
  tell(leg, event);
}

// The first 2xx of a leg, before leg_responded().
void CallTable::State::leg_answered(Leg& leg, const Sighting& sighting) {
  if (links_) links_->answered(leg.link, *sighting.sip);
  if (script_) ask_script_at_answer(leg, sighting);
}

// The row is about to be stated: it may still be changed. Texts that are added must live as long as the leg.
void CallTable::State::leg_closing(Leg& leg, CallRecord& record) {
  count_stir(leg);
  watch_closing(leg);
  media_closing(leg, record);
  if (links_) {
    const CallLink link = links_->ended(leg.link, now_ns_, leg.text);
    record.linked_call_id = link.call_id;
    record.link_reason = link.reason;
  }
  if (script_) ask_script_at_end(leg, record);  // last: it sees what the others say, and may say otherwise
}

// The far peer is the caller of what comes in and the callee of what goes out.
TrunkIndex CallTable::State::trunk_of(const Sighting& sighting, const Address& far_peer) const {
  if (trunks_) return trunks_->find({*sighting.sip, far_peer, sighting.interface, sighting.vlan_id});
  return static_cast<TrunkIndex>(settings_.trunks.empty() ? 0 : settings_.trunks.size() - 1);
}

}  // namespace sipsonde
