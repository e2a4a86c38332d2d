// SPDX-License-Identifier: Apache-2.0
// What is asked of Scanners, and the event that comes of it (docs/scanners.md). Only what comes in is looked
// at: a proxy knocks at as many doors as it has calls.
#include "calls/call_state.h"
#include "calls/events.h"

namespace sipsonde {
namespace {

// A leg or transaction that gives way earlier than this after a challenge has not been given the time to
// answer it.
constexpr std::uint64_t kTimeToAnswer_ns = kSecond;

}  // namespace

AskedTarget CallTable::State::watch(const Sighting& sighting) {
  if (!scanners_ || sighting.flow != SIPSONDE_FLOW_ingress) return {};
  ScannersFound found;
  const AskedTarget asked = scanners_->observe_request({.sip = *sighting.sip,
                                                        .source = sighting.source,
                                                        .destination = sighting.destination,
                                                        .transport = sighting.transport,
                                                        .time_ns = sighting.time_ns},
                                                       found);
  tell_scanners(found);
  return asked;
}

void CallTable::State::watch_invite(Leg& leg, const Sighting& sighting) {
  if (leg.attempts > 1 || leg.asked.is_watched()) return;
  leg.asked = watch(sighting);
  leg.suspect = leg.asked.of_scanner;
}

// 18x and 2xx: whoever was called is there.
void CallTable::State::watch_reached(Leg& leg, int code) {
  const bool reaches = code / 100 == 2 || code / 10 == 18;
  if (!leg.asked.is_watched() || leg.reached || !reaches) return;
  leg.reached = true;
  scanners_->observe_fine(leg.asked, now_ns_);
}

void CallTable::State::watch_closing(const Leg& leg) {
  const Evidence& evidence = leg.evidence;
  if (!leg.asked.is_watched() || leg.reached) return;
  const bool refused = Scanners::turns_away(evidence.final_code);
  const bool too_early =
      Scanners::is_challenge(evidence.final_code) && now_ns_ < evidence.final_ns + kTimeToAnswer_ns;
  if (evidence.timer_b || (refused && !too_early)) watch_turned_away(leg.asked);
}

void CallTable::State::watch_response(const Transaction& transaction, const Sighting& sighting) {
  if (!scanners_ || sighting.sip->method != SIPSONDE_METHOD_register) return;
  const int code = sighting.sip->code;
  if (code / 100 == 2) {
    scanners_->observe_registrar(sighting.source.address, sighting.time_ns);
    scanners_->observe_fine(transaction.asked, sighting.time_ns);
  } else if (Scanners::turns_away(code) && !Scanners::is_challenge(code)) {
    watch_turned_away(transaction.asked);
  }
}

// Nobody answered it; or it was challenged, and what came of that is known by now.
void CallTable::State::watch_ran_out(const Transaction& transaction) {
  if (transaction.key.method != SIPSONDE_METHOD_register) return;
  const bool unanswered = transaction.final_code == 0 && !transaction.final_unseen &&
                          transaction.request_seen && doubt_of(transaction, nullptr).empty();
  if (unanswered || Scanners::is_challenge(transaction.final_code)) watch_turned_away(transaction.asked);
}

void CallTable::State::watch_turned_away(const AskedTarget& asked) {
  if (!asked.is_watched()) return;
  ScannersFound found;
  scanners_->observe_turned_away(asked, now_ns_, found);
  tell_scanners(found);
}

void CallTable::State::tell_scanners(const ScannersFound& found) {
  for (const ScannerFound& scanner : found) {
    if (!scanner.is_to_be_told) continue;
    const LatestRequest& latest = scanner.latest;
    CallEvent event;
    event.time_ns = now_ns_;
    event.call_id = latest.call_id.view();
    event.trunk = static_cast<TrunkIndex>(settings_.trunks.empty() ? 0 : settings_.trunks.size() - 1);
    event.direction = SIPSONDE_DIRECTION_inbound;
    event.event = EventName::scanner;
    event.method = latest.method;
    event.source = latest.source;
    event.destination = latest.destination;
    event.transport = latest.transport;
    add_attribute(event, scratch_, "kind", label(scanner.kind));
    add_attribute(event, scratch_, "source", scratch_.keep(to_text(latest.source.address)));
    add_attribute(event, scratch_, "count", std::uint64_t{scanner.count});
    add_attribute(event, scratch_, "user_agent", latest.user_agent.view());
    log_.state(event);
  }
}

}  // namespace sipsonde
