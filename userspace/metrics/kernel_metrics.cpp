// SPDX-License-Identifier: Apache-2.0
#include "metrics/kernel_metrics.h"

#include <memory>
#include <string>

#include "base/labels.h"
#include "metrics/latency.h"
#include "metrics/series.h"

namespace sipsonde {
namespace {

using prometheus::MetricFamily;

constexpr std::string_view kCodeClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx", "6xx"};
constexpr std::string_view kStages[] = {"first", "final"};
constexpr std::string_view kRepeats[] = {"request", "response"};

// Label of the number `index` of one of the closed sets of protocol.h.
template <typename Set>
std::string_view label_of(int index) {
  return label(static_cast<Set>(index));
}

// How many counters a field is.
template <typename Field>
constexpr std::size_t cells(const Field& /*field*/) {
  return sizeof(Field) / sizeof(__u64);
}

MetricFamily packets(const sipsonde_counters& counters) {
  Series series("sipsonde_packets_total", cells(counters.packets));
  for (int hook = 0; hook < SIPSONDE_HOOK_COUNT; ++hook)
    for (int flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
      for (int verdict = 0; verdict < SIPSONDE_VERDICT_COUNT; ++verdict)
        series.add_counted({label_of<sipsonde_hook>(hook), label_of<sipsonde_flow>(flow),
                            label_of<sipsonde_verdict>(verdict)},
                           counters.packets[hook][flow][verdict]);
  return series.take();
}

MetricFamily messages(const sipsonde_counters& counters) {
  Series series("sipsonde_messages_total", SIPSONDE_PATH_COUNT);
  for (int path = 0; path < SIPSONDE_PATH_COUNT; ++path)
    series.add_counted({label_of<sipsonde_path>(path)}, counters.messages[path]);
  return series.take();
}

MetricFamily deferred(const sipsonde_counters& counters) {
  Series series("sipsonde_messages_deferred_total", SIPSONDE_DEFERRED_COUNT);
  for (int reason = SIPSONDE_DEFERRED_none + 1; reason < SIPSONDE_DEFERRED_COUNT; ++reason)
    series.add_counted({label_of<sipsonde_deferred>(reason)}, counters.deferred[reason]);
  return series.take();
}

MetricFamily malformed(const sipsonde_counters& counters) {
  Series series("sip_malformed_total", SIPSONDE_MALFORMED_COUNT);
  for (int reason = SIPSONDE_MALFORMED_none + 1; reason < SIPSONDE_MALFORMED_COUNT; ++reason) {
    // `truncated` is the last reason that the kernel can give; those after it take a full parsing.
    if (reason <= SIPSONDE_MALFORMED_truncated || counters.malformed[reason] > 0)
      series.add_counted({label_of<sipsonde_malformed>(reason), "kernel"}, counters.malformed[reason]);
  }
  return series.take();
}

MetricFamily requests(const sipsonde_counters& counters) {
  Series series("sip_requests_total", cells(counters.requests));
  for (int direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (int method = 0; method < SIPSONDE_METHOD_COUNT; ++method)
      for (int transport = 0; transport < SIPSONDE_TRANSPORT_COUNT; ++transport)
        series.add_counted({label_of<sipsonde_direction>(direction), label_of<sipsonde_method>(method),
                            label_of<sipsonde_transport>(transport)},
                           counters.requests[direction][method][transport]);
  return series.take();
}

MetricFamily retransmissions(const sipsonde_counters& counters) {
  Series series("sip_retransmissions_total", cells(counters.retransmissions));
  for (int direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (int method = 0; method < SIPSONDE_METHOD_COUNT; ++method)
      for (int kind = 0; kind < SIPSONDE_REPEAT_COUNT; ++kind)
        series.add_counted(
            {label_of<sipsonde_direction>(direction), label_of<sipsonde_method>(method), kRepeats[kind]},
            counters.retransmissions[direction][method][kind]);
  return series.take();
}

MetricFamily invite_results(const sipsonde_counters& counters) {
  Series series("sip_invite_result_total", cells(counters.invite_results));
  for (int direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (int code_class = 0; code_class < SIPSONDE_CODE_CLASSES; ++code_class)
      series.add_counted({label_of<sipsonde_direction>(direction), kCodeClasses[code_class]},
                         counters.invite_results[direction][code_class]);
  return series.take();
}

MetricFamily ring(FamilyName name, const __u64 (&counted)[SIPSONDE_WORKERS_MAX][SIPSONDE_KIND_COUNT],
                  unsigned workers) {
  Series series(name, workers * SIPSONDE_KIND_COUNT);
  for (unsigned worker = 0; worker < workers && worker < SIPSONDE_WORKERS_MAX; ++worker)
    for (int kind = 0; kind < SIPSONDE_KIND_COUNT; ++kind)
      series.add_counted({std::to_string(worker), label_of<sipsonde_kind>(kind)}, counted[worker][kind]);
  return series.take();
}

MetricFamily evictions(const sipsonde_counters& counters) {
  Series series("sipsonde_evictions_total", SIPSONDE_TABLE_COUNT);
  for (int table = 0; table < SIPSONDE_TABLE_COUNT; ++table)
    series.add_counted({label_of<sipsonde_table>(table)}, counters.evictions[table]);
  return series.take();
}

HistogramReading reading_of(const sipsonde_histogram& histogram) {
  HistogramReading reading;
  for (const std::uint64_t edge : kLatencyEdgesNs)
    reading.edges.push_back(static_cast<double>(edge) / static_cast<double>(kNsPerSecond));
  reading.buckets.assign(std::begin(histogram.bucket), std::end(histogram.bucket));
  reading.sum = static_cast<double>(histogram.sum_ns) / static_cast<double>(kNsPerSecond);
  return reading;
}

// Of media.
std::string_view direction_label(int flow) {
  return label(direction_of(static_cast<sipsonde_flow>(flow)));
}

MetricFamily by_codec(FamilyName name, const __u64 (&counted)[SIPSONDE_FLOW_COUNT][SIPSONDE_CODEC_COUNT]) {
  Series series(name, cells(counted));
  for (int flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
    for (int codec = SIPSONDE_CODEC_none + 1; codec < SIPSONDE_CODEC_COUNT; ++codec)
      series.add_counted({direction_label(flow), label_of<sipsonde_codec>(codec)}, counted[flow][codec]);
  return series.take();
}

MetricFamily lost_packets(const sipsonde_counters& counters) {
  Series series("rtp_lost_packets_total", SIPSONDE_FLOW_COUNT);
  for (int flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
    series.add_counted({direction_label(flow)}, counters.rtp_lost[flow]);
  return series.take();
}

MetricFamily rtcp_packets(const sipsonde_counters& counters) {
  Series series("rtcp_packets_total", cells(counters.rtcp_packets));
  for (int flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
    for (int type = 0; type < SIPSONDE_RTCP_TYPE_COUNT; ++type)
      series.add_counted({direction_label(flow), label_of<sipsonde_rtcp_type>(type)},
                         counters.rtcp_packets[flow][type]);
  return series.take();
}

MetricFamily round_trips(const sipsonde_counters& counters) {
  Series series("rtcp_rtt_seconds", SIPSONDE_FLOW_COUNT);
  for (int flow = 0; flow < SIPSONDE_FLOW_COUNT; ++flow)
    series.add_observed({direction_label(flow)}, reading_of(counters.rtcp_rtt[flow]));
  return series.take();
}

MetricFamily quic_handshakes(const sipsonde_counters& counters) {
  Series series("quic_handshake_seconds", 1);
  series.add_observed({}, reading_of(counters.quic_handshake));
  return series.take();
}

MetricFamily response_times(const sipsonde_counters& counters) {
  Series series("sip_response_time_seconds", sizeof counters.response_time / sizeof(sipsonde_histogram));
  for (int direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (int method = 0; method < SIPSONDE_METHOD_COUNT; ++method)
      for (int stage = 0; stage < SIPSONDE_STAGE_COUNT; ++stage)
        if (method != SIPSONDE_METHOD_ack)  // nothing answers an ACK
          series.add_observed(
              {label_of<sipsonde_direction>(direction), label_of<sipsonde_method>(method), kStages[stage]},
              reading_of(counters.response_time[direction][method][stage]));
  return series.take();
}

MetricFamily responses(const sipsonde_counters& counters) {
  Series series("sip_responses_total", cells(counters.responses));
  for (int direction = 0; direction < SIPSONDE_DIRECTION_COUNT; ++direction)
    for (int method = 0; method < SIPSONDE_METHOD_COUNT; ++method)
      for (int transport = 0; transport < SIPSONDE_TRANSPORT_COUNT; ++transport)
        for (int index = 0; index < SIPSONDE_CODE_COUNT; ++index) {
          const auto counted = counters.responses[direction][method][transport][index];
          if (counted == 0) continue;  // nearly all of 90,000: spares the work of naming them
          series.add_counted({label_of<sipsonde_direction>(direction), label_of<sipsonde_method>(method),
                              std::to_string(SIPSONDE_CODE_FIRST + index), kCodeClasses[index / 100],
                              label_of<sipsonde_transport>(transport)},
                             counted);
        }
  return series.take();
}

}  // namespace

std::vector<MetricFamily> KernelMetrics::Collect() const {
  const auto counters = std::make_unique<sipsonde_counters>();  // 750 KB: too much for a stack
  read_(*counters);
  std::vector<MetricFamily> families;
  families.push_back(packets(*counters));
  families.push_back(messages(*counters));
  families.push_back(deferred(*counters));
  families.push_back(malformed(*counters));
  families.push_back(requests(*counters));
  families.push_back(retransmissions(*counters));
  families.push_back(invite_results(*counters));
  families.push_back(ring("sipsonde_ring_events_total", counters->ring_events, workers_));
  families.push_back(ring("sipsonde_ring_dropped_total", counters->ring_dropped, workers_));
  families.push_back(evictions(*counters));
  families.push_back(by_codec("rtp_packets_total", counters->rtp_packets));
  families.push_back(by_codec("rtp_bytes_total", counters->rtp_bytes));
  families.push_back(lost_packets(*counters));
  families.push_back(rtcp_packets(*counters));
  families.push_back(round_trips(*counters));
  families.push_back(quic_handshakes(*counters));
  families.push_back(response_times(*counters));
  families.push_back(responses(*counters));
  return families;
}

}  // namespace sipsonde
