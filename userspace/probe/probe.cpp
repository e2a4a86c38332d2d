// SPDX-License-Identifier: Apache-2.0
#include "probe/probe.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/timebase.h"
#include "parse/sip.h"
#include "probe/knobs.h"
#include "probe/take_over.h"
#include "sipsonde.skel.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kRingBytes = 16U << 20;  // at 100 k messages of 900 bytes a second: 180 ms

}  // namespace

Probe::Probe(Probe&&) noexcept = default;
Probe& Probe::operator=(Probe&&) noexcept = default;
Probe::~Probe() = default;

Result<Probe> Probe::load(const Settings& settings, unsigned workers, Purpose purpose, ProgramSet wanted) {
  sipsonde_knobs knobs = knobs_for(settings, workers, purpose);
  Probe probe;
  if (settings.pin && purpose == Purpose::live) {
    auto pins = Pins::open(settings.pin_path);
    if (!pins) return pins.error();
    probe.pins_ = std::move(*pins);
  }

  bool taken_over = false;
  auto skeleton = load_programs(wanted, [&](sipsonde_bpf& opened) {
    write_knobs(opened, settings, knobs);
    taken_over = probe.pins_ && take_over_maps(*probe.pins_, opened, knobs);
  });
  if (!skeleton) return skeleton.error();
  probe.skeleton_ = std::move(*skeleton);
  probe.hash_seed_ = knobs.hash_seed;
  if (auto made = probe.make_rings(workers); !made) return made.error();
  if (probe.pins_)
    if (auto kept = keep_maps(*probe.pins_, *probe.skeleton_); !kept) return kept.error();
  if (taken_over) spdlog::info("counters and tables of an earlier run are taken over");
  if (auto filled = probe.fill_local_networks(settings); !filled) return filled.error();
  const bpf_map* const counters = probe.skeleton_->maps.counters;
  auto shards = CounterShards::open(bpf_map__fd(counters), bpf_map__max_entries(counters));
  if (!shards) return shards.error();
  probe.counters_ = std::move(*shards);
  auto tcp_flows =
      Mapping<sipsonde_tcp_flow>::open(bpf_map__fd(probe.skeleton_->maps.tcp_flows), knobs.tcp_flow_slots);
  if (!tcp_flows) return tcp_flows.error();
  probe.tcp_flows_ = std::move(*tcp_flows);
  auto media = MediaMaps::open(bpf_map__fd(probe.skeleton_->maps.streams), knobs.stream_slots,
                               bpf_map__fd(probe.skeleton_->maps.endpoints),
                               bpf_map__fd(probe.skeleton_->maps.media_engines));
  if (!media) return media.error();
  probe.media_ = std::move(*media);
  return probe;
}

Result<Done> Probe::make_rings(unsigned workers) {
  const int rings = bpf_map__fd(skeleton_->maps.rings);
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    FileDescriptor ring;
    if (pins_) ring = pins_->kept(ring_name(worker));
    if (!ring) {
      ring = FileDescriptor(bpf_map_create(BPF_MAP_TYPE_RINGBUF, "sipsonde_ring", 0, 0, kRingBytes, nullptr));
      if (!ring) return in_context("make a ring", load_error(errno));
      if (pins_)
        if (auto kept = pins_->keep(ring_name(worker), ring.get()); !kept) return kept.error();
    }
    const int number = ring.get();
    if (bpf_map_update_elem(rings, &worker, &number, BPF_ANY))
      return in_context("give a ring to its worker", load_error(errno));
    rings_.push_back(std::move(ring));
  }
  return Done{};
}

Result<Done> Probe::fill_local_networks(const Settings& settings) {
  for (const Network& network : settings.local_networks) {
    struct {
      std::uint32_t prefix_bits;
      Address address;
    } key{network.prefix_bits, network.address};
    const std::uint32_t present = 1;
    if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.local_networks), &key, &present, BPF_ANY))
      return Error{std::string("set local_networks: ") + std::strerror(errno) + "; at most 256 are kept", 2};
  }
  return Done{};
}

int Probe::program_fd(Program program) const {
  switch (program) {
    case Program::xdp:
      return bpf_program__fd(skeleton_->progs.sipsonde_xdp);
    case Program::tc_ingress:
      return bpf_program__fd(skeleton_->progs.sipsonde_in);
    case Program::tc_egress:
      return bpf_program__fd(skeleton_->progs.sipsonde_out);
  }
  return -1;
}

std::uint64_t Probe::kernel_now_ns() const {
  return skeleton_->rodata->knobs.replay ? skeleton_->bss->replay.now_ns : monotonic_ns();
}

std::vector<MapFill> Probe::map_fill() const {
  const auto occupied = counters_.occupied();
  const auto capacity = [](const bpf_map* map) -> std::uint64_t { return bpf_map__max_entries(map); };
  return {
      {"transactions", occupied[SIPSONDE_TABLE_transactions],
       capacity(skeleton_->maps.transactions) * SIPSONDE_TRANSACTION_WAYS},
      {"streams", occupied[SIPSONDE_TABLE_streams], capacity(skeleton_->maps.streams)},
      {"sender-reports", occupied[SIPSONDE_TABLE_sender_reports], capacity(skeleton_->maps.sender_reports)},
      {"fragment-keys", occupied[SIPSONDE_TABLE_fragments], capacity(skeleton_->maps.fragment_keys)},
      {"tcp-flows", occupied[SIPSONDE_TABLE_tcp_flows], capacity(skeleton_->maps.tcp_flows)},
  };
}

bool Probe::can_hand_back() const {
  return bpf_program__fd(skeleton_->progs.sipsonde_hand_back) >= 0;
}

bool Probe::hand_back(sipsonde_hand_back& message) const {
  const int program = bpf_program__fd(skeleton_->progs.sipsonde_hand_back);
  if (program < 0) return false;
  // A syscall program's context is written back to where it came from.
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &message, .ctx_size_in = sizeof message);
  return bpf_prog_test_run_opts(program, &options) == 0 && message.accepted == 1;
}

void Probe::judge_flow(std::uint32_t slot, std::uint64_t key, sipsonde_flow_judgement judgement) const {
  sipsonde_tcp_flow& flow = tcp_flows_[slot];
  if (__atomic_load_n(&flow.key, __ATOMIC_RELAXED) == key)
    __atomic_store_n(&flow.judgement, static_cast<__u8>(judgement), __ATOMIC_RELAXED);
}

std::uint32_t Probe::call_hash(std::string_view call_id) const {
  // As read_call_id() and step_count() of bpf/ do, from the same source.
  thread_local text bytes;
  const std::size_t length = std::min<std::size_t>(call_id.size(), 8 * CALL_ID_WORDS + 8);
  std::memcpy(bytes.bytes, call_id.data(), length);
  std::memset(bytes.bytes + length, 0, TEXT_SLACK);
  __u32 end = 0;
  return static_cast<std::uint32_t>(hash_token(&bytes, 0, 0, CALL_ID_WORDS, hash_seed_, &end) >> 32);
}

unsigned Probe::worker_of(std::uint32_t call_hash) const {
  return static_cast<unsigned>((static_cast<std::uint64_t>(call_hash) * rings_.size()) >> 32);
}

Result<Done> Probe::replay_frame(Program program, const sipsonde_replay& how,
                                 std::span<const std::uint8_t> frame) {
  constexpr std::size_t kEthernetHeader = 14;
  if (frame.size() < kEthernetHeader) {
    counters_.count_other(static_cast<sipsonde_hook>(how.hook), static_cast<sipsonde_flow>(how.flow));
    return Done{};
  }
  skeleton_->bss->replay = how;
  LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
              .data_size_in = static_cast<std::uint32_t>(frame.size()), .repeat = 1);
  int failure = bpf_prog_test_run_opts(program_fd(program), &options);
  // A tc test run refuses frames above one page less head and tail room (measured on 6.18: 3400 bytes pass,
  // 3800 do not) and such whose IP header is cut. They go through the XDP build: the knobs in `how` stay.
  if (failure == -EINVAL && program != Program::xdp)
    failure = bpf_prog_test_run_opts(program_fd(Program::xdp), &options);
  if (failure)
    return Error{"replay a frame of " + std::to_string(frame.size()) + " bytes: " + std::strerror(errno)};
  return Done{};
}

}  // namespace sipsonde
