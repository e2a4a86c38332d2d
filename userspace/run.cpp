// SPDX-License-Identifier: Apache-2.0
#include "run.h"

#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "agent.h"
#include "api/http_server.h"
#include "api/routes.h"
#include "base/labels.h"
#include "base/log.h"
#include "base/service_manager.h"
#include "config/default_route.h"
#include "config/load.h"
#include "hep_input.h"
#include "pod_input.h"
#include "probe/hook_choice.h"
#include "probe/interface_drops.h"
#include "probe/interface_names.h"
#include "probe/watch.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kFlushLimit = 8s;  // of the ten seconds that a shutdown may take in all

// Signals are read where the main thread waits; every other thread has them blocked.
class Signals {
 public:
  static Result<Signals> block() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);
    FileDescriptor file{signalfd(-1, &set, SFD_CLOEXEC)};
    if (!file) return Error{"prepare for signals: signalfd failed"};
    return Signals(std::move(file));
  }

  // The signal that came within `limit`, or 0; also 0 at once when there is something to read at `other`.
  int wait(std::chrono::milliseconds limit, int other) const {
    pollfd waiting[] = {{file_.get(), POLLIN, 0}, {other, POLLIN, 0}};
    if (poll(waiting, 2, static_cast<int>(limit.count())) <= 0 || !waiting[0].revents) return 0;
    signalfd_siginfo info{};
    return read(file_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  explicit Signals(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

class Threads {
 public:
  explicit Threads(std::vector<std::unique_ptr<Worker>>& workers) {
    for (const auto& worker : workers) threads_.emplace_back([this, one = worker.get()] { one->run(stop_); });
  }
  ~Threads() { join(); }
  void join() {
    stop_.store(true, std::memory_order_relaxed);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

Result<std::vector<std::string>> interfaces_of(const Settings& settings) {
  if (!settings.interfaces.empty()) return settings.interfaces;
  auto found = default_route_interface();
  if (!found) return found.error();
  return std::vector<std::string>{*found};
}

// Those that trunk rules name; one that is not there has the index 0.
void resolve_interfaces(Agent& agent) {
  if (agent.trunks().names_interfaces())
    agent.trunks().resolve_interfaces([](const std::string& name) { return if_nametoindex(name.c_str()); });
}

// Named ones and those that fit a pattern now.
std::vector<std::string> interfaces_there(const std::vector<std::string>& wanted) {
  std::vector<std::string> names = interfaces_that_fit(wanted);
  std::ranges::copy_if(wanted, std::back_inserter(names), [](const auto& name) { return !is_pattern(name); });
  return names;
}

// Whether every worker has turned since it was asked last.
class Pulse {
 public:
  explicit Pulse(const std::vector<std::unique_ptr<Worker>>& workers)
      : workers_(workers), turns_(workers.size()) {}
  bool beats() {
    bool all = true;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
      const std::uint64_t turns = workers_[i]->turns();
      all &= turns != std::exchange(turns_[i], turns);
    }
    return all;
  }

 private:
  const std::vector<std::unique_ptr<Worker>>& workers_;
  std::vector<std::uint64_t> turns_;
};

// Once a second: packets that never came to our hooks.
void note_drops(InterfaceDrops& drops, const Watch& watch, Agent& agent) {
  drops.follow(watch.interfaces());
  const std::uint64_t packets = drops.since_last_look();
  if (packets == 0) return;
  spdlog::warn("a watched interface dropped {} packets for want of room: calls of this moment are `lossy`",
               packets);
  agent.note_interface_drops();
}

void wait_until_told(const Signals& signals, const RunOptions& options, Agent& agent, Watch& watch,
                     PodInput& pods, ServiceManager& service) {
  InterfaceDrops drops;
  drops.follow(watch.interfaces());
  auto changes = InterfaceChanges::subscribe();
  Pulse pulse(agent.workers());
  const auto end = options.duration ? Clock::now() + *options.duration : Clock::time_point::max();
  auto clock_due = Clock::now() + 60s;
  while (Clock::now() < end) {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    const int signal =
        signals.wait(std::min<std::chrono::milliseconds>(1000ms, rest + 1ms), changes ? changes->fd() : -1);
    if (changes) changes->drain();
    if (signal == SIGHUP) {
      spdlog::info("SIGHUP: files are opened anew");
      agent.sinks().reopen();
    } else if (signal != 0) {
      spdlog::info("{}: shutting down", signal == SIGINT ? "SIGINT" : "SIGTERM");
      return;
    }
    resolve_interfaces(agent);
    pods.follow(watch);
    watch.follow();
    note_drops(drops, watch, agent);
    if (pulse.beats()) service.alive(Clock::now());
    if (Clock::now() >= clock_due) {
      agent.timebase().measure_again();
      clock_due = Clock::now() + 60s;
    }
  }
}

Result<std::unique_ptr<HttpServer>> serve(const std::optional<ListenAddress>& address, HttpService service) {
  if (!address) return std::unique_ptr<HttpServer>();
  return HttpServer::start(*address, std::move(service));
}

// A run before this one pinned, this one does not.
void remove_unwanted_pins(const std::string& root) {
  const Pins::Removed pins = Pins::remove_all(root, false);
  if (pins.hooks + pins.others > 0)
    spdlog::warn("what an earlier run pinned in {} is removed: pin is false", root);
}

// Once everything has succeeded: who fails to start says one line, and that is the error.
void announce(const Settings& settings, const HttpServer* metrics, const HttpServer* api,
              const Watch& watch) {
  if (metrics)
    spdlog::info("metrics on http://{}:{}/metrics", settings.metrics_listen->host, metrics->port());
  if (api) spdlog::info("api on http://{}:{}", settings.api_listen->host, api->port());
  for (const AttachedHook& hook : watch.hooks())
    spdlog::info("watching {} {} by {}", hook.interface, label(hook.flow), hook.hook);
}

}  // namespace

Result<Done> run(const RunOptions& options) {
  auto loaded = load_settings({.file = options.config,
                               .environment = environment_of_this_process(),
                               .interfaces = options.interfaces,
                               .output_dir = options.output_dir});
  if (!loaded) return loaded.error();
  const Settings& settings = loaded->settings;
  if (auto configured = configure_log(settings.log_level, settings.log_format); !configured)
    return configured.error();
  const auto interfaces = interfaces_of(settings);
  if (!interfaces) return interfaces.error();
  if (auto present = require_interfaces(*interfaces); !present) return present.error();
  const auto access = ApiAccess::of(settings.api);
  if (!access) return access.error();
  auto signals = Signals::block();
  if (!signals) return signals.error();
  ServiceManager service = ServiceManager::of_this_process();

  auto built = Agent::build(settings, Purpose::live,
                            ProgramSet{.xdp = wants_xdp(settings.attach, interfaces_there(*interfaces))});
  if (!built) return built.error();
  Agent& agent = **built;

  Watch* watched = nullptr;
  AttachMetrics attach_metrics([&watched] {
    std::vector<Attachment> hooks;
    if (watched)
      for (const AttachedHook& hook : watched->hooks())
        hooks.push_back({hook.interface, hook.flow, hook.hook});
    return hooks;
  });
  agent.metrics().add(attach_metrics, Dependence::machine);

  HepInput hep(agent, settings);
  PodInput pods(agent, settings);
  if (auto started = pods.start(); !started) return started.error();

  // Whoever asks is answered before the first packet is seen, and until the last row is written.
  Readiness readiness{Phase::starting};
  AdminRequests admin_requests;
  agent.metrics().add(admin_requests, Dependence::machine);
  auto metrics_server = serve(settings.metrics_listen, metrics_routes(agent.metrics()));
  if (!metrics_server) return metrics_server.error();
  std::optional<CallStore> store;
  if (settings.store) store.emplace(settings.store->path);
  const ApiSurroundings surroundings{.access = *access,
                                     .readiness = readiness,
                                     .metrics = agent.metrics(),
                                     .registrations = agent.registrations(),
                                     .requests = admin_requests,
                                     .inquiries = agent.inquiries(),
                                     .facts = {&settings.trunks, settings.node},
                                     .store = store ? &*store : nullptr,
                                     .keeps_messages = settings.store && settings.store->messages,
                                     .started_ns = monotonic_ns(),
                                     .hook_now_ns = monotonic_ns,
                                     .unix_now_ns = unix_ns};
  auto api_server = serve(settings.api_listen, api_service(surroundings));
  if (!api_server) return api_server.error();

  if (!settings.pin) remove_unwanted_pins(settings.pin_path);
  resolve_interfaces(agent);
  Threads threads(agent.workers());
  if (auto listening = hep.start(); !listening) return listening.error();
  auto watch =
      Watch::attach(agent.probe(), settings.attach, *interfaces,
                    !settings.kubernetes.interfaces_of.empty());  // last: what is seen can be drained
  if (!watch) return watch.error();
  watched = watch->get();
  readiness = Phase::ready;
  announce(settings, metrics_server->get(), api_server->get(), **watch);
  service.ready("watching " + std::to_string((*watch)->interfaces().size()) + " interfaces");
  wait_until_told(*signals, options, agent, **watch, pods, service);

  // From here nothing new is seen; what is left is delivered.
  readiness = Phase::draining;
  service.stopping();
  (*watch)->detach();
  hep.stop();
  threads.join();
  const std::uint64_t now = monotonic_ns();
  for (const auto& worker : agent.workers()) worker->close(now);
  auto stopped = agent.stop(Clock::now() + kFlushLimit);
  Result<Done> written = Done{};
  if (options.output_dir)
    written =
        agent.metrics().write_file((std::filesystem::path(*options.output_dir) / "metrics.prom").string());
  if (!stopped) return stopped.error();
  return written;
}

}  // namespace sipsonde
