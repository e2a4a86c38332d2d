// SPDX-License-Identifier: Apache-2.0
// The stages wired in order: probe, workers, sinks, and the metrics of them all. Live and replay build the
// same agent and differ in who brings the packets. Read this first.
#pragma once

#include <memory>
#include <vector>

#include "base/timebase.h"
#include "config/settings.h"
#include "metrics/call_metrics.h"
#include "metrics/info_metrics.h"
#include "metrics/kernel_metrics.h"
#include "metrics/metrics_page.h"
#include "metrics/process_metrics.h"
#include "metrics/table_metrics.h"
#include "metrics/worker_metrics.h"
#include "script/script_set.h"
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
  const CallTally& tally() const { return tally_; }

 private:
  Agent(const Settings& settings, Purpose purpose, Probe probe, std::unique_ptr<SinkSet> sinks,
        std::unique_ptr<ScriptSet> scripts);
  Result<Done> open_workers();
  void add_metrics();

  const Settings& settings_;
  Timebase timebase_;
  Probe probe_;
  std::unique_ptr<ScriptSet> scripts_;  // nullptr: there is no script; before the sinks: facts name its texts
  std::unique_ptr<SinkSet> sinks_;
  AgentMalformed malformed_;
  Measures measures_;
  CallSurroundings call_surroundings_{settings_, timebase_, measures_};
  CallTally tally_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<prometheus::Collectable>> metric_sources_;
  MetricsPage page_;
};

}  // namespace sipsonde
