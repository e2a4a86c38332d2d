// SPDX-License-Identifier: Apache-2.0
// What an INVITE and its responses say of the caller's identity: attributes of their events, and one result
// for each leg (docs/stir.md).
#include <algorithm>
#include <span>

#include "calls/call_state.h"
#include "calls/events.h"
#include "stir/assessment.h"

namespace sipsonde {
namespace {

static_assert(kStirResults.size() == kStirResultCount);
static_assert(std::ranges::equal(kStirResults, std::span(kStirLabels).first(kStirResultCount), {},
                                 [](const char* text) { return std::string_view(text); }));

}  // namespace

void CallTable::State::assess_invite(Leg& leg, const Sighting& sighting, CallEvent& event) {
  const Assessment assessment = assess(*sighting.sip, timebase_.to_unix_ns(sighting.time_ns), trusted_);
  leg.stir.invited(sighting.time_ns, status_of_invite(assessment));
  state_attributes(assessment, [&](std::string_view name, std::string_view value) {
    add_attribute(event, scratch_, name, scratch_.keep(limited(value)));
  });
}

void CallTable::State::assess_response(Leg& leg, const Sighting& sighting, CallEvent& event) {
  if (const auto said = stir_response_of(*sighting.sip)) {
    leg.stir.responded(said->status);
    add_attribute(event, scratch_, "stir_result", label(said->status));
    if (said->cause != 0) add_attribute(event, scratch_, "stir_reason", said->cause);
  }
  // Nothing that follows an answer changes it; but its INVITE may still be on the way.
  if (leg.evidence.answered() && leg.stir.has_invite()) count_stir(leg);
}

void CallTable::State::count_stir(Leg& leg) {
  if (const auto result = leg.stir.take_result(leg.evidence.answered()))
    add_one(measures_.stir_results[static_cast<std::size_t>(*result)]);
}

}  // namespace sipsonde
