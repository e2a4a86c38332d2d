// SPDX-License-Identifier: Apache-2.0
#include "ladder/story_event.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/json_members.h"
#include "facts/timestamp.h"

namespace sipsonde {
namespace {

using namespace json;

constexpr std::size_t kAttributesMax = 24;

constexpr std::string_view kFields[] = {"ts",    "call_id",   "leg",       "account_id", "tenant", "trunk",
                                        "event", "method",    "code",      "reason",     "src",    "dst",
                                        "node",  "transport", "direction", "attributes"};

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

}  // namespace sipsonde
