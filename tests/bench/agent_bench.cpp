// SPDX-License-Identifier: Apache-2.0
// What a message costs the agent from the ring to facts, and from there to lines of JSON. The real thing
// runs: the kernel programs put samples into the ring (not timed), then a worker takes its step (timed, in
// CPU time of this thread, so that other work on the machine does not count). Needs root.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "agent.h"
#include "call_traffic.h"
#include "support/frame_builder.h"

namespace sipsonde::bench {
namespace {

constexpr std::uint64_t kConcurrentCalls = 10'000;
constexpr std::uint64_t kCallNs = 60'000'000'000;              // how long a call lasts in event time
constexpr std::uint64_t kBeginNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
constexpr std::int64_t kRounds = 1500;                         // of 112 messages
constexpr char kCaller[] = "192.0.2.1", kCallee[] = "198.51.100.1";

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Resident {
  double own_megabytes = 0;
  double mapped_megabytes = 0;  // tables and rings of the kernel, which it has anyway; a ring is mapped twice
};

Resident resident() {
  std::ifstream file("/proc/self/smaps");
  Resident resident;
  bool of_kernel = false;
  for (std::string line; std::getline(file, line);) {
    if (line.find("kB") == line.npos)
      of_kernel = line.find("bpf-map") != line.npos;  // a mapping's first line
    double kilobytes = 0;
    if (std::sscanf(line.c_str(), "Rss: %lf kB", &kilobytes) == 1)
      (of_kernel ? resident.mapped_megabytes : resident.own_megabytes) += kilobytes * 1024e-6;
  }
  return resident;
}

// A folder for what sinks write, gone with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sipsonde-bench-XXXXXX").string();
    if (mkdtemp(name.data())) path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// An agent that is fed calls without end.
class FedAgent {
 public:
  static Result<std::unique_ptr<FedAgent>> build(const Settings& settings) {
    auto agent = Agent::build(settings, Purpose::replay, ProgramSet{});
    if (!agent) return agent.error();
    return std::unique_ptr<FedAgent>(new FedAgent(*std::move(agent)));
  }

  // Puts the next round into the ring; returns how many messages that are.
  std::uint64_t fill() {
    std::uint64_t count = 0;
    schedule_.next_round([&](Step step, std::uint64_t call) {
      text_.clear();
      messages_.of(step).append(text_, call);
      send(step);
      ++count;
    });
    now_ns_ += round_ns_;
    return count;
  }

  // What the agent does in a poll of the ring.
  void step() { agent_->workers()[0]->step(now_ns_); }

  // Until calls begin as often as they are forgotten: an ended one is remembered for 32 s of event time.
  void warm_up() {
    for (std::uint64_t round = 0; round < 2 * schedule_.rounds_to_fill(); ++round) {
      fill();
      step();
    }
  }

  std::string failure() const {
    if (failed_) return "the kernel refused a frame";
    if (agent_->probe().ring_dropped(0)) return "the ring was full";
    if (agent_->workers()[0]->stated().answered == 0) return "no call was told";
    return {};
  }
  double open_calls() const { return static_cast<double>(agent_->workers()[0]->gauges().dialogs.load()); }

 private:
  explicit FedAgent(std::unique_ptr<Agent> agent)
      : agent_(std::move(agent)),
        messages_(std::string(kCaller) + ":5060", std::string(kCallee) + ":5060", 1001),
        schedule_(kConcurrentCalls, 900'000'000),
        round_ns_(kCallNs / schedule_.rounds_to_fill()) {}

  void send(Step step) {
    const bool forward = from_caller(step);
    const std::string frame = testing::FrameBuilder()
                                  .ipv4(forward ? kCaller : kCallee, forward ? kCallee : kCaller)
                                  .udp(5060, 5060)
                                  .payload(text_)
                                  .bytes();
    const sipsonde_replay how{
        .now_ns = ++now_ns_,
        .ifindex = 1,
        .flow = static_cast<__u8>(forward ? SIPSONDE_FLOW_ingress : SIPSONDE_FLOW_egress),
        .hook = SIPSONDE_HOOK_tc,
        .reserved = {}};
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size());
    const Program program = forward ? Program::tc_ingress : Program::tc_egress;
    if (!agent_->probe().replay_frame(program, how, bytes)) failed_ = true;
  }

  std::unique_ptr<Agent> agent_;
  CallMessages messages_;
  CallSchedule schedule_;
  std::uint64_t round_ns_;
  std::uint64_t now_ns_ = kBeginNs;
  std::string text_;
  bool failed_ = false;
};

void measure(benchmark::State& state, const Settings& settings) {
  const Resident before = resident();
  auto fed = FedAgent::build(settings);
  if (!fed) return state.SkipWithError(fed.error().message.c_str());
  FedAgent& agent = **fed;
  agent.warm_up();
  std::uint64_t messages = 0;
  double seconds = 0;
  for (auto _ : state) {
    messages += agent.fill();
    const double begin = thread_cpu_seconds();
    agent.step();
    const double taken = thread_cpu_seconds() - begin;
    state.SetIterationTime(taken);
    seconds += taken;
  }
  if (const std::string failure = agent.failure(); !failure.empty())
    return state.SkipWithError(failure.c_str());
  state.counters["ns_a_message"] = seconds * 1e9 / static_cast<double>(messages);
  state.counters["messages_a_second"] = static_cast<double>(messages) / seconds;
  state.counters["open_dialogs"] = agent.open_calls();
  const Resident after = resident();
  state.counters["resident_MB"] = after.own_megabytes;
  state.counters["mapped_MB"] = after.mapped_megabytes;
  state.counters["grown_MB"] = after.own_megabytes - before.own_megabytes;
}

Settings quiet() {
  Settings settings;
  settings.node = "bench";
  settings.log_level = "error";
  return settings;
}

void ring_to_facts(benchmark::State& state) {
  measure(state, quiet());
}

void ring_to_json_lines(benchmark::State& state) {
  const TemporaryFolder folder;
  if (folder.path().empty()) return state.SkipWithError("no temporary folder");
  Settings settings = quiet();
  settings.events_file = FileSink{.path = folder.path() + "/events.jsonl"};
  settings.cdr_file = FileSink{.path = folder.path() + "/cdr.jsonl"};
  measure(state, settings);
}

BENCHMARK(ring_to_facts)->UseManualTime()->Iterations(kRounds)->Unit(benchmark::kMicrosecond);
BENCHMARK(ring_to_json_lines)->UseManualTime()->Iterations(kRounds)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sipsonde::bench
