// SPDX-License-Identifier: Apache-2.0
#include "dialog_script.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sipsonde::test {
namespace {

std::uint64_t ns(milliseconds span) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(span).count());
}

std::string phrase_of(int code) {
  switch (code) {
    case 100:
      return "Trying";
    case 180:
      return "Ringing";
    case 200:
      return "OK";
    default:
      return "Response";
  }
}

sipsonde_flow opposite(sipsonde_flow flow) {
  return flow == SIPSONDE_FLOW_ingress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
}

NameAddress name_address(std::string_view user, std::string_view tag) {
  NameAddress value;
  value.uri = user;
  value.user = user;
  value.host = "example.com";
  value.tag = tag;
  return value;
}

}  // namespace

std::uint64_t at(milliseconds since_start) {
  return kStart_ns + ns(since_start);
}

std::uint32_t call_hash_of(const std::string& call_id) {
  return static_cast<std::uint32_t>(std::hash<std::string>{}(call_id)) | 1;
}

std::string_view attribute(const CallEvent& event, std::string_view name) {
  for (const Attribute& candidate : event.attributes)
    if (candidate.name == name) return candidate.value;
  return {};
}

Message Message::answered(int with, milliseconds after, const std::string& tag) const {
  Message response = *this;
  response.code = with;
  response.phrase = phrase_of(with);
  response.time_ns += ns(after);
  std::swap(response.source, response.destination);
  if (!mirrored) response.flow = opposite(flow);
  if (response.to_tag.empty() && with != 100) response.to_tag = tag;
  response.reasons.clear();
  response.user_agent.clear();
  response.body.clear();
  response.session_expires.reset();
  response.min_se.reset();
  response.headers.clear();
  response.expires.reset();
  return response;
}

Message Message::later(milliseconds after) const {
  Message repeat = *this;
  repeat.time_ns += ns(after);
  return repeat;
}

Message Message::because(const std::string& protocol, int cause) const {
  Message with = *this;
  with.reasons.push_back({protocol, cause});
  return with;
}

Message Dialog::by_caller(const std::string& method, std::uint32_t cseq, milliseconds when, bool in_dialog) {
  Message message;
  message.time_ns = at(when);
  message.source = caller;
  message.destination = callee;
  message.flow = direction == SIPSONDE_DIRECTION_inbound ? SIPSONDE_FLOW_ingress : SIPSONDE_FLOW_egress;
  if (mirrored) message.flow = SIPSONDE_FLOW_ingress;
  message.mirrored = mirrored;
  message.method = method;
  message.call_id = call_id;
  message.branch = prefix + std::to_string(++branches) + "-" + caller_tag;
  message.sent_by = to_text(caller);
  message.cseq = cseq;
  message.from_tag = caller_tag;
  if (in_dialog) message.to_tag = callee_tag;
  return message;
}

Message Dialog::by_callee(const std::string& method, std::uint32_t cseq, milliseconds when) {
  Message message = by_caller(method, cseq, when);
  std::swap(message.source, message.destination);
  if (!mirrored) message.flow = opposite(message.flow);
  message.sent_by = to_text(callee);
  std::swap(message.from_tag, message.to_tag);
  std::swap(message.from_user, message.to_user);
  return message;
}

Message Dialog::invite(milliseconds when, std::uint32_t cseq) {
  Message message = by_caller("INVITE", cseq, when, false);
  message.user_agent = "phone/1.0";
  return message;
}

Message Dialog::ack_of_2xx(milliseconds when, std::uint32_t cseq) {
  return by_caller("ACK", cseq, when);
}

Message Dialog::ack_of_refusal(const Message& invite, milliseconds when) {
  Message message = invite;
  message.method = "ACK";
  message.time_ns = at(when);
  message.to_tag = callee_tag;
  return message;
}

Message Dialog::cancel_of(const Message& invite, milliseconds when) {
  Message message = invite;
  message.method = "CANCEL";
  message.time_ns = at(when);
  return message;
}

SipMessage view_of(const Message& message) {
  SipMessage sip;
  sip.is_request = message.code == 0;
  sip.method = method_of(message.method);
  sip.method_text = message.method;
  sip.code = message.code;
  sip.reason_phrase = message.phrase;
  sip.request_uri = name_address(message.to_user, {});
  sip.via = {"UDP", message.sent_by, message.branch};
  sip.via_count = 1;
  sip.call_id = message.call_id;
  sip.cseq = message.cseq;
  sip.from = name_address(message.from_user, message.from_tag);
  sip.to = name_address(message.to_user, message.to_tag);
  sip.user_agent = message.user_agent;
  sip.refer_to.uri = message.refer_to;
  sip.refer_to.user = sip.refer_to.uri;
  sip.content_type = message.content_type;
  sip.body = message.body;
  sip.session_expires = message.session_expires;
  sip.refresher = message.refresher;
  sip.min_se = message.min_se;
  sip.rseq = message.rseq;
  sip.headers = message.headers;
  sip.contact_star = message.headers.find("Contact: *") != std::string::npos;
  sip.expires = message.expires;
  sip.min_expires = message.min_expires;
  for (const WrittenReason& reason : message.reasons)
    sip.reasons[sip.reason_count++] = {reason.protocol, reason.cause, "text"};
  return sip;
}

Sighting sighting_of(const Message& message, const SipMessage& view) {
  Sighting sighting;
  sighting.sip = &view;
  sighting.time_ns = message.time_ns;
  sighting.source = message.source;
  sighting.destination = message.destination;
  sighting.flow = message.flow;
  sighting.transport = message.transport;
  sighting.interface = message.interface;
  sighting.tunnel = message.tunnel;
  sighting.call_hash = call_hash_of(message.call_id);
  return sighting;
}

Stage::Stage(Settings settings, unsigned share, KernelMedia* media, StreamReports* reports)
    : settings_(std::move(settings)), media_(media), reports_(reports), table_(surroundings_, share) {}

void Stage::see(const Message& message) {
  const SipMessage view = view_of(message);
  table_.observe(sighting_of(message, view));
  now_ns_ = std::max(now_ns_, message.time_ns);
}

void Stage::see(const std::vector<Message>& messages) {
  for (const Message& message : messages) see(message);
}

void Stage::wait_until(milliseconds when) {
  now_ns_ = std::max(now_ns_, at(when));
  table_.advance(now_ns_);
}

void Stage::settle() {
  wait_until(milliseconds((now_ns_ - kStart_ns) / 1'000'000 + 200));
}

void Stage::close(milliseconds when) {
  table_.close(at(when));
}

const std::vector<Fact>& Stage::facts() {
  if (auto list = table_.take_facts()) {
    facts_.insert(facts_.end(), list->begin(), list->end());
    lists_.push_back(std::move(list));
  }
  return facts_;
}

std::vector<CallRecord> Stage::records() {
  std::vector<CallRecord> records;
  for (const Fact& fact : facts())
    if (const auto* record = std::get_if<CallRecord>(&fact)) records.push_back(*record);
  return records;
}

std::vector<CallEvent> Stage::events() {
  std::vector<CallEvent> events;
  for (const Fact& fact : facts())
    if (const auto* event = std::get_if<CallEvent>(&fact)) events.push_back(*event);
  return events;
}

std::vector<std::string> Stage::event_names() {
  std::vector<std::string> names;
  for (const CallEvent& event : events()) names.emplace_back(label(event.event));
  return names;
}

CallRecord Stage::only_record() {
  const auto all = records();
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? CallRecord{} : all.front();
}

int Stage::count(EventName name) {
  const auto all = events();
  return static_cast<int>(std::ranges::count(all, name, &CallEvent::event));
}

std::vector<Message> answered_call(Dialog& dialog) {
  const Message invite = dialog.invite();
  return {invite, invite.answered(100, milliseconds(5)),
          invite.answered(180, milliseconds(200), dialog.callee_tag),
          invite.answered(200, seconds(1), dialog.callee_tag), dialog.ack_of_2xx(milliseconds(1010))};
}

std::vector<Message> hung_up(const Message& bye) {
  return {bye, bye.answered(200, milliseconds(10))};
}

}  // namespace sipsonde::test
