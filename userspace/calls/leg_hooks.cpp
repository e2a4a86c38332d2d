// SPDX-License-Identifier: Apache-2.0
// What else is asked at the turns of a leg: a line for each who has something to say there.
#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {

// An INVITE that asks for the dialog, each attempt of it. Not of a leg whose row is written.
void CallTable::State::leg_invited(Leg& leg, const Sighting& sighting) {
  if (script_) ask_script_at_start(leg, sighting);  // first: events carry the tenant that it sets
  CallEvent event = invite_event(leg, sighting, scratch_);
  tell(leg, event);
}

// A response to such an INVITE that was not seen before.
void CallTable::State::leg_responded(Leg& leg, const Sighting& sighting) {
  if (script_ && sighting.sip->code >= 300) keep_last_message(leg, sighting);
  CallEvent event = event_of(leg, name_of_response(leg, sighting.sip->code), sighting);
  tell(leg, event);
}

// The first 2xx of a leg, before leg_responded().
void CallTable::State::leg_answered(Leg& leg, const Sighting& sighting) {
  if (script_) ask_script_at_answer(leg, sighting);
}

// The row is about to be stated: it may still be changed. Texts that are added must live as long as the leg.
void CallTable::State::leg_closing(Leg& leg, CallRecord& record) {
  if (script_) ask_script_at_end(leg, record);  // last: it sees what the others say, and may say otherwise
}

}  // namespace sipsonde
