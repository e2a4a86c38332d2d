// SPDX-License-Identifier: Apache-2.0
#include "agent.h"

#include <sched.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/capabilities.h"
#include "cdr/receivers.h"
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

Result<std::optional<TrustStore>> open_trust_store(const std::string& folder) {
  if (folder.empty()) return std::optional<TrustStore>{};
  auto store = TrustStore::open(folder);
  if (!store) return store.error();
  return std::optional(std::move(*store));
}

// What a sketch mistakes for the same is the same each time a capture is replayed.
std::uint64_t seed_for(Purpose purpose) {
  if (purpose == Purpose::replay) return 1;
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

std::unique_ptr<Scanners> make_scanners(const Settings& settings, Purpose purpose) {
  if (!settings.scanners.enabled) return nullptr;
  return std::make_unique<Scanners>(settings, seed_for(purpose));
}

// Libraries behind sinks have threads of their own: they are made by one that may no more than a sink may.
template <typename Make>
auto make_with_less(Make make) {
  std::optional<decltype(make())> made;
  std::thread([&] {
    keep_capabilities(capabilities_of_sinks());
    made.emplace(make());
  }).join();
  return *std::move(made);
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::build(const Settings& settings, Purpose purpose, ProgramSet wanted) {
  const bool replay = purpose == Purpose::replay;
  auto trusted = open_trust_store(settings.stir_trust_dir);
  if (!trusted) return trusted.error();
  auto finishing = FinishingTables::read(settings);
  if (!finishing) return finishing.error();
  const unsigned workers = workers_for(settings, purpose);
  auto scripts = ScriptSet::open(settings, workers, !replay);
  if (!scripts) return scripts.error();
  // The probe before any sink: who may not load it leaves the files of an earlier replay as they are.
  auto probe = Probe::load(settings, workers, purpose, wanted);
  if (!probe) return probe.error();
  if (!replay) keep_capabilities(capabilities_of_main());
  auto sinks = make_with_less([&] {
    return make_sinks(settings, FactContext{&settings.trunks, settings.node},
                      replay ? FileMode::replace : FileMode::append);
  });
  if (!sinks) return sinks.error();
  auto deliveries = make_with_less([&] { return make_deliveries(settings); });
  if (!deliveries) return deliveries.error();

  auto set = std::make_unique<SinkSet>(std::move(*sinks), replay ? Delivery::direct : Delivery::queued,
                                       settings.limits.queue);
  for (auto& delivery : *deliveries) set->add(std::move(delivery));
  std::unique_ptr<Agent> agent(new Agent(settings, purpose, std::move(*trusted), std::move(*finishing),
                                         std::move(*scripts), std::move(*probe), std::move(set)));
  if (auto opened = agent->open_workers(); !opened) return opened.error();
  agent->add_metrics();
  if (!replay && settings.otlp.metrics)
    if (auto started = agent->start_metric_export(); !started) return started.error();
  return agent;
}

Agent::Agent(const Settings& settings, Purpose purpose, std::optional<TrustStore> trusted,
             FinishingTables finishing, std::unique_ptr<ScriptSet> scripts, Probe probe,
             std::unique_ptr<SinkSet> sinks)
    : settings_(settings),
      timebase_(purpose == Purpose::replay ? Timebase::of_capture() : Timebase::of_this_host()),
      trusted_(std::move(trusted)),
      finishing_(std::move(finishing)),
      scripts_(std::move(scripts)),
      probe_(std::move(probe)),
      sinks_(std::move(sinks)),
      registrations_(settings.limits.calls, settings.trunks.size()),
      links_(settings.linking, settings.limits.calls,
             purpose == Purpose::replay ? HashKey{} : HashKey::random()),
      media_reports_(settings.trunks, [this] { return probe_.media().active(probe_.kernel_now_ns()); }),
      scanners_(make_scanners(settings, purpose)),
      tally_(settings.trunks, measures_),
      page_(purpose == Purpose::replay) {}

Result<Done> Agent::open_workers() {
  const WorkerSurroundings surroundings{call_surroundings_, probe_, interface_drops_, malformed_, tally_,
                                        finishing_,         *sinks_};
  for (unsigned number = 0; number < probe_.workers(); ++number) {
    auto worker = Worker::open(number, surroundings, scripts_ ? scripts_->of_worker(number) : nullptr);
    if (!worker) return worker.error();
    workers_.push_back(std::move(*worker));
  }
  return Done{};
}

std::vector<LegInquiry*> Agent::inquiries() const {
  std::vector<LegInquiry*> inquiries;
  for (const auto& worker : workers_) inquiries.push_back(&worker->inquiry());
  return inquiries;
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
  exported_metrics_.push_back(metric_sources_.back().get());
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
  add(std::make_unique<RegistrationMetrics>(settings_.trunks, registrations_));
  add(std::make_unique<CallMetrics>(settings_.trunks, std::move(gauges), &links_));
  exported_metrics_.insert(exported_metrics_.end(), {metric_sources_.back().get(), &tally_});
  page_.add(tally_);
  page_.add(malformed_);
  page_.add(media_reports_);
  add(std::make_unique<MediaEngineMetrics>(
      [this] { return probe_.media().engines_up(probe_.kernel_now_ns()); }));
  if (scanners_)
    add(std::make_unique<ScannerMetrics>([this] {
      ScannerMetrics::Counts counts;
      for (std::size_t kind = 0; kind < counts.found.size(); ++kind)
        counts.found[kind] = scanners_->found(static_cast<ScannerKind>(kind));
      counts.evicted_sources = scanners_->evicted_sources();
      return counts;
    }));
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
  add(std::make_unique<FlowMetrics>([this] {
    FlowMetrics::Counts counts;
    for (const auto& worker : workers_) {
      for (std::size_t result = 0; result < counts.segments.size(); ++result)
        counts.segments[result] += worker->flows().count(static_cast<SegmentResult>(result));
      for (std::size_t reason = 0; reason < counts.breaks.size(); ++reason)
        counts.breaks[reason] += worker->flows().count(static_cast<StreamBreak>(reason));
    }
    return counts;
  }));

  // What this machine is
  add(std::make_unique<CapacityMetrics>(settings_.capacity));
  add(std::make_unique<LagMetrics>(std::move(lags)), Dependence::machine);
  add(std::make_unique<WorkerMetrics>([workers] { return workers; }, workers));
  add(std::make_unique<ProcessMetrics>(), Dependence::machine);
  add(std::make_unique<BuildMetrics>(kVersion), Dependence::machine);
}

// A replay has no time of its own to tell metrics of.
Result<Done> Agent::start_metric_export() {
  auto exporter = make_with_less([this] { return make_exporter(settings_.otlp, OtlpSignal::metrics); });
  if (!exporter) return exporter.error();
  metric_export_ = std::make_unique<MetricExport>(settings_, *std::move(exporter), [this] {
    std::vector<prometheus::MetricFamily> families;
    for (const prometheus::Collectable* source : exported_metrics_)
      std::ranges::move(source->Collect(), std::back_inserter(families));
    return families;
  });
  page_.add(*metric_export_, Dependence::machine);
  return Done{};
}

Result<Done> Agent::stop(std::chrono::steady_clock::time_point deadline) {
  if (metric_export_) metric_export_->close(deadline);
  auto stopped = sinks_->stop(deadline);
  if (metric_export_) metric_export_->join();
  return stopped;
}

}  // namespace sipsonde
