// SPDX-License-Identifier: Apache-2.0
// What transactions outside of a dialog tell of registrations and of peers: REGISTER and OPTIONS. What all
// workers know together is in registrations/ (docs/registrations.md).
#include <algorithm>

#include "calls/call_state.h"
#include "calls/events.h"
#include "registrations/address_of_record.h"

namespace sipsonde {
namespace {

bool contains(const std::vector<Network>& networks, const Address& address) {
  return std::ranges::any_of(networks, [&](const Network& network) { return network.contains(address); });
}

// The trunk that the asked belongs to as a peer. One that asks this node is none by that; on a mirror port,
// where every request comes in, the addresses of the trunks tell.
std::optional<std::size_t> peer_asked(const Settings& settings, const CallEvent& options) {
  if (options.direction == SIPSONDE_DIRECTION_outbound) return options.trunk;
  const Address& asked = options.destination.address;
  if (contains(settings.local_networks, asked)) return std::nullopt;
  for (std::size_t i = 0; i + 1 < settings.trunks.size(); ++i)
    if (contains(settings.trunks[i].peers, asked)) return i;
  return std::nullopt;
}

RegisterOutcome refusal(const RegisterRequest* request, int code) {
  RegisterOutcome outcome;
  outcome.action = code == 401 || code == 407 ? RegisterAction::challenged : RegisterAction::refused;
  if (request && request->all)
    outcome.contact = "*";
  else if (request && !request->contacts.empty())
    outcome.contact = request->contacts.front().uri;
  return outcome;
}

void add_outcome(CallEvent& event, Arena& scratch, const RegisterOutcome& outcome) {
  if (outcome.action) add_attribute(event, scratch, "action", label(*outcome.action));
  add_attribute(event, scratch, "contact", outcome.contact);
  if (outcome.expires) add_attribute(event, scratch, "expires", std::uint64_t{*outcome.expires});
  if (outcome.previous_source != Endpoint{})
    add_attribute(event, scratch, "previous_source", scratch.keep(to_text(outcome.previous_source)));
}

}  // namespace

void CallTable::State::outside_asked(Draft& draft, const Sighting& sighting) {
  if (sighting.sip->is_request && sighting.sip->method == SIPSONDE_METHOD_register)
    draft.register_request = keep_register_request(*sighting.sip, draft.text);
}

void CallTable::State::register_answered(Draft& draft, const Transaction& transaction,
                                         const Sighting& sighting) {
  if (!registrations_) return;
  expire_bindings(sighting.time_ns);
  const SipMessage& sip = *sighting.sip;
  CallEvent& event = draft.event;
  const RegisterRequest* const request = draft.register_request ? &*draft.register_request : nullptr;
  if (sip.code == 200 && transaction.request_seen)
    registrations_->delay.observe(sighting.time_ns - std::min(transaction.request_ns, sighting.time_ns));

  const auto aor = AddressOfRecord::of(sip.to.uri);
  RegisterOutcome outcome;
  if (sip.code >= 300)
    outcome = refusal(request, sip.code);
  else if (aor)
    outcome = registrations_->bindings.answered({.aor = aor->view(),
                                                 .response = sip,
                                                 .request = request,
                                                 .time_ns = sighting.time_ns,
                                                 .source = event.source,
                                                 .registrar = event.destination,
                                                 .transport = event.transport,
                                                 .direction = event.direction,
                                                 .trunk = event.trunk});

  if (aor) add_attribute(event, scratch_, "aor", scratch_.keep(aor->view()));
  add_outcome(event, scratch_, outcome);
  if (request && request->contacts.size() > 1)
    add_attribute(event, scratch_, "contacts", std::uint64_t{request->contacts.size()});
  if (sip.code == 423 && sip.min_expires)
    add_attribute(event, scratch_, "min_expires", std::uint64_t{*sip.min_expires});
}

void CallTable::State::options_ended(const Draft& draft, const Transaction& transaction, bool answered) {
  if (!registrations_ || draft.event.method != SIPSONDE_METHOD_options) return;
  const auto trunk = peer_asked(settings_, draft.event);
  const std::uint64_t asked_ns = transaction.request_seen ? transaction.request_ns : draft.event.time_ns;
  if (trunk) registrations_->peers.observe(*trunk, asked_ns, answered);
}

// Nothing passed, so that there is no Call-ID: what has expired is told by its address-of-record.
void CallTable::State::tell_expired(const Binding& binding) {
  CallEvent event;
  event.time_ns = binding.expires_ns;
  event.event = EventName::register_;
  event.method = SIPSONDE_METHOD_register;
  event.trunk = binding.trunk;
  event.direction = binding.direction;
  event.transport = binding.transport;
  event.source = binding.source;
  event.destination = binding.registrar;
  event.reason = "binding expired";
  add_attribute(event, scratch_, "user_agent", binding.user_agent);
  add_attribute(event, scratch_, "aor", binding.aor);
  add_attribute(event, scratch_, "action", "expired");
  add_attribute(event, scratch_, "contact", binding.contact);
  log_.state(event);
}

void CallTable::State::expire_bindings(std::uint64_t time_ns) {
  if (!registrations_) return;
  while (registrations_->bindings.is_due(time_ns))
    registrations_->bindings.expire(time_ns, [this](const Binding& binding) { tell_expired(binding); });
}

}  // namespace sipsonde
