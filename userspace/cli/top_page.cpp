// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "cli/text_table.h"
#include "cli/top_command.h"
#include "cli/top_rates.h"
#include "facts/json_line.h"
#include "facts/timestamp.h"

namespace sipsonde {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::optional<std::uint64_t> count_in(const Counts& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? std::nullopt : std::optional(found->second);
}

const SinkStats* sink_named(const AgentStats& stats, const std::string& name) {
  for (const SinkStats& sink : stats.sinks)
    if (sink.sink == name) return &sink;
  return nullptr;
}

// What was counted between two looks, a second.
class Rates {
 public:
  Rates(const AgentStats& before, const AgentStats& now)
      : before_(before), now_(now), seconds_(seconds_between(before, now)) {}

  std::optional<double> of(std::optional<std::uint64_t> AgentStats::*count) const {
    return rate(before_.*count, now_.*count, seconds_);
  }
  std::optional<double> of(Counts AgentStats::*counts, const std::string& name) const {
    return rate(count_in(before_.*counts, name), count_in(now_.*counts, name), seconds_);
  }
  std::optional<double> of(const SinkStats& sink, std::uint64_t SinkStats::*count) const {
    const SinkStats* const before = sink_named(before_, sink.sink);
    return rate(before ? std::optional(before->*count) : std::nullopt, sink.*count, seconds_);
  }

 private:
  const AgentStats& before_;
  const AgentStats& now_;
  const std::optional<double> seconds_;
};

std::string counts_line(const char* title, const Counts& counts, Counts AgentStats::*member,
                        const Rates& rates) {
  std::string line = title;
  for (const auto& [name, count] : counts)
    line.append("  ").append(name).append(" ").append(rate_text(rates.of(member, name)));
  return line + "\n";
}

void write_rate(JsonLine& line, std::string_view name, const std::optional<double>& rate) {
  line.measured_or_null(name, rate, 1000);
}

void write_rates(JsonLine& line, std::string_view name, const Counts& counts, Counts AgentStats::*member,
                 const Rates& rates) {
  line.object(name, [&] {
    for (const auto& [kind, count] : counts) write_rate(line, kind, rates.of(member, kind));
  });
}

}  // namespace

std::string top_page(const AgentStats& before, const AgentStats& now) {
  const Rates rates(before, now);
  std::string page = "sipsonde " + now.version + " on " + now.node + ": " +
                     (now.state.empty() ? "-" : now.state) + ", up " + uptime_text(now.uptime_seconds) +
                     "\n\n";
  page += "calls         active " + count_text(now.calls_active) + "  dialogs " + count_text(now.dialogs) +
          "  ended/s " + rate_text(rates.of(&AgentStats::calls_ended)) + "  registrations " +
          count_text(now.registrations) + "\n";
  page += counts_line("messages/s  ", now.messages, &AgentStats::messages, rates);
  page += counts_line("packets/s   ", now.packets, &AgentStats::packets, rates);
  page += "ring/s        events " + rate_text(rates.of(&AgentStats::ring_events)) + "  dropped " +
          rate_text(rates.of(&AgentStats::ring_dropped)) + "  evictions " +
          rate_text(rates.of(&AgentStats::evictions)) + "\n";
  page += "agent         workers " + count_text(now.workers_running) + " of " + count_text(now.workers_most) +
          "  memory " + bytes_text(now.resident_bytes ? now.resident_bytes : now.allocated_bytes) + "\n";
  if (now.sinks.empty()) return page;
  constexpr bool kRight = true;
  TextTable sinks({{"SINK"},
                   {"SENT/S", 16, kRight},
                   {"FAILED/S", 16, kRight},
                   {"DROPPED/S", 16, kRight},
                   {"QUEUE", 16, kRight}});
  for (const SinkStats& sink : now.sinks)
    sinks.add({sink.sink, rate_text(rates.of(sink, &SinkStats::sent)),
               rate_text(rates.of(sink, &SinkStats::failed)), rate_text(rates.of(sink, &SinkStats::dropped)),
               std::to_string(sink.queue_depth)});
  return page + "\n" + sinks.render(true);
}

std::string top_json(const AgentStats& before, const AgentStats& now) {
  const Rates rates(before, now);
  const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
  const auto time = timestamp_text(
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(unix_time).count()));
  JsonLine line;
  line.begin();
  line.clean_text("ts", {time.data(), time.size()});
  line.text("node", now.node);
  line.text("state", now.state);
  line.measured_or_null("uptime_seconds", now.uptime_seconds, 1000);
  line.number_or_null("calls_active", now.calls_active);
  line.number_or_null("dialogs", now.dialogs);
  line.number_or_null("registrations", now.registrations);
  write_rate(line, "calls_ended_per_second", rates.of(&AgentStats::calls_ended));
  write_rates(line, "messages_per_second", now.messages, &AgentStats::messages, rates);
  write_rates(line, "packets_per_second", now.packets, &AgentStats::packets, rates);
  write_rate(line, "ring_events_per_second", rates.of(&AgentStats::ring_events));
  write_rate(line, "ring_dropped_per_second", rates.of(&AgentStats::ring_dropped));
  write_rate(line, "evictions_per_second", rates.of(&AgentStats::evictions));
  line.list("sinks", now.sinks, [&](const SinkStats& sink) {
    line.text("sink", sink.sink);
    write_rate(line, "sent_per_second", rates.of(sink, &SinkStats::sent));
    write_rate(line, "failed_per_second", rates.of(sink, &SinkStats::failed));
    write_rate(line, "dropped_per_second", rates.of(sink, &SinkStats::dropped));
    line.number("queue_depth", sink.queue_depth);
  });
  std::string text;
  line.end(text);
  return text;
}

}  // namespace sipsonde
