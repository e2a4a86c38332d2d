// SPDX-License-Identifier: Apache-2.0
#include "cli/agent_stats.h"

#include "base/json_members.h"
#include "base/visible_text.h"

namespace sipsonde {
namespace {

using json::Value;

constexpr std::size_t kTextLongest = 64;
constexpr std::size_t kEntriesMost = 64;

std::string shown(const Value& object, const char* name) {
  return visible_text(json::text(object, name), kTextLongest);
}

// An object in the object; an empty one when there is none.
const Value& group(const Value& object, const char* name) {
  static const Value kNone(rapidjson::kObjectType);
  const Value* const found = json::member(object, name);
  return found && found->IsObject() ? *found : kNone;
}

std::map<std::string, std::uint64_t> counts_of(const Value& object) {
  std::map<std::string, std::uint64_t> counts;
  json::for_each_member(object, [&counts](std::string_view name, const Value& value) {
    if (value.IsUint64() && counts.size() < kEntriesMost)
      counts[visible_text(name, kTextLongest)] = value.GetUint64();
  });
  return counts;
}

template <typename Visit>
void for_each_entry(const Value& object, const char* name, Visit&& visit) {
  const Value* const list = json::member(object, name);
  if (!list || !list->IsArray()) return;
  for (rapidjson::SizeType i = 0; i < list->Size() && i < kEntriesMost; ++i)
    if ((*list)[i].IsObject()) visit((*list)[i]);
}

SinkStats sink_of(const Value& entry) {
  const auto count = [&entry](const char* name) { return json::count(entry, name).value_or(0); };
  return {shown(entry, "sink"), count("sent"), count("failed"), count("dropped"), count("queue_depth")};
}

}  // namespace

Result<AgentStats> parse_agent_stats(std::string_view body) {
  rapidjson::Document document;
  if (!json::parse(document, body))
    return Error{"the answer is none of an agent of sipsonde; give another --api URL"};
  AgentStats stats;
  stats.version = shown(document, "version");
  stats.node = shown(document, "node");
  stats.state = shown(document, "state");
  stats.uptime_seconds = json::number(document, "uptime_seconds");
  stats.packets = counts_of(group(document, "packets"));
  stats.messages = counts_of(group(document, "messages"));
  stats.ring_events = json::count(group(document, "ring"), "events");
  stats.ring_dropped = json::count(group(document, "ring"), "dropped");
  const Value& calls = group(document, "calls");
  stats.calls_active = json::count(calls, "active");
  stats.calls_ended = json::count(calls, "ended");
  stats.dialogs = json::count(calls, "dialogs");
  stats.registrations = json::count(document, "registrations");
  stats.evictions = json::count(document, "evictions");
  stats.workers_running = json::count(group(document, "workers"), "running");
  stats.workers_most = json::count(group(document, "workers"), "most");
  stats.allocated_bytes = json::count(group(document, "memory"), "allocated_bytes");
  stats.resident_bytes = json::count(group(document, "memory"), "resident_bytes");
  for_each_entry(document, "sinks", [&stats](const Value& entry) { stats.sinks.push_back(sink_of(entry)); });
  for_each_entry(document, "hooks", [&stats](const Value& entry) {
    stats.hooks.push_back({shown(entry, "interface"), shown(entry, "direction"), shown(entry, "hook")});
  });
  for_each_entry(document, "privileges", [&stats](const Value& entry) {
    stats.privileges.push_back({json::count(entry, "threads").value_or(0), shown(entry, "capabilities")});
  });
  return stats;
}

std::optional<double> seconds_between(const AgentStats& before, const AgentStats& now) {
  if (!before.uptime_seconds || !now.uptime_seconds) return std::nullopt;
  const double seconds = *now.uptime_seconds - *before.uptime_seconds;
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

std::optional<double> rate(const std::optional<std::uint64_t>& before,
                           const std::optional<std::uint64_t>& now, const std::optional<double>& seconds) {
  if (!before || !now || !seconds || *now < *before) return std::nullopt;
  return static_cast<double>(*now - *before) / *seconds;
}

}  // namespace sipsonde
