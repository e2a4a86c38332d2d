// SPDX-License-Identifier: Apache-2.0
// Passing a call on: the REFER is remembered until a NOTIFY says how it went (RFC 3515 section 2.4.5).
#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {

// One at a time: another REFER in the same leg takes the place of the one before.
void CallTable::State::transfer_asked(Leg& leg, const Sighting& sighting, bool by_caller) {
  forget_transfer(leg);
  const SipMessage& sip = *sighting.sip;
  const ReferTarget target = refer_target_of(sip.refer_to.uri);
  const Unescaped replaces(limited(target.replaces));
  Transfer& transfer = transfers_.take();
  transfer.by_caller = by_caller;
  transfer.refer_to = transfer.text.keep(limited(target.uri));
  transfer.target = transfer.text.keep(limited(sip.refer_to.user));
  transfer.replaces = transfer.text.keep(call_id_of_replaces(replaces.view()));
  leg.transfer = transfer.self;
}

void CallTable::State::transfer_told(Leg& leg, const Sighting& sighting, bool by_caller) {
  Transfer* const transfer = transfers_.find(leg.transfer);
  const SipMessage& sip = *sighting.sip;
  // It is told to who had asked.
  if (!transfer || transfer->by_caller == by_caller) return;
  const int status = quoted_status(sip.content_type, sip.body).value_or(0);
  if (status < 200) return;
  if (status < 300) {
    CallEvent event = event_of(leg, EventName::transferred, sighting, scratch_);
    add_attribute(event, scratch_, "by", transfer->by_caller ? "caller" : "callee");
    add_attribute(event, scratch_, "transferred", transfer->by_caller ? "callee" : "caller");
    add_attribute(event, scratch_, "refer_to", transfer->refer_to);
    add_attribute(event, scratch_, "target", transfer->target);
    add_attribute(event, scratch_, "replaces", transfer->replaces);
    tell(leg, event);
  }
  forget_transfer(leg);
}

void CallTable::State::forget_transfer(Leg& leg) {
  if (Transfer* const transfer = transfers_.find(leg.transfer)) transfers_.give(*transfer);
  leg.transfer = {};
}

}  // namespace sipsonde
