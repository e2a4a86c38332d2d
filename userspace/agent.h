// SPDX-License-Identifier: Apache-2.0
// The stages wired in order: probe, workers, sinks, and the metrics of them all. Live and replay build the
// same agent and differ in who brings the packets. Read this first.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/timebase.h"
#include "config/settings.h"
#include "finisher.h"
#include "media/handshake_board.h"
#include "metrics/call_metrics.h"
#include "metrics/info_metrics.h"
#include "metrics/kernel_metrics.h"
#include "metrics/media_engine_metrics.h"
#include "metrics/media_reports.h"
#include "metrics/metrics_page.h"
#include "metrics/process_metrics.h"
#include "metrics/registration_metrics.h"
#include "metrics/scanner_metrics.h"
#include "metrics/table_metrics.h"
#include "metrics/worker_metrics.h"
#include "otlp/metric_export.h"
#include "scanners/scanners.h"
#include "script/script_set.h"
#include "stir/trust_store.h"
#include "worker.h"

namespace sipsonde {

class Agent {
 public:
  // Nothing is attached yet: what is loaded here sees no packet until somebody brings one.
  static Result<std::unique_ptr<Agent>> build(const Settings& settings, Purpose purpose, ProgramSet wanted);

  Probe& probe() { return probe_; }
  Timebase& timebase() { return timebase_; }
  std::vector<std::unique_ptr<Worker>>& workers() { return workers_; }
  SinkSet& sinks() { return *sinks_; }
  MetricsPage& metrics() { return page_; }
  Registrations& registrations() { return registrations_.bindings; }
  const CallTally& tally() const { return tally_; }
  // Whose names facts get; nullptr when they get none. Empty until somebody fills it.
  PodDirectory* pods() const { return finishing_.pods.get(); }
  // Of each worker, for whoever asks for legs that have not ended.
  std::vector<LegInquiry*> inquiries() const;

  // Flushes all that was stated and counted, at most until `deadline`; the first error of a sink. Once, when
  // nothing is stated any more.
  Result<Done> stop(std::chrono::steady_clock::time_point deadline);

  // A device threw away packets before our hooks saw them: whose calls they were nobody knows, so all legs
  // that are open lose their `full`.
  void note_interface_drops() { interface_drops_.fetch_add(1, std::memory_order_relaxed); }
  TrunkFinder& trunks() { return trunks_; }

 private:
  Agent(const Settings& settings, Purpose purpose, std::optional<TrustStore> trusted,
        FinishingTables finishing, std::unique_ptr<ScriptSet> scripts, Probe probe,
        std::unique_ptr<SinkSet> sinks);
  Result<Done> open_workers();
  void add_metrics();
  Result<Done> start_metric_export();

  const Settings& settings_;
  Timebase timebase_;
  const std::optional<TrustStore> trusted_;
  const FinishingTables finishing_;
  std::unique_ptr<ScriptSet> scripts_;  // nullptr: there is no script; before the sinks: facts name its texts
  Probe probe_;
  std::unique_ptr<SinkSet> sinks_;
  std::atomic<std::uint64_t> interface_drops_{0};  // how often
  AgentMalformed malformed_;
  Measures measures_;
  RegistrationWatch registrations_;
  TrunkFinder trunks_{settings_.trunks};
  LinkTable links_;
  MediaReports media_reports_;
  HandshakeBoard handshake_board_;
  std::unique_ptr<Scanners> scanners_;  // nullptr when nobody is looked for
  CallSurroundings call_surroundings_{.settings = settings_,
                                      .timebase = timebase_,
                                      .measures = measures_,
                                      .trusted = trusted_ ? &*trusted_ : nullptr,
                                      .registrations = &registrations_,
                                      .trunks = &trunks_,
                                      .links = &links_,
                                      .scanners = scanners_.get(),
                                      .media = &probe_.media(),
                                      .handshakes = probe_.workers() > 1 ? &handshake_board_ : nullptr,
                                      .media_reports = &media_reports_,
                                      .states_rtcp_reports = sinks_->wishes().rtcp_reports};
  CallTally tally_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<prometheus::Collectable>> metric_sources_;
  // Of those, and of what the calls state: what is told over OTLP.
  std::vector<const prometheus::Collectable*> exported_metrics_;
  MetricsPage page_;
  std::unique_ptr<MetricExport> metric_export_;  // nullptr: off; last: its thread asks the sources
};

}  // namespace sipsonde
