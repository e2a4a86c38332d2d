// SPDX-License-Identifier: Apache-2.0
// Messages as lines of the story: the event a message is, with the attributes that its readers look for.
// Times are hook time here. Texts are views into the message, the leg and `scratch`, until the event is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "calls/leg.h"
#include "calls/sighting.h"
#include "calls/transactions.h"
#include "facts/fact.h"
#include "facts/measures.h"

namespace sipsonde {

// What a Reason header says (RFC 3326): 0 where it says nothing.
struct Reasons {
  std::uint16_t q850 = 0;
  std::uint16_t sip = 0;
  std::string_view text;
};
Reasons reasons_of(const SipMessage& sip);

// The beginning of a text, as long as facts may be.
std::string_view limited(std::string_view text);

// Adds an attribute whose value is not empty; `value` must live as long as the event. Room is in `scratch`.
void add_attribute(CallEvent& event, Arena& scratch, std::string_view name, std::string_view value);
// The same of a number, written into `scratch`.
void add_attribute(CallEvent& event, Arena& scratch, std::string_view name, std::uint64_t value);

CallEvent event_of(const Leg& leg, EventName name, const Sighting& sighting, Arena& scratch);

// Of something that did not happen: no message, so the request's ends. `from_caller`: who had sent it.
CallEvent event_without_message(const Leg& leg, EventName name, std::uint64_t time_ns, sipsonde_method method,
                                bool from_caller);

CallEvent invite_event(const Leg& leg, const Sighting& sighting, Arena& scratch);
CallEvent bye_event(const Leg& leg, const Sighting& sighting, bool by_caller, ByeSender sender,
                    ByeReason reason, Arena& scratch);
CallEvent cancel_event(const Leg& leg, const Sighting& sighting, Arena& scratch);

// A request in a dialog, with what is to be said of its method.
CallEvent request_event(const Leg& leg, EventName name, const Sighting& sighting,
                        const Transaction& transaction, Arena& scratch);

// session_expires, refresher and min_se, where the message has them (RFC 4028). `by_caller`: who sent the
// request, of a response too.
void add_session_terms(CallEvent& event, Arena& scratch, const SipMessage& sip, bool by_caller);

// Who sent a BYE as this node sees it. On a mirror port nothing leaves: the caller's side takes the place of
// this node's.
ByeSender sender_of_bye(const Leg& leg, const Sighting& sighting, bool by_caller);
// `timer_ran_out`: it comes when the session timer is given up (RFC 4028 section 10), which is the better
// word for whatever its Reason header says.
ByeReason reason_of_bye(const Leg& leg, const Sighting& sighting, bool by_caller, bool timer_ran_out);

// The event of a response to an INVITE that asks for a dialog.
EventName name_of_response(const Leg& leg, int code);

// The event of a request in a dialog, or of a transaction outside of one; nullopt for methods without one.
std::optional<EventName> name_of_method(sipsonde_method method);

// Of a transaction outside of a dialog, as far as its first message tells. Its ends are the request's.
CallEvent draft_of(const Sighting& sighting, sipsonde_direction direction, TrunkIndex trunk, EventName name,
                   Arena& scratch);

}  // namespace sipsonde
