// SPDX-License-Identifier: Apache-2.0
#include "cli/status_command.h"

#include <algorithm>

#include "cli/top_rates.h"
#include "facts/json_line.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

// Of a queue of 65536 (limits.queue) so much is a receiver that does not keep up.
constexpr std::uint64_t kQueueLong = 10'000;

Finding readiness(const AgentStats& stats, bool ready) {
  if (ready) return {Level::ok, "ready", "up " + uptime_text(stats.uptime_seconds), ""};
  const std::string state = stats.state.empty() ? "not ready" : stats.state;
  return {Level::fail, "ready", state, "wait a moment, then look at the agent's log"};
}

Finding hooks(const AgentStats& stats) {
  if (stats.hooks.empty()) return {Level::fail, "hooks", "attached to no interface", "see `sipsonde doctor`"};
  std::string list;
  for (const HookStats& hook : stats.hooks)
    list += (list.empty() ? "" : ", ") + hook.interface + " " + hook.direction + " by " + hook.hook;
  return {Level::ok, "hooks", list, ""};
}

Finding workers(const AgentStats& stats) {
  const std::string text = count_text(stats.workers_running) + " of " + count_text(stats.workers_most);
  const bool all =
      !stats.workers_running || !stats.workers_most || *stats.workers_running >= *stats.workers_most;
  if (all && stats.workers_running != 0u) return {Level::ok, "workers", text, ""};
  return {Level::fail, "workers", text, "look at the agent's log and start it anew"};
}

Finding drops(const AgentStats& stats) {
  const std::uint64_t dropped = stats.ring_dropped.value_or(0);
  if (dropped == 0) return {Level::ok, "drops", "none", ""};
  return {Level::warn, "drops", std::to_string(dropped) + " samples refused by the ring since the start",
          "see docs/troubleshooting.md; more workers may help"};
}

Finding evictions(const AgentStats& stats) {
  const std::uint64_t evicted = stats.evictions.value_or(0);
  if (evicted == 0) return {Level::ok, "tables", "nothing gave way", ""};
  return {Level::warn, "tables", std::to_string(evicted) + " entries gave way since the start",
          "see sipsonde_evictions_total, and limits"};
}

Finding sink(const SinkStats& sink) {
  const std::string what = "sink " + sink.sink;
  const std::string sent =
      std::to_string(sink.sent) + " sent, " + std::to_string(sink.queue_depth) + " waiting";
  if (sink.dropped > 0)
    return {Level::warn, what, sent + ", " + std::to_string(sink.dropped) + " dropped since the start",
            "look at its receiver"};
  if (sink.queue_depth >= kQueueLong) return {Level::warn, what, sent, "look at its receiver"};
  if (sink.failed > 0)
    return {Level::ok, what, sent + ", " + std::to_string(sink.failed) + " attempts failed since the start",
            ""};
  return {Level::ok, what, sent, ""};
}

// "1 thread: net_admin bpf, 4 threads: none"
Finding privileges(const AgentStats& stats) {
  std::string list;
  for (const PrivilegeStats& kind : stats.privileges)
    list += (list.empty() ? "" : ", ") + std::to_string(kind.threads) +
            (kind.threads == 1 ? " thread: " : " threads: ") +
            (kind.capabilities.empty() ? "none" : kind.capabilities);
  return {Level::ok, "privileges", list, ""};
}

std::string_view word_of(Level level) {
  return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

std::string status_json(const AgentStats& stats, const Findings& findings) {
  JsonLine line;
  line.begin();
  line.boolean("healthy", run_can_work(findings));
  line.text_or_null("version", stats.version);
  line.text_or_null("node", stats.node);
  line.text_or_null("state", stats.state);
  line.measured_or_null("uptime_seconds", stats.uptime_seconds, 1000);
  line.list("findings", findings, [&line](const Finding& finding) {
    line.clean_text("level", word_of(finding.level));
    line.text("what", finding.what);
    line.text("finding", finding.finding);
    line.text_or_null("remedy", finding.remedy);
  });
  std::string text;
  line.end(text);
  return text;
}

}  // namespace

Findings status_findings(const AgentStats& stats, bool ready) {
  Findings findings{readiness(stats, ready), hooks(stats), workers(stats), drops(stats), evictions(stats)};
  if (!stats.privileges.empty()) findings.push_back(privileges(stats));
  for (const SinkStats& one : stats.sinks) findings.push_back(sink(one));
  return findings;
}

Result<Done> status_command(const StatusOptions& options, const AskApi& ask, const std::string& url,
                            std::ostream& out) {
  const auto ready = ask("/admin/ready");
  if (!ready) return ready.error();
  const auto body = body_of(ask("/admin/stats"));
  if (!body) return body.error();
  const auto stats = parse_agent_stats(*body);
  if (!stats) return stats.error();
  const Findings findings = status_findings(*stats, ready->status == 200);
  if (options.json) {
    out << status_json(*stats, findings) << "\n";
  } else {
    out << render_finding({Level::ok, "agent", stats->version + " on " + stats->node + ", " + url, ""})
        << "\n";
    for (const Finding& finding : findings) out << render_finding(finding) << "\n";
  }
  if (!run_can_work(findings)) return Error{"", 1};
  return Done{};
}

}  // namespace sipsonde
