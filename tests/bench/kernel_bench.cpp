// SPDX-License-Identifier: Apache-2.0
// Nanoseconds a packet in the kernel, by BPF_PROG_TEST_RUN, next to an empty program of the same type in the
// same run: `kernel_bench [--json] [--rounds N] [--only TEXT]`. A row is the median of its rounds; rounds of
// all rows alternate. A thread drains the ring meanwhile, and a round is small enough that the ring holds it:
// nothing is refused. Needs root.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "call_traffic.h"
#include "measured_packets.h"
#include "probe/probe.h"
#include "ring/sample_ring.h"
#include "variation.h"

namespace sipsonde::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRepeat = 200'000;
constexpr std::uint32_t kRepeatOfMessages = 8'000;     // of at most 1 KB: half of the ring
constexpr std::uint32_t kRepeatOfNewStreams = 50'000;  // each is told of once
// For the streams of both hooks.
constexpr std::uint32_t kStreams = 1U << 18;
constexpr std::uint32_t kManyStreams = 1U << 21;
constexpr std::size_t kMostBytesOfTc = 3400;  // a test run of tc takes no larger frame

void pin(unsigned cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu % std::max(1U, std::thread::hardware_concurrency()), &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Two instructions: the return value, and exit.
Result<FileDescriptor> load_empty(bpf_prog_type type, int verdict) {
  const bpf_insn instructions[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = verdict},
      {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
  // As the programs are that are measured: else it cannot stand behind vary.bpf.c in their place.
  const bool xdp = type == BPF_PROG_TYPE_XDP;
  LIBBPF_OPTS(bpf_prog_load_opts, options,
              .expected_attach_type = xdp ? BPF_XDP : static_cast<bpf_attach_type>(0),
              .prog_flags = xdp ? BPF_F_XDP_HAS_FRAGS : 0U);
  FileDescriptor file{bpf_prog_load(type, "bench_empty", "Dual BSD/GPL", instructions, 2, &options)};
  if (!file) return Error{std::string("load an empty program: ") + std::strerror(errno) + "; run as root"};
  return file;
}

// Empties the ring for as long as it lives.
class Drain {
 public:
  explicit Drain(std::unique_ptr<SampleRing> ring) : ring_(std::move(ring)), thread_([this] { run(); }) {}
  ~Drain() {
    stop_ = true;
    thread_.join();
  }
  // Until the thread has found the ring empty after this call.
  void wait_until_empty() {
    const std::uint64_t found = empty_.load();
    while (empty_.load() < found + 2) std::this_thread::sleep_for(100us);
  }

 private:
  void run() {
    pin(1);
    while (!stop_) {
      if (ring_->drain() == 0) ++empty_;
      std::this_thread::sleep_for(200us);
    }
  }
  std::unique_ptr<SampleRing> ring_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> empty_{0};
  std::thread thread_;
};

struct Hook {
  std::string name;
  bpf_prog_type type;
  int program = -1;
  FileDescriptor empty = {};
};

// The loaded kernel half: its programs, and who empties its ring.
struct Bed {
  Probe probe;
  std::vector<Hook> hooks;
  std::unique_ptr<Drain> drain;
};

// One packet through one hook, and the empty program on the same packet.
struct Row {
  const MeasuredPacket* packet;
  const Bed* bed;
  const Hook* hook;
  std::string frame;
  std::unique_ptr<Variation> varied_program = {}, varied_empty = {};
  std::vector<double> total = {}, empty = {};

  int program_fd() const { return varied_program ? varied_program->fd() : hook->program; }
  int empty_fd() const { return varied_empty ? varied_empty->fd() : hook->empty.get(); }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Result<double> run_once(int program, const std::string& frame, std::uint32_t repeat) {
  LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
              .data_size_in = static_cast<std::uint32_t>(frame.size()), .repeat = static_cast<int>(repeat));
  if (bpf_prog_test_run_opts(program, &options))
    return Error{std::string("run a program on a packet: ") + std::strerror(errno)};
  return static_cast<double>(options.duration);
}

bool needs_large_bed(const MeasuredPacket& packet) {
  return packet.vary.sequence_offset > 0 && 2 * packet.vary.distinct > kStreams;
}

bool is_rtp(const MeasuredPacket& packet) {
  return packet.vary.sequence_offset > 0;
}

// Until every stream is believed: two packets of each, and as many again.
Result<Done> warm_up(const Row& row) {
  if (!is_rtp(*row.packet)) return Done{};
  for (std::uint64_t done = 0; done < 4ULL * row.packet->vary.distinct; done += kRepeatOfNewStreams) {
    row.bed->drain->wait_until_empty();
    if (auto run = run_once(row.program_fd(), row.frame, kRepeatOfNewStreams); !run) return run.error();
  }
  return Done{};
}

Result<Done> measure_round(Row& row) {
  const std::uint32_t many = std::max(kRepeat, row.packet->vary.distinct);
  const std::uint32_t repeat = row.packet->emits ? kRepeatOfMessages : many;
  // The empty program is as good as free: many repeats, else the clock's own reading shows.
  const auto empty = run_once(row.empty_fd(), row.frame, many);
  if (!empty) return empty.error();
  if (row.packet->emits) row.bed->drain->wait_until_empty();
  const auto total = run_once(row.program_fd(), row.frame, repeat);
  if (!total) return total.error();
  row.empty.push_back(*empty);
  row.total.push_back(*total);
  return Done{};
}

// Every row has streams of its own: the last bytes of the source address, which nobody checks a sum over.
void put_apart(Row& row, std::size_t number) {
  constexpr std::size_t kSource = 14 + 12;
  if (!is_rtp(*row.packet)) return;
  row.frame[kSource + 2] = static_cast<char>(number >> 8);
  row.frame[kSource + 3] = static_cast<char>(number);
}

Result<std::vector<Row>> rows_of(const std::vector<MeasuredPacket>& packets, const Bed& bed,
                                 const Bed& large_bed) {
  std::vector<Row> rows;
  for (const MeasuredPacket& packet : packets) {
    const Bed& own = needs_large_bed(packet) ? large_bed : bed;
    for (const Hook& hook : own.hooks) {
      if (hook.type == BPF_PROG_TYPE_SCHED_CLS && packet.frame.size() > kMostBytesOfTc) continue;
      Row row{.packet = &packet, .bed = &own, .hook = &hook, .frame = packet.frame};
      put_apart(row, rows.size());
      if (packet.vary.distinct > 0) {
        auto program = Variation::load(hook.type, packet.vary, hook.program);
        if (!program) return program.error();
        auto empty = Variation::load(hook.type, packet.vary, hook.empty.get());
        if (!empty) return empty.error();
        row.varied_program = *std::move(program);
        row.varied_empty = *std::move(empty);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void print_table(const std::vector<Row>& rows) {
  std::printf("%-42s %-5s %9s %9s %9s %7s %6s\n", "packet", "hook", "total ns", "empty ns", "net ns",
              "budget", "ratio");
  for (const Row& row : rows) {
    const double total = median(row.total), empty = median(row.empty);
    std::printf("%-42s %-5s %9.0f %9.0f %9.0f ", row.packet->name.c_str(), row.hook->name.c_str(), total,
                empty, total - empty);
    if (row.packet->budget_ns > 0)
      std::printf("%7.0f %6.2f\n", row.packet->budget_ns, (total - empty) / row.packet->budget_ns);
    else
      std::printf("%7s %6s\n", "-", "-");
  }
}

void print_json(const std::vector<Row>& rows, std::uint64_t refused) {
  std::printf("{\"ring_refused\": %llu, \"rows\": [", static_cast<unsigned long long>(refused));
  const char* separator = "";
  for (const Row& row : rows) {
    std::printf(
        "%s\n{\"packet\": \"%s\", \"hook\": \"%s\", \"total_ns\": %.1f, \"empty_ns\": %.1f, \"budget_ns\": "
        "%.1f}",
        separator, row.packet->name.c_str(), row.hook->name.c_str(), median(row.total), median(row.empty),
        row.packet->budget_ns);
    separator = ",";
  }
  std::printf("]}\n");
}

Result<Bed> make_bed(std::uint32_t streams) {
  Settings settings;
  settings.limits.streams = streams;
  auto probe = Probe::load(settings, 1, Purpose::live);
  if (!probe) return probe.error();
  Bed bed{.probe = *std::move(probe), .hooks = {}, .drain = nullptr};
  for (const auto& [name, type, program, verdict] :
       {std::tuple{"xdp", BPF_PROG_TYPE_XDP, Program::xdp, 2 /* XDP_PASS */},
        std::tuple{"tc", BPF_PROG_TYPE_SCHED_CLS, Program::tc_ingress, -1 /* TC_ACT_UNSPEC */}}) {
    auto empty = load_empty(type, verdict);
    if (!empty) return empty.error();
    if (bed.probe.program_fd(program) >= 0)
      bed.hooks.push_back({name, type, bed.probe.program_fd(program), *std::move(empty)});
  }
  auto ring = SampleRing::open(bed.probe.ring_fd(0), [](const Sample&) {});
  if (!ring) return ring.error();
  bed.drain = std::make_unique<Drain>(*std::move(ring));
  return bed;
}

Result<Done> bench(unsigned rounds, bool json, const std::string& only) {
  std::vector<MeasuredPacket> packets = measured_packets();
  std::erase_if(packets,
                [&](const MeasuredPacket& packet) { return packet.name.find(only) == std::string::npos; });
  const bool is_large = std::any_of(packets.begin(), packets.end(), needs_large_bed);
  auto bed = make_bed(kStreams);
  if (!bed) return bed.error();
  auto large_bed = make_bed(is_large ? kManyStreams : 1024);
  if (!large_bed) return large_bed.error();
  auto rows = rows_of(packets, *bed, *large_bed);
  if (!rows) return rows.error();
  pin(0);
  for (const Row& row : *rows)
    if (auto done = warm_up(row); !done) return done.error();
  for (unsigned round = 0; round <= rounds; ++round)
    for (Row& row : *rows)
      if (auto done = measure_round(row); !done) return done.error();
  for (Row& row : *rows) {  // the first round warmed up
    row.total.erase(row.total.begin());
    row.empty.erase(row.empty.begin());
  }
  const std::uint64_t refused = (*bed).probe.ring_dropped(0) + (*large_bed).probe.ring_dropped(0);
  if (json) {
    print_json(*rows, refused);
  } else {
    print_table(*rows);
    std::printf("ring refused %llu samples\n", static_cast<unsigned long long>(refused));
  }
  return Done{};
}

}  // namespace
}  // namespace sipsonde::bench

int main(int argc, char** argv) {
  bool json = false;
  unsigned rounds = 11;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) {
      json = true;
    } else if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc && std::atoi(argv[i + 1]) > 0) {
      rounds = static_cast<unsigned>(std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else {
      std::fprintf(stderr, "usage: kernel_bench [--json] [--rounds N] [--only TEXT]\n");
      return 2;
    }
  }
  const auto done = sipsonde::bench::bench(rounds, json, only);
  if (done) return 0;
  std::fprintf(stderr, "kernel_bench: %s\n", done.error().message.c_str());
  return done.error().exit_code;
}
