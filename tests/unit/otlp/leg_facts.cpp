// SPDX-License-Identifier: Apache-2.0
#include "unit/otlp/leg_facts.h"

namespace sipsonde {
namespace {

Endpoint endpoint(const char* address, std::uint16_t port) {
  return {*address_of(address), port};
}

}  // namespace

LegFacts::LegFacts(std::string call_id, std::uint32_t leg) {
  record.call_id = keep(std::move(call_id));
  record.leg = leg;
  record.from_uri = "sip:alice@example.com";
  record.to_uri = "sip:+4930123@example.net";
  record.user_agent = "Phone/1.0";
  record.via = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776";
  record.cseq = 314159;
  record.source = endpoint("192.0.2.1", 5060);
  record.destination = endpoint("198.51.100.7", 5080);
  record.start_ns = at_ms(0);
}

std::string& LegFacts::keep(std::string text) {
  return texts_.emplace_back(std::move(text));
}

LegFacts& LegFacts::event(EventName name, std::uint64_t milliseconds, sipsonde_method method,
                          std::uint16_t code,
                          std::vector<std::pair<std::string_view, std::string>> attributes) {
  CallEvent told;
  told.time_ns = at_ms(milliseconds);
  told.call_id = record.call_id;
  told.leg = record.leg;
  told.event = name;
  told.method = method;
  if (code) told.code = code;
  std::vector<Attribute>& kept = attributes_.emplace_back();
  for (auto& [key, value] : attributes) kept.push_back({key, keep(std::move(value))});
  told.attributes = kept;
  events.push_back(told);
  return *this;
}

LegFacts LegFacts::answered(std::string call_id) {
  LegFacts leg(std::move(call_id));
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite, 0, {{"from", "sip:alice@example.com"}})
      .event(EventName::trying, 10, SIPSONDE_METHOD_invite, 100)
      .event(EventName::ringing, 200, SIPSONDE_METHOD_invite, 180)
      .event(EventName::answered, 2000, SIPSONDE_METHOD_invite, 200)
      .event(EventName::ack, 2020, SIPSONDE_METHOD_ack)
      .event(EventName::bye, 10'000, SIPSONDE_METHOD_bye, 0,
             {{"by", "remote"}, {"initiator", "caller"}, {"reason_class", "normal"}})
      .event(EventName::terminated, 10'020, SIPSONDE_METHOD_bye, 200);
  leg.record.ringing_ns = at_ms(200);
  leg.record.answer_ns = at_ms(2000);
  leg.record.end_ns = at_ms(10'000);
  leg.record.teardown_ns = 20'000'000;
  leg.record.sip_status = 200;
  leg.record.q850_cause = 16;
  leg.record.hangup_cause = "NORMAL_CLEARING";
  leg.record.disposition = Disposition::answered;
  leg.record.disconnect_initiator = Initiator::caller;
  return leg;
}

LegFacts LegFacts::refused(std::uint16_t code, std::string call_id) {
  LegFacts leg(std::move(call_id));
  leg.event(EventName::invite, 0, SIPSONDE_METHOD_invite)
      .event(EventName::rejected, 300, SIPSONDE_METHOD_invite, code);
  leg.events.back().reason = "No";
  leg.record.end_ns = at_ms(300);
  leg.record.sip_status = code;
  leg.record.disposition = Disposition::rejected;
  leg.record.failure = FailureReason::other;
  return leg;
}

std::vector<Fact> LegFacts::facts() const {
  std::vector<Fact> all(events.begin(), events.end());
  all.emplace_back(record);
  return all;
}

}  // namespace sipsonde
