// SPDX-License-Identifier: Apache-2.0
#include "probe/probe.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "base/capabilities.h"
#include "base/log.h"
#include "base/timebase.h"
#include "parse/sip.h"
#include "sipsonde.skel.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kRingBytes = 16U << 20;  // at 100 k messages of 900 bytes a second: 180 ms
constexpr std::uint32_t kFragmentSlots = 65536;
constexpr std::uint32_t kTcpFlowSlots = 131072;  // connections of 16 bytes; what is no SIP has a place too
constexpr std::uint32_t kSlotsACpu = 3;          // bpf/maps.bpf.h
constexpr std::uint32_t kPlacesALine = 16;       // bpf/maps.bpf.h
constexpr std::uint32_t kPlacesAStream = 2;
constexpr std::uint64_t kReplaySeed = 0x5349505f534f4e44ULL;

// libbpf speaks in many lines; they are kept for who asks for debug.
int log_libbpf(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || !spdlog::should_log(spdlog::level::debug)) return 0;
  char line[512];
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  if (length > 0)
    spdlog::debug("libbpf: {}",
                  printable(std::string_view(line).substr(0, std::string_view(line).find('\n'))));
  return 0;
}

std::uint32_t power_of_two(std::uint64_t at_least) {
  return static_cast<std::uint32_t>(std::bit_ceil(std::max<std::uint64_t>(at_least, 1)));
}

// Below 5.11 maps count against RLIMIT_MEMLOCK instead of the control group.
void raise_memory_lock_limit() {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  while (seed == 0)
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = 0;
  return seed;
}

// SplitMix64 (Steele, Lea and Flood, 2014): as many numbers as are wanted from one seed.
std::uint64_t next_factor(std::uint64_t& state) {
  std::uint64_t mixed = state += 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebULL;
  return mixed ^ mixed >> 31;
}

// Without CAP_PERFMON the verifier refuses what moves by lengths of a packet, as an older kernel does.
bool lacks_perfmon() {
  constexpr CapabilitySet kPerfmon = 1ULL << 38;  // linux/capability.h, too new for some
  constexpr CapabilitySet kSysAdmin = 1ULL << 21;
  return (held_capabilities() & (kPerfmon | kSysAdmin)) == 0;
}

Error load_error(int code) {
  const std::string what = "load the kernel programs: ";
  if (code == EPERM || (code == EACCES && lacks_perfmon()))
    return Error{what +
                 "not permitted; run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON (see: sipsonde "
                 "doctor)"};
  if (code == ENOMEM) return Error{what + "no memory; lower limits.transactions or limits.streams"};
  if (code == EACCES || code == E2BIG || code == EINVAL || code == ENOSYS)
    return Error{what + "refused by this kernel; Linux 5.12 or newer is needed (see: sipsonde doctor)"};
  return Error{what + std::strerror(code) + "; see: sipsonde doctor"};
}

sipsonde_knobs knobs_for(const Settings& settings, unsigned workers, Purpose purpose) {
  const auto cpus = static_cast<std::uint32_t>(libbpf_num_possible_cpus());
  sipsonde_knobs knobs{};
  knobs.hash_seed = purpose == Purpose::replay ? kReplaySeed : random_seed();
  std::uint64_t state = knobs.hash_seed;
  for (__u64& factor : knobs.stream_factors) factor = next_factor(state);
  knobs.workers = workers;
  knobs.counter_shards = std::min<std::uint32_t>(power_of_two(cpus), SIPSONDE_COUNTER_SHARDS_MAX);
  knobs.shared_shards = cpus > knobs.counter_shards;
  knobs.scratch_cpus = cpus;
  knobs.transaction_buckets = power_of_two(settings.limits.transactions / SIPSONDE_TRANSACTION_WAYS);
  knobs.stream_slots = power_of_two(settings.limits.streams);
  knobs.fragment_slots = kFragmentSlots;
  knobs.sender_report_slots = knobs.stream_slots;
  knobs.tcp_flow_slots = kTcpFlowSlots;
  knobs.jitter_buffer_ns =
      static_cast<std::uint32_t>(std::chrono::nanoseconds(settings.media.jitter_buffer).count());
  knobs.detect_any = settings.detect == Detect::any;
  knobs.tunnels = settings.tunnels;
  knobs.deduplicate = settings.deduplicate;
  knobs.local_networks = !settings.local_networks.empty();
  knobs.replay = purpose == Purpose::replay;
  return knobs;
}

void write_knobs(sipsonde_bpf& skeleton, const Settings& settings, const sipsonde_knobs& knobs) {
  std::memcpy(&skeleton.rodata->knobs, &knobs, sizeof knobs);
  for (const std::uint16_t port : settings.sip_ports)
    skeleton.rodata->sip_ports[port / 64] |= 1ULL << (port % 64);
  bpf_map__set_max_entries(skeleton.maps.scratches,
                           knobs.scratch_cpus * kSlotsACpu + SIPSONDE_HAND_BACK_SLOTS);
  const std::uint32_t shard_of_hep = settings.hep_listen ? 1 : 0;
  bpf_map__set_max_entries(skeleton.maps.counters, knobs.counter_shards + knobs.workers + shard_of_hep);
  bpf_map__set_max_entries(skeleton.maps.transactions, knobs.transaction_buckets);
  bpf_map__set_max_entries(skeleton.maps.stream_places, knobs.stream_slots / kPlacesALine * kPlacesAStream);
  bpf_map__set_max_entries(skeleton.maps.streams, knobs.stream_slots);
  bpf_map__set_max_entries(skeleton.maps.fragment_keys, knobs.fragment_slots);
  bpf_map__set_max_entries(skeleton.maps.sender_reports, knobs.sender_report_slots);
  bpf_map__set_max_entries(skeleton.maps.tcp_flows, knobs.tcp_flow_slots);
  if (!knobs.deduplicate) bpf_map__set_max_entries(skeleton.maps.sightings, 1);  // not looked at
  bpf_map__set_max_entries(skeleton.maps.endpoints, kEndpointsAStream * settings.limits.streams);
}

// What outlives the agent. Not the endpoints: calls that it knew are unknown to the next; and not what is of
// a packet (scratches) or of a configuration.
std::vector<KeptMap> kept_maps(const sipsonde_bpf& skeleton) {
  return {{"counters", skeleton.maps.counters},
          {"transactions", skeleton.maps.transactions},
          {"stream_places", skeleton.maps.stream_places},
          {"streams", skeleton.maps.streams},
          {"fragment_keys", skeleton.maps.fragment_keys},
          {"sender_reports", skeleton.maps.sender_reports},
          {"tcp_flows", skeleton.maps.tcp_flows},
          {"media_engines", skeleton.maps.media_engines},
          {"quic_handshakes", skeleton.maps.quic_handshakes},
          {"variables", skeleton.maps.bss}};
}

std::string ring_name(std::uint32_t worker) {
  return "ring-" + std::to_string(worker);
}

// What must be the same for one program's table to be another's.
bool have_one_shape(const sipsonde_knobs& a, const sipsonde_knobs& b) {
  return a.workers == b.workers && a.counter_shards == b.counter_shards &&
         a.shared_shards == b.shared_shards && a.transaction_buckets == b.transaction_buckets &&
         a.stream_slots == b.stream_slots && a.fragment_slots == b.fragment_slots &&
         a.sender_report_slots == b.sender_report_slots && a.tcp_flow_slots == b.tcp_flow_slots;
}

// Programs that this kernel may lack: without them a feature is off, the agent runs on.
bpf_program* optional_program(sipsonde_bpf& skeleton, int index) {
  return index == 0 ? skeleton.progs.sipsonde_xdp : skeleton.progs.sipsonde_hand_back;
}

constexpr const char* kOptionalFeature[] = {
    "XDP is off: this kernel refuses the program (5.18 or newer is needed); tc is used",
    "put-together messages are off: this kernel has no syscall programs (5.14 or newer is needed)",
};

}  // namespace

void Probe::DestroySkeleton::operator()(sipsonde_bpf* skeleton) const noexcept {
  sipsonde_bpf::destroy(skeleton);
}

Probe::Probe(Probe&& other) noexcept
    : pins_(std::move(other.pins_)),
      skeleton_(std::move(other.skeleton_)),
      rings_(std::move(other.rings_)),
      counters_(std::exchange(other.counters_, {})),
      tcp_flows_(std::move(other.tcp_flows_)),
      media_(std::move(other.media_)),
      hash_seed_(other.hash_seed_) {}

Probe& Probe::operator=(Probe&& other) noexcept {
  std::swap(pins_, other.pins_);
  std::swap(skeleton_, other.skeleton_);
  std::swap(rings_, other.rings_);
  std::swap(counters_, other.counters_);
  std::swap(tcp_flows_, other.tcp_flows_);
  std::swap(media_, other.media_);
  std::swap(hash_seed_, other.hash_seed_);
  return *this;
}

Probe::~Probe() {
  if (counters_.shards) munmap(const_cast<sipsonde_counters*>(counters_.shards), counters_.bytes);
}

Result<Probe> Probe::load(const Settings& settings, unsigned workers, Purpose purpose, ProgramSet wanted) {
  libbpf_set_print(log_libbpf);
  raise_memory_lock_limit();
  sipsonde_knobs knobs = knobs_for(settings, workers, purpose);
  Probe probe;
  if (settings.pin && purpose == Purpose::live) {
    auto pins = Pins::open(settings.pin_path);
    if (!pins) return pins.error();
    probe.pins_ = std::move(*pins);
  }

  // Everything first; then, for an older kernel, without the programs that it may lack.
  bool taken_over = false;
  int failure = 0;
  for (int without = 0; without <= 2; ++without) {
    probe.skeleton_.reset(sipsonde_bpf::open());
    if (!probe.skeleton_) return load_error(errno);
    write_knobs(*probe.skeleton_, settings, knobs);
    taken_over = probe.pins_ && probe.take_over(knobs);
    bpf_program__set_autoload(probe.skeleton_->progs.sipsonde_xdp, wanted.xdp);
    bpf_program__set_autoload(probe.skeleton_->progs.sipsonde_in, wanted.tc_ingress);
    bpf_program__set_autoload(probe.skeleton_->progs.sipsonde_out, wanted.tc_egress);
    bpf_program__set_autoload(probe.skeleton_->progs.sipsonde_hand_back, wanted.hand_back);
    for (int index = 0; index < without; ++index)
      bpf_program__set_autoload(optional_program(*probe.skeleton_, 1 - index), false);
    failure = -sipsonde_bpf::load(probe.skeleton_.get());
    if (failure == 0) {
      for (int index = 0; index < without; ++index) spdlog::warn(kOptionalFeature[1 - index]);
      break;
    }
    if (failure == EPERM || failure == ENOMEM) break;
  }
  if (failure) return load_error(failure);

  probe.hash_seed_ = knobs.hash_seed;
  if (auto made = probe.make_rings(workers); !made) return made.error();
  if (auto kept = probe.keep_maps(); !kept) return kept.error();
  if (taken_over) spdlog::info("counters and tables of an earlier run are taken over");
  if (auto filled = probe.fill_local_networks(settings); !filled) return filled.error();
  if (auto mapped = probe.map_counters(); !mapped) return mapped.error();
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

// Maps that an earlier agent kept are used when all are there and of this shape, with the hash seeds by which
// their entries were placed; else all of it goes.
bool Probe::take_over(sipsonde_knobs& knobs) {
  const FileDescriptor constants = pins_->kept("constants");
  if (!constants) {
    pins_->start_afresh();
    return false;
  }
  std::vector<std::byte> bytes(bpf_map__value_size(skeleton_->maps.rodata));
  const std::uint32_t first = 0;
  std::remove_reference_t<decltype(*skeleton_->rodata)> earlier;
  bool fits =
      bytes.size() >= sizeof earlier && bpf_map_lookup_elem(constants.get(), &first, bytes.data()) == 0;
  if (fits) {
    std::memcpy(&earlier, bytes.data(), sizeof earlier);
    fits = have_one_shape(earlier.knobs, knobs) && pins_->give(kept_maps(*skeleton_));
    for (std::uint32_t worker = 0; fits && worker < knobs.workers; ++worker)
      fits = static_cast<bool>(pins_->kept(ring_name(worker)));
  }
  if (!fits) {
    spdlog::warn("pinned tables have other sizes than limits and workers ask for: counters start afresh");
    pins_->start_afresh();
    return false;
  }
  knobs.hash_seed = earlier.knobs.hash_seed;
  std::memcpy(knobs.stream_factors, earlier.knobs.stream_factors, sizeof knobs.stream_factors);
  std::memcpy(&skeleton_->rodata->knobs, &knobs, sizeof knobs);
  return true;
}

Result<Done> Probe::keep_maps() {
  if (!pins_) return Done{};
  for (const KeptMap& kept : kept_maps(*skeleton_))
    if (auto done = pins_->keep(kept.name, bpf_map__fd(kept.map)); !done) return done;
  // Last: with it the others are complete.
  return pins_->keep("constants", bpf_map__fd(skeleton_->maps.rodata));
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

Result<Done> Probe::map_counters() {
  counters_.count = bpf_map__max_entries(skeleton_->maps.counters);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  counters_.bytes = (counters_.count * sizeof(sipsonde_counters) + page - 1) / page * page;
  void* mapped = mmap(nullptr, counters_.bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                      bpf_map__fd(skeleton_->maps.counters), 0);
  if (mapped == MAP_FAILED) return Error{std::string("map the counters: ") + std::strerror(errno)};
  counters_.shards = static_cast<const sipsonde_counters*>(mapped);
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

void Probe::read_counters(sipsonde_counters& sum) const {
  // The struct is nothing but 64-bit counters: add them as one array.
  constexpr std::size_t kWords = sizeof(sipsonde_counters) / sizeof(__u64);
  auto* out = reinterpret_cast<__u64*>(&sum);
  std::memset(&sum, 0, sizeof sum);
  for (unsigned shard = 0; shard < counters_.count; ++shard) {
    const auto* in = reinterpret_cast<const volatile __u64*>(counters_.shards + shard);
    for (std::size_t i = 0; i < kWords; ++i) out[i] += in[i];
  }
}

std::uint64_t Probe::ring_dropped(unsigned worker) const {
  std::uint64_t dropped = 0;
  for (unsigned shard = 0; shard < counters_.count; ++shard) {
    const auto& rings = *static_cast<const volatile decltype(sipsonde_counters::ring_dropped)*>(
        &counters_.shards[shard].ring_dropped);
    dropped += rings[worker][SIPSONDE_KIND_sip] + rings[worker][SIPSONDE_KIND_rtcp];
    for (unsigned any = 0; any < workers(); ++any)
      dropped += rings[any][SIPSONDE_KIND_fragment] + rings[any][SIPSONDE_KIND_segment];
  }
  return dropped;
}

std::uint64_t Probe::kernel_now_ns() const {
  return skeleton_->rodata->knobs.replay ? skeleton_->bss->replay.now_ns : monotonic_ns();
}

std::vector<MapFill> Probe::map_fill() const {
  std::uint64_t occupied[SIPSONDE_TABLE_COUNT] = {};
  for (unsigned shard = 0; shard < counters_.count; ++shard)
    for (int table = 0; table < SIPSONDE_TABLE_COUNT; ++table)
      occupied[table] += *static_cast<const volatile __u64*>(&counters_.shards[shard].occupied[table]);
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
    auto& counters = const_cast<sipsonde_counters&>(counters_.shards[0]);
    __atomic_fetch_add(&counters.packets[how.hook][how.flow][SIPSONDE_VERDICT_other], 1, __ATOMIC_RELAXED);
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
