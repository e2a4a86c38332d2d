// SPDX-License-Identifier: Apache-2.0
#include "replay_summary.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdio>
#include <memory>
#include <numeric>
#include <utility>

namespace sipsonde {
namespace {

template <typename Array>
std::uint64_t total(const Array& counters) {
  const auto* first = reinterpret_cast<const __u64*>(&counters);
  return std::accumulate(first, first + sizeof counters / sizeof(__u64), std::uint64_t{0});
}

std::vector<std::pair<const char*, std::uint64_t>> fields(const ReplaySummary& summary) {
  return {{"packets", summary.packets},     {"requests", summary.requests},
          {"responses", summary.responses}, {"retransmissions", summary.retransmissions},
          {"malformed", summary.malformed}, {"deferred", summary.deferred},
          {"fragments", summary.fragments}, {"rtp_packets", summary.rtp_packets},
          {"events", summary.events},       {"legs", summary.legs},
          {"answered", summary.answered}};
}

}  // namespace

ReplaySummary summarize(Agent& agent, const CaptureReader& reader) {
  const auto counters = std::make_unique<sipsonde_counters>();
  agent.probe().read_counters(*counters);
  ReplaySummary summary;
  summary.packets = reader.frames();
  summary.requests = total(counters->requests);
  summary.responses = total(counters->responses);
  summary.retransmissions = total(counters->retransmissions);
  summary.malformed = total(counters->malformed);
  summary.deferred = total(counters->deferred);
  for (const auto& hook : counters->packets)
    for (const auto& flow : hook) {
      summary.fragments += flow[SIPSONDE_VERDICT_fragment];
      summary.rtp_packets += flow[SIPSONDE_VERDICT_rtp];
    }
  const Stated& stated = agent.workers().front()->stated();
  summary.events = stated.events;
  summary.legs = stated.legs;
  summary.answered = stated.answered;
  return summary;
}

void print_summary(const ReplaySummary& summary, bool json) {
  if (!json) {
    for (const auto& [name, value] : fields(summary))
      std::printf("%-16s %llu\n", name, static_cast<unsigned long long>(value));
    return;
  }
  rapidjson::StringBuffer text;
  rapidjson::Writer writer(text);
  writer.StartObject();
  for (const auto& [name, value] : fields(summary)) {
    writer.Key(name);
    writer.Uint64(value);
  }
  writer.EndObject();
  std::printf("%s\n", text.GetString());
}

}  // namespace sipsonde
