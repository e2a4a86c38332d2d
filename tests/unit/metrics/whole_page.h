// SPDX-License-Identifier: Apache-2.0
// A page with every source there is, each with something to tell.
#pragma once

#include "metrics/admin_requests.h"
#include "metrics/agent_malformed.h"
#include "metrics/call_metrics.h"
#include "metrics/call_tally.h"
#include "metrics/hep_metrics.h"
#include "metrics/info_metrics.h"
#include "metrics/kubernetes_metrics.h"
#include "metrics/kernel_metrics.h"
#include "metrics/media_engine_metrics.h"
#include "metrics/media_reports.h"
#include "metrics/metrics_page.h"
#include "metrics/process_metrics.h"
#include "metrics/registration_metrics.h"
#include "metrics/scanner_metrics.h"
#include "metrics/table_metrics.h"
#include "metrics/worker_metrics.h"
#include "script/script_metrics.h"
#include "sinks/sink_set.h"
#include "unit/sinks/scripted_sink.h"

namespace sipsonde {

struct WholePage {
  explicit WholePage(bool replay) : page(replay) {
    std::vector<std::unique_ptr<Sink>> made;
    made.push_back(std::make_unique<ScriptedSink>(script));
    sinks = std::make_unique<SinkSet>(std::move(made), Delivery::direct, 10);
    CallRecord record;
    record.disposition = Disposition::answered;
    record.start_ns = record.ringing_ns = record.answer_ns = record.end_ns = 1;
    tally.consume(record);
    media.observe("default", 1.0, 4.0, 1, 500);
    lag.observe(15);
    watch.peers.observe(0, 1, true);
    admin_requests.count("GET", 200);
    page.add(kernel);
    page.add(malformed);
    page.add(tally);
    page.add(calls);
    page.add(media);
    page.add(engines);
    page.add(registrations);
    page.add(*sinks);
    page.add(maps);
    page.add(fragments);
    page.add(flows);
    page.add(scanners);
    page.add(hep);
    page.add(workers);
    page.add(scripted);
    page.add(attached);
    page.add(capacity);
    page.add(kubernetes);
    page.add(admin_requests, Dependence::machine);
    page.add(lags, Dependence::machine);
    page.add(process, Dependence::machine);
    page.add(build, Dependence::machine);
  }

  TrunkTable trunks = {TrunkRule{.name = "default"}};
  KernelMetrics kernel{[](sipsonde_counters& counters) {
                         counters.requests[0][SIPSONDE_METHOD_invite][0] = 1;
                         counters.responses[0][SIPSONDE_METHOD_invite][0][100] = 1;
                         counters.retransmissions[0][SIPSONDE_METHOD_invite][0] = 1;
                         counters.response_time[0][SIPSONDE_METHOD_invite][0].bucket[4] = 1;
                         counters.rtp_packets[0][SIPSONDE_CODEC_pcmu] = 1;
                         counters.rtp_bytes[0][SIPSONDE_CODEC_pcmu] = 172;
                       },
                       2};
  AgentMalformed malformed;
  HepCounts hep_counts;
  HepMetrics hep{hep_counts};
  Measures measures;
  CallTally tally{trunks, measures};
  MediaReports media{trunks, [] { return std::uint64_t{2}; }};
  MediaEngineMetrics engines{[] { return std::uint64_t{1}; }};
  CallGauges gauges{1};
  CallMetrics calls{trunks, {&gauges}};
  RegistrationWatch watch{10, 1};
  RegistrationMetrics registrations{trunks, watch};
  AdminRequests admin_requests;
  Script script;
  std::unique_ptr<SinkSet> sinks;
  MapMetrics maps{[] { return std::vector<MapUse>{{"transactions", 5, 262144}}; }};
  FragmentMetrics fragments{[] { return FragmentMetrics::Counts{3, 2, 0, 0, 1}; }};
  FlowMetrics flows{[] { return FlowMetrics::Counts{{9, 2, 0, 1}, {4}}; }};
  ScannerMetrics scanners{[] { return ScannerMetrics::Counts{}; }};
  WorkerMetrics workers{[] { return 2u; }, 2};
  ScriptMetrics scripted;
  AttachMetrics attached{[] { return std::vector<Attachment>{{"eth0", SIPSONDE_FLOW_egress, "tcx"}}; }};
  CapacityMetrics capacity{2000};
  KubernetesMetrics kubernetes{[] { return KubernetesMetrics::Counts{.ok = 3, .failed = 1}; }};
  WorkerLag lag;
  LagMetrics lags{{&lag}};
  ProcessMetrics process;
  BuildMetrics build{"1.2.3"};
  MetricsPage page;
};

}  // namespace sipsonde
