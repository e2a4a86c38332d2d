// SPDX-License-Identifier: Apache-2.0
#include "api/stats_route.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/capabilities.h"
#include "facts/json_line.h"
#include "version.h"

namespace sipsonde {
namespace {

using Families = std::vector<prometheus::MetricFamily>;
using Metric = prometheus::ClientMetric;

std::string_view label_of(const Metric& metric, std::string_view name) {
  for (const auto& label : metric.label)
    if (label.name == name) return label.value;
  return {};
}

// Of a counter or a gauge: the other of the two is 0.
std::uint64_t count_of(const Metric& metric) {
  const double value = metric.counter.value + metric.gauge.value;
  return value > 0 ? static_cast<std::uint64_t>(value) : 0;
}

template <typename Visit>
void for_each(const Families& families, std::string_view name, Visit&& visit) {
  for (const auto& family : families)
    if (family.name == name)
      for (const Metric& metric : family.metric) visit(metric);
}

std::uint64_t sum(const Families& families, std::string_view name) {
  std::uint64_t total = 0;
  for_each(families, name, [&total](const Metric& metric) { total += count_of(metric); });
  return total;
}

using Sums = std::map<std::string, std::uint64_t, std::less<>>;

Sums sums_by(const Families& families, std::string_view name, std::string_view label) {
  Sums sums;
  for_each(families, name,
           [&](const Metric& metric) { sums[std::string(label_of(metric, label))] += count_of(metric); });
  return sums;
}

// A family that is absent, as those of features that are off, is null and not 0.
void number_or_null(JsonLine& line, std::string_view member, const Families& families,
                    std::string_view name) {
  bool found = false;
  for_each(families, name, [&found](const Metric&) { found = true; });
  found ? line.number(member, sum(families, name)) : line.null(member);
}

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::starting:
      return "starting";
    case Phase::ready:
      return "ready";
    case Phase::draining:
      return "draining";
  }
  return "unknown";
}

void write_traffic(JsonLine& line, const Families& families) {
  line.object("packets", [&] {
    for (const auto& [verdict, count] : sums_by(families, "sipsonde_packets_total", "verdict"))
      line.number(verdict, count);
  });
  line.object("messages", [&] {
    line.number("requests", sum(families, "sip_requests_total"));
    line.number("responses", sum(families, "sip_responses_total"));
    for (const auto& [stage, count] : sums_by(families, "sip_malformed_total", "stage"))
      line.number("malformed_" + stage, count);
  });
  line.object("ring", [&] {
    line.number("events", sum(families, "sipsonde_ring_events_total"));
    line.number("dropped", sum(families, "sipsonde_ring_dropped_total"));
  });
}

void write_calls(JsonLine& line, const Families& families) {
  line.object("calls", [&] {
    line.number("active", sum(families, "sip_calls_active"));
    line.number("dialogs", sum(families, "sip_dialog_sessions"));
    line.number("ended", sum(families, "sip_calls_total"));
  });
  line.number("registrations", sum(families, "sip_registrations"));
  line.number("evictions", sum(families, "sipsonde_evictions_total"));
}

void write_sinks(JsonLine& line, const Families& families) {
  const Sums sent = sums_by(families, "sipsonde_sink_sent_total", "sink");
  const Sums failed = sums_by(families, "sipsonde_sink_failed_total", "sink");
  const Sums dropped = sums_by(families, "sipsonde_sink_dropped_total", "sink");
  const Sums waiting = sums_by(families, "sipsonde_sink_queue_depth", "sink");
  const auto of = [](const Sums& sums, std::string_view sink) {
    const auto found = sums.find(sink);
    return found == sums.end() ? 0 : found->second;
  };
  line.list("sinks", sent, [&](const auto& sink) {
    line.text("sink", sink.first);
    line.number("sent", sink.second);
    line.number("failed", of(failed, sink.first));
    line.number("dropped", of(dropped, sink.first));
    line.number("queue_depth", of(waiting, sink.first));
  });
}

void write_hooks(JsonLine& line, const Families& families) {
  std::vector<const Metric*> hooks;
  for_each(families, "sipsonde_attach_info", [&hooks](const Metric& metric) { hooks.push_back(&metric); });
  line.list("hooks", hooks, [&line](const Metric* hook) {
    for (const std::string_view member : {"interface", "direction", "hook"})
      line.text(member, label_of(*hook, member));
  });
}

// What threads may do beyond any user.
void write_privileges(JsonLine& line) {
  line.list("privileges", threads_by_capabilities(), [&line](const auto& kind) {
    std::string names;
    for (const std::string& name : names_of(kind.first)) names += (names.empty() ? "" : " ") + name;
    line.number("threads", kind.second);
    line.clean_text("capabilities", names);
  });
}

}  // namespace

HttpResponse stats_answer(const ApiSurroundings& surroundings) {
  const Families families = surroundings.metrics.collect();
  HttpResponse response;
  JsonLine line;
  line.begin();
  line.text("version", kVersion);
  line.text("node", surroundings.facts.node);
  line.clean_text("state", name_of(surroundings.readiness.load()));
  line.seconds_or_null("uptime_seconds", (surroundings.hook_now_ns() - surroundings.started_ns) / 1'000'000);
  write_traffic(line, families);
  write_calls(line, families);
  line.object("workers", [&] {
    line.number("running", sum(families, "sipsonde_workers"));
    line.number("most", sum(families, "sipsonde_workers_max"));
  });
  write_sinks(line, families);
  write_hooks(line, families);
  write_privileges(line);
  line.object("memory", [&] {
    number_or_null(line, "allocated_bytes", families, "sipsonde_memory_allocated_bytes");
    number_or_null(line, "resident_bytes", families, "process_resident_memory_bytes");
  });
  line.end(response.body);
  response.body += "\n";
  return response;
}

}  // namespace sipsonde
