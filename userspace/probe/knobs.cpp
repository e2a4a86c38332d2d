// SPDX-License-Identifier: Apache-2.0
#include "probe/knobs.h"

#include <bpf/libbpf.h>
#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>

#include "media/kernel_media.h"
#include "sipsonde.skel.h"
#include "sipsonde/state.h"

namespace sipsonde {
namespace {

constexpr std::uint32_t kFragmentSlots = 65536;
constexpr std::uint32_t kTcpFlowSlots = 131072;  // connections of 16 bytes; what is no SIP has a place too
constexpr std::uint32_t kSlotsACpu = 3;          // bpf/maps.bpf.h
constexpr std::uint32_t kPlacesALine = 16;       // bpf/maps.bpf.h
constexpr std::uint32_t kPlacesAStream = 2;
constexpr std::uint64_t kReplaySeed = 0x5349505f534f4e44ULL;

std::uint32_t power_of_two(std::uint64_t at_least) {
  return static_cast<std::uint32_t>(std::bit_ceil(std::max<std::uint64_t>(at_least, 1)));
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

}  // namespace

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

bool have_one_shape(const sipsonde_knobs& a, const sipsonde_knobs& b) {
  return a.workers == b.workers && a.counter_shards == b.counter_shards &&
         a.shared_shards == b.shared_shards && a.transaction_buckets == b.transaction_buckets &&
         a.stream_slots == b.stream_slots && a.fragment_slots == b.fragment_slots &&
         a.sender_report_slots == b.sender_report_slots && a.tcp_flow_slots == b.tcp_flow_slots;
}

}  // namespace sipsonde
