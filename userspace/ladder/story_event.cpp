// SPDX-License-Identifier: Apache-2.0
#include "ladder/story_event.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "facts/timestamp.h"

namespace sipsonde {
namespace {

using Value = rapidjson::Value;

constexpr std::size_t kAttributesMax = 24;

constexpr std::string_view kFields[] = {"ts",    "call_id",   "leg",       "account_id", "tenant", "trunk",
                                        "event", "method",    "code",      "reason",     "src",    "dst",
                                        "node",  "transport", "direction", "attributes"};

bool parse(rapidjson::Document& document, std::string_view text) {
  // Not by recursion: other programs' lines may lie beside ours, however deep they nest.
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  return !document.HasParseError() && document.IsObject();
}

std::string_view view_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

const Value* member(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string text(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  return value && value->IsString() ? std::string(view_of(*value)) : std::string();
}

std::optional<std::int64_t> integer(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsInt64()) return std::nullopt;
  return value->GetInt64();
}

std::optional<std::uint64_t> count(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsUint64()) return std::nullopt;
  return value->GetUint64();
}

std::optional<double> number(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsNumber()) return std::nullopt;
  return value->GetDouble();
}

std::string number_text(const Value& value) {
  char digits[32];
  if (value.IsUint64()) return std::to_string(value.GetUint64());
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  return {digits, std::to_chars(digits, digits + sizeof digits, value.GetDouble()).ptr};
}

void add_attribute(StoryEvent& event, std::string_view name, const Value& value) {
  if (event.attributes.size() >= kAttributesMax) return;
  if (value.IsString()) event.attributes.emplace_back(name, view_of(value));
  if (value.IsNumber()) event.attributes.emplace_back(name, number_text(value));
  if (value.IsBool()) event.attributes.emplace_back(name, value.GetBool() ? "true" : "false");
}

template <typename Visit>
void for_each_member(const Value& object, Visit&& visit) {
  for (rapidjson::SizeType i = 0; i < object.MemberCount(); ++i) {
    const auto& entry = object.MemberBegin()[i];
    visit(view_of(entry.name), entry.value);
  }
}

StoryStream stream_of(const Value& entry) {
  StoryStream stream;
  stream.way = text(entry, "way");
  if (const auto ssrc = count(entry, "ssrc")) stream.ssrc = std::to_string(*ssrc);
  stream.codec = text(entry, "codec");
  stream.source = text(entry, "source");
  stream.packets = count(entry, "packets");
  stream.lost = count(entry, "lost");
  stream.jitter_ms = number(entry, "jitter_ms");
  stream.mos = number(entry, "mos");
  stream.from = text(entry, "src");
  stream.to = text(entry, "dst");
  return stream;
}

}  // namespace

std::string_view StoryEvent::attribute(std::string_view name) const {
  for (const auto& [known, value] : attributes)
    if (known == name) return value;
  return {};
}

std::optional<StoryEvent> parse_story_event(std::string_view line) {
  rapidjson::Document document;
  if (!parse(document, line)) return std::nullopt;
  StoryEvent event;
  event.event = text(document, "event");
  if (event.event.empty()) return std::nullopt;
  event.call_id = text(document, "call_id");
  event.time_ns = parse_timestamp(text(document, "ts"));
  const auto leg = count(document, "leg");
  if (leg && *leg <= UINT32_MAX) event.leg = static_cast<std::uint32_t>(*leg);
  event.method = text(document, "method");
  const auto code = count(document, "code");
  if (code && *code >= 100 && *code <= 699) event.code = static_cast<unsigned>(*code);
  event.reason = text(document, "reason");
  event.source = text(document, "src");
  event.destination = text(document, "dst");
  event.transport = text(document, "transport");
  const auto add = [&event](std::string_view name, const Value& value) { add_attribute(event, name, value); };
  for_each_member(document, [&add](std::string_view name, const Value& value) {
    if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) add(name, value);
  });
  const Value* const attributes = member(document, "attributes");
  if (attributes && attributes->IsObject()) for_each_member(*attributes, add);
  return event;
}

std::optional<StoryRow> parse_story_row(std::string_view line) {
  rapidjson::Document document;
  if (!parse(document, line)) return std::nullopt;
  StoryRow row;
  row.leg =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(count(document, "leg").value_or(0), UINT32_MAX));
  row.call_id = text(document, "call_id");
  row.source = text(document, "src");
  row.destination = text(document, "dst");
  row.from_number = text(document, "from_number");
  row.to_number = text(document, "to_number");
  row.disposition = text(document, "disposition");
  row.sip_status = integer(document, "sip_status");
  row.hangup_cause = text(document, "hangup_cause");
  row.disconnect_initiator = text(document, "disconnect_initiator");
  row.codec = text(document, "codec");
  row.coverage = text(document, "coverage");
  row.linked_call_id = text(document, "linked_call_id");
  row.link_reason = text(document, "link_reason");
  row.start_ms = integer(document, "start_timestamp_ms");
  row.answer_ms = integer(document, "answer_timestamp_ms");
  row.end_ms = integer(document, "end_timestamp_ms");
  row.duration_seconds = number(document, "duration_seconds");
  row.billable_seconds = number(document, "billable_seconds");
  row.loss_fraction = number(document, "loss_fraction");
  row.mos = number(document, "estimated_mos");
  const Value* const media = member(document, "media");
  if (media && media->IsArray())
    for (const Value& entry : media->GetArray())
      if (entry.IsObject()) row.media.push_back(stream_of(entry));
  return row;
}

}  // namespace sipsonde
