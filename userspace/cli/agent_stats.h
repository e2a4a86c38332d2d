// SPDX-License-Identifier: Apache-2.0
// What /admin/stats of an agent says, and how fast it grows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sipsonde {

struct SinkStats {
  std::string sink;
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
  std::uint64_t queue_depth = 0;
};

struct HookStats {
  std::string interface;
  std::string direction;
  std::string hook;
};

struct PrivilegeStats {
  std::uint64_t threads = 0;
  std::string capabilities;
};

// Of another version of the agent a member may be missing: then it is unknown. Texts are visible.
struct AgentStats {
  std::string version;
  std::string node;
  std::string state;  // starting, ready or draining
  std::optional<double> uptime_seconds;
  std::map<std::string, std::uint64_t> packets;   // by verdict
  std::map<std::string, std::uint64_t> messages;  // requests, responses, malformed_kernel, malformed_agent
  std::optional<std::uint64_t> ring_events;
  std::optional<std::uint64_t> ring_dropped;
  std::optional<std::uint64_t> calls_active;
  std::optional<std::uint64_t> calls_ended;
  std::optional<std::uint64_t> dialogs;
  std::optional<std::uint64_t> registrations;
  std::optional<std::uint64_t> evictions;
  std::optional<std::uint64_t> workers_running;
  std::optional<std::uint64_t> workers_most;
  std::optional<std::uint64_t> allocated_bytes;
  std::optional<std::uint64_t> resident_bytes;
  std::vector<SinkStats> sinks;
  std::vector<HookStats> hooks;
  std::vector<PrivilegeStats> privileges;
};

// An error when the body is none of an agent.
Result<AgentStats> parse_agent_stats(std::string_view body);

// Seconds by the agent's own clock; nullopt when it began anew in between.
std::optional<double> seconds_between(const AgentStats& before, const AgentStats& now);

// Of a counter, a second; nullopt when it is unknown, or has become less, as after a new beginning.
std::optional<double> rate(const std::optional<std::uint64_t>& before,
                           const std::optional<std::uint64_t>& now, const std::optional<double>& seconds);

}  // namespace sipsonde
