// SPDX-License-Identifier: Apache-2.0
#include "agent.h"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "sinks/registry.h"
#include "version.h"

namespace sipsonde {
namespace {

// CPUs that this process may run on: fewer than the machine has under taskset or a cpuset.
unsigned usable_cpus() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return std::thread::hardware_concurrency();
  return static_cast<unsigned>(CPU_COUNT(&set));
}

unsigned workers_for(const Settings& settings, Purpose purpose) {
  if (purpose == Purpose::replay) return 1;
  const unsigned wanted = settings.workers ? settings.workers : usable_cpus();
  return std::clamp<unsigned>(wanted, 1, SIPSONDE_WORKERS_MAX);
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::build(const Settings& settings, Purpose purpose, ProgramSet wanted) {
  const bool replay = purpose == Purpose::replay;
  // What needs no privileges first: a script that is wrong is told to anybody.
  const unsigned workers = workers_for(settings, purpose);
  auto scripts = ScriptSet::open(settings, workers, !replay);
  if (!scripts) return scripts.error();
  // The probe before the sinks: who may not load it leaves the files of an earlier replay as they are.
  auto probe = Probe::load(settings, workers, purpose, wanted);
  if (!probe) return probe.error();
  auto sinks = make_sinks(settings, FactContext{&settings.trunks, settings.node},
                          replay ? FileMode::replace : FileMode::append);
  if (!sinks) return sinks.error();

  auto set = std::make_unique<SinkSet>(std::move(*sinks), replay ? Delivery::direct : Delivery::queued,
                                       settings.limits.queue);
  std::unique_ptr<Agent> agent(
      new Agent(settings, purpose, std::move(*probe), std::move(set), std::move(*scripts)));
  if (auto opened = agent->open_workers(); !opened) return opened.error();
  agent->add_metrics();
  return agent;
}

Agent::Agent(const Settings& settings, Purpose purpose, Probe probe, std::unique_ptr<SinkSet> sinks,
             std::unique_ptr<ScriptSet> scripts)
    : settings_(settings),
      timebase_(purpose == Purpose::replay ? Timebase::of_capture() : Timebase::of_this_host()),
      probe_(std::move(probe)),
      scripts_(std::move(scripts)),
      sinks_(std::move(sinks)),
      tally_(settings.trunks, measures_),
      page_(purpose == Purpose::replay) {}

Result<Done> Agent::open_workers() {
  const WorkerSurroundings surroundings{call_surroundings_, probe_, malformed_, tally_, *sinks_};
  for (unsigned number = 0; number < probe_.workers(); ++number) {
    auto worker = Worker::open(number, surroundings, scripts_ ? scripts_->of_worker(number) : nullptr);
    if (!worker) return worker.error();
    workers_.push_back(std::move(*worker));
  }
  return Done{};
}

void Agent::add_metrics() {
  const auto add = [this](std::unique_ptr<prometheus::Collectable> source,
                          Dependence dependence = Dependence::traffic) {
    page_.add(*source, dependence);
    metric_sources_.push_back(std::move(source));
  };
  const auto workers = probe_.workers();

  // What the kernel counts
  add(std::make_unique<KernelMetrics>([this](sipsonde_counters& sum) { probe_.read_counters(sum); },
                                      workers));
  add(std::make_unique<MapMetrics>([this] {
    std::vector<MapUse> uses;
    for (const MapFill& fill : probe_.map_fill())
      uses.push_back(MapUse{fill.map, fill.entries, fill.capacity});
    return uses;
  }));

  // What calls state
  std::vector<const CallGauges*> gauges;
  std::vector<const WorkerLag*> lags;
  for (const auto& worker : workers_) {
    gauges.push_back(&worker->gauges());
    lags.push_back(&worker->lag());
  }
  add(std::make_unique<CallMetrics>(settings_.trunks, std::move(gauges)));
  page_.add(tally_);
  page_.add(malformed_);
  page_.add(*sinks_);
  if (scripts_) page_.add(scripts_->metrics());
  add(std::make_unique<FragmentMetrics>([this] {
    FragmentMetrics::Counts counts{};
    for (const auto& worker : workers_)
      for (int result = 0; result < kFragmentResultCount; ++result)
        counts[static_cast<std::size_t>(result)] +=
            worker->fragments().count(static_cast<FragmentResult>(result));
    return counts;
  }));

  // What this machine is
  add(std::make_unique<LagMetrics>(std::move(lags)), Dependence::machine);
  add(std::make_unique<WorkerMetrics>([workers] { return workers; }, workers));
  add(std::make_unique<ProcessMetrics>(), Dependence::machine);
  add(std::make_unique<BuildMetrics>(kVersion), Dependence::machine);
}

}  // namespace sipsonde
