// SPDX-License-Identifier: Apache-2.0
#include "probe/counter_shards.h"

#include <cstring>

namespace sipsonde {

Result<CounterShards> CounterShards::open(int map, std::uint32_t count) {
  auto mapped = Mapping<sipsonde_counters>::open(map, count);
  if (!mapped) return in_context("counters", mapped.error());
  CounterShards shards;
  shards.shards_ = std::move(*mapped);
  return shards;
}

void CounterShards::sum(sipsonde_counters& sum) const {
  // The struct is nothing but 64-bit counters: add them as one array.
  constexpr std::size_t kWords = sizeof(sipsonde_counters) / sizeof(__u64);
  auto* out = reinterpret_cast<__u64*>(&sum);
  std::memset(&sum, 0, sizeof sum);
  for (unsigned shard = 0; shard < shards_.count(); ++shard) {
    const auto* in = reinterpret_cast<const volatile __u64*>(&shards_[shard]);
    for (std::size_t i = 0; i < kWords; ++i) out[i] += in[i];
  }
}

std::uint64_t CounterShards::ring_dropped(unsigned worker, unsigned workers) const {
  std::uint64_t dropped = 0;
  for (unsigned shard = 0; shard < shards_.count(); ++shard) {
    const auto& rings =
        *static_cast<const volatile decltype(sipsonde_counters::ring_dropped)*>(&shards_[shard].ring_dropped);
    dropped += rings[worker][SIPSONDE_KIND_sip] + rings[worker][SIPSONDE_KIND_rtcp];
    for (unsigned any = 0; any < workers; ++any)
      dropped += rings[any][SIPSONDE_KIND_fragment] + rings[any][SIPSONDE_KIND_segment];
  }
  return dropped;
}

std::array<std::uint64_t, SIPSONDE_TABLE_COUNT> CounterShards::occupied() const {
  std::array<std::uint64_t, SIPSONDE_TABLE_COUNT> occupied{};
  for (unsigned shard = 0; shard < shards_.count(); ++shard)
    for (std::size_t table = 0; table < occupied.size(); ++table)
      occupied[table] += *static_cast<const volatile __u64*>(&shards_[shard].occupied[table]);
  return occupied;
}

void CounterShards::count_other(sipsonde_hook hook, sipsonde_flow flow) const {
  __atomic_fetch_add(&shards_[0].packets[hook][flow][SIPSONDE_VERDICT_other], 1, __ATOMIC_RELAXED);
}

}  // namespace sipsonde
