// SPDX-License-Identifier: Apache-2.0
#include "store/cut_leg.h"

#include <strings.h>

#include <algorithm>

#include "base/labels.h"
#include "facts/timestamp.h"
#include "store/json_object.h"

namespace sipsonde {
namespace {

bool begins_with(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() && strncasecmp(text.data(), scheme.data(), scheme.size()) == 0;
}

bool is(const JsonObject& event, EventName name) {
  return event.text("event") == label(name);
}

// What answers comes from where the INVITE went.
void take_ends(const JsonObject& event, bool is_response, CallRecord& record) {
  record.source = event.endpoint(is_response ? "dst" : "src");
  record.destination = event.endpoint(is_response ? "src" : "dst");
  record.transport = transport_named(event.text("transport"));
  record.direction = event.text("direction") == label(SIPSONDE_DIRECTION_outbound)
                         ? SIPSONDE_DIRECTION_outbound
                         : SIPSONDE_DIRECTION_inbound;
}

}  // namespace

std::string_view user_part_of(std::string_view uri) {
  if (begins_with(uri, "tel:")) return uri.substr(4, uri.find(';') - 4);
  if (!begins_with(uri, "sip:") && !begins_with(uri, "sips:")) return {};
  const std::string_view rest = uri.substr(uri.find(':') + 1);
  const std::size_t at = rest.find('@');
  if (at == rest.npos) return {};
  const std::string_view user = rest.substr(0, at);
  return user.substr(0, user.find(':'));
}

std::optional<CutLeg> CutLeg::of(std::string_view call_id, std::uint32_t leg,
                                 std::span<const std::string> lines) {
  CutLeg cut;
  for (const std::string& line : lines) {
    const auto event = JsonObject::parse(line);
    if (!event || event->number("leg") != leg) continue;
    const auto time = parse_timestamp(event->text("ts"));
    if (!time) continue;
    // Not one that tries again: a new leg, of an agent that counted anew.
    if (is(*event, EventName::invite) && event->attribute("attempt").empty()) {
      cut = {};
      cut.record_.start_ns = time;
      cut.from_uri_ = event->attribute("from");
      cut.to_uri_ = event->attribute("to");
      cut.user_agent_ = event->attribute("user_agent");
    }
    if (is(*event, EventName::invite)) take_ends(*event, false, cut.record_);
    const auto code = event->number("code");
    if ((code == 180 || code == 183) && !cut.record_.ringing_ns) cut.record_.ringing_ns = time;
    if (is(*event, EventName::answered) && !cut.record_.answer_ns) {
      cut.record_.answer_ns = time;
      if (code) cut.record_.sip_status = static_cast<std::uint16_t>(*code);
      if (!cut.record_.start_ns) take_ends(*event, true, cut.record_);
      cut.trunks_ = {TrunkRule{.name = std::string(event->text("trunk")),
                               .tenant = std::string(event->text("tenant")),
                               .account_id = std::string(event->text("account_id"))}};
      cut.node_ = event->text("node");
    }
    cut.record_.end_ns = std::max(cut.record_.end_ns.value_or(0), *time);
  }
  if (!cut.record_.answer_ns) return std::nullopt;
  cut.call_id_ = call_id;
  cut.record_.leg = leg;
  cut.record_.disposition = Disposition::answered;
  cut.record_.coverage = Coverage::cut;
  return cut;
}

CallRecord CutLeg::record() const {
  CallRecord record = record_;
  record.call_id = call_id_;
  record.from_uri = from_uri_;
  record.to_uri = to_uri_;
  record.from_number = user_part_of(from_uri_);
  record.to_number = user_part_of(to_uri_);
  record.user_agent = user_agent_;
  return record;
}

}  // namespace sipsonde
