// SPDX-License-Identifier: Apache-2.0
#include "api/app_event.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include "api/time_text.h"
#include "facts/json_line.h"
#include "facts/timestamp.h"

namespace sipsonde {
namespace {

using Value = rapidjson::Value;

constexpr std::string_view kPrefix = "app.";
constexpr std::size_t kNameMost = 128;
constexpr std::size_t kAttributesMost = 64;
constexpr std::size_t kCharactersMost = 1024;  // of a reason, a tenant
constexpr std::size_t kTextMost = 4096;        // a name of an attribute, its value; bytes
constexpr std::size_t kLineMost = 16'384;      // of JSON
constexpr std::size_t kDepthMost = 32;

std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// What is nested deeply would cost stack to read; brackets within strings are none.
bool nests_too_deep(std::string_view json) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMost) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

bool may_be_in_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-:/").find(c) != std::string_view::npos;
}

// Of valid UTF-8, as a JSON schema counts: all bytes but those that continue a character.
std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// A text as it is; anything else as JSON.
std::string as_text(const Value& value) {
  if (value.IsString()) return std::string(text_of(value));
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

// One event on its way from what was posted to its line.
class Draft {
 public:
  explicit Draft(const AppEventContext& context) : context_(context), time_ns_(context.now_ns) {}

  Result<AppEvent> finish(const Value& posted) {
    if (!posted.IsObject()) return Error{"is no object"};
    for (const auto& member : posted.GetObject())
      if (auto taken = take(text_of(member.name), member.value); !taken) return taken.error();
    if (name_.empty()) return Error{"has no event; give it a name, as in {\"event\": \"app.routed\"}"};
    AppEvent event{.time_ns = time_ns_, .line = {}};
    write(event.line);
    if (event.line.size() > kLineMost) return Error{"is longer than " + std::to_string(kLineMost) + " bytes"};
    return event;
  }

 private:
  Result<Done> take(std::string_view member, const Value& value) {
    if (member == "event") return take_name(value);
    if (value.IsNull()) return Done{};
    if (member == "ts") return take_time(value);
    if (member == "call_id") return take_call_id(value);
    if (member == "leg") return take_number("leg", value, UINT32_MAX, leg_);
    if (member == "code") return take_number("code", value, UINT16_MAX, code_);
    if (member == "reason") return take_text("reason", value, reason_);
    if (member == "account_id") return take_text("account_id", value, account_);
    if (member == "tenant") return take_text("tenant", value, tenant_);
    if (member == "trunk") return take_text("trunk", value, trunk_);
    if (member != "attributes" || !value.IsObject()) return take_attribute(member, value);
    for (const auto& attribute : value.GetObject())
      if (auto taken = take_attribute(text_of(attribute.name), attribute.value); !taken) return taken;
    return Done{};
  }

  Result<Done> take_name(const Value& value) {
    if (!value.IsString()) return Error{"has an event that is no text"};
    std::string_view name = text_of(value);
    if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
    if (name.empty() || name.size() > kNameMost || !std::ranges::all_of(name, may_be_in_a_name))
      return Error{"has an event of other characters than 1 to 128 letters, digits and . _ - : /"};
    name_ = std::string(kPrefix).append(name);
    return Done{};
  }

  Result<Done> take_time(const Value& value) {
    const auto time_ns = value.IsString() ? parse_rfc3339(text_of(value)) : std::nullopt;
    if (!time_ns) return Error{"has a ts that is no time as in \"2026-03-01T12:00:00.5Z\" (RFC 3339)"};
    time_ns_ = *time_ns;
    return Done{};
  }

  Result<Done> take_call_id(const Value& value) const {
    if (value.IsString() && (text_of(value).empty() || text_of(value) == context_.call_id)) return Done{};
    return Error{"has a call_id that is not that of the path"};
  }

  static Result<Done> take_number(const char* member, const Value& value, std::uint64_t most,
                                  std::optional<std::uint64_t>& number) {
    if (!value.IsUint64() || value.GetUint64() > most)
      return Error{std::string("has a ") + member + " that is no number from 0 to " + std::to_string(most)};
    number = value.GetUint64();
    return Done{};
  }

  static Result<Done> take_text(const char* member, const Value& value, std::string& text) {
    if (!value.IsString() || characters_of(text_of(value)) > kCharactersMost)
      return Error{std::string("has a ") + member + " that is no text of at most " +
                   std::to_string(kCharactersMost) + " characters"};
    text = text_of(value);
    return Done{};
  }

  Result<Done> take_attribute(std::string_view name, const Value& value) {
    if (value.IsNull()) return Done{};
    if (attributes_.size() >= kAttributesMost)
      return Error{"has more than " + std::to_string(kAttributesMost) + " attributes"};
    if (std::ranges::find(attributes_, name, &Attribute::name) != attributes_.end())
      return Error{"has an attribute that is there twice"};
    const std::string& text = texts_.emplace_back(as_text(value));
    if (name.size() > kTextMost || text.size() > kTextMost)
      return Error{"has an attribute that is longer than " + std::to_string(kTextMost) + " bytes"};
    attributes_.push_back({name, text});
    return Done{};
  }

  // The fields of events.jsonl in its order (docs/events.md).
  void write(std::string& out) const {
    thread_local JsonLine line;  // holds capacity, nothing that outlives a call
    const auto time = timestamp_text(time_ns_);
    line.begin();
    line.clean_text("ts", {time.data(), time.size()});
    line.text_or_null("call_id", context_.call_id);
    line.number_or_null("leg", leg_);
    line.text_or_null("account_id", account_);
    line.text_or_null("tenant", tenant_);
    line.text_or_null("trunk", trunk_);
    line.null("direction");
    line.text("event", name_);
    line.null("method");
    line.number_or_null("code", code_);
    line.text_or_null("reason", reason_);
    line.null("src");
    line.null("dst");
    line.null("transport");
    line.text_or_null("node", context_.node);
    line.text_map("attributes", attributes_);
    line.end(out);
  }

  const AppEventContext& context_;
  std::string name_;
  std::uint64_t time_ns_;
  std::optional<std::uint64_t> leg_;
  std::optional<std::uint64_t> code_;
  std::string reason_, account_, tenant_, trunk_;
  std::vector<Attribute> attributes_;
  std::deque<std::string> texts_;  // stay where they are
};

}  // namespace

Result<std::vector<AppEvent>> parse_app_events(std::string_view body, const AppEventContext& context) {
  if (nests_too_deep(body)) return Error{"the body nests more than " + std::to_string(kDepthMost) + " deep"};
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(body.data(), body.size());
  if (document.HasParseError())
    return Error{std::string("the body is no JSON at byte ") + std::to_string(document.GetErrorOffset()) +
                 ": " + rapidjson::GetParseError_En(document.GetParseError())};
  const bool is_array = document.IsArray();
  const std::size_t count = is_array ? document.Size() : 1;
  if (count < 1 || count > kAppEventsMost)
    return Error{"the body has no event, or more than " + std::to_string(kAppEventsMost)};
  std::vector<AppEvent> events;
  for (std::size_t at = 0; at < count; ++at) {
    const Value& posted = is_array ? document[static_cast<rapidjson::SizeType>(at)] : document;
    auto event = Draft(context).finish(posted);
    if (!event) return in_context("event " + std::to_string(at + 1) + " of the body", event.error());
    events.push_back(*std::move(event));
  }
  std::ranges::stable_sort(events, {}, &AppEvent::time_ns);
  return events;
}

}  // namespace sipsonde
