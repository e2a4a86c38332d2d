// SPDX-License-Identifier: Apache-2.0
// The kernel's counters: an array of one struct, one for each CPU that counts and for each worker. Readable
// from any thread while programs count.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "probe/mapping.h"
#include "sipsonde/state.h"

namespace sipsonde {

class CounterShards {
 public:
  static Result<CounterShards> open(int map, std::uint32_t count);
  CounterShards() = default;

  void sum(sipsonde_counters& sum) const;
  // What a call of this worker may have lost: in its ring, and of parts of messages in the ring of any of
  // `workers`.
  std::uint64_t ring_dropped(unsigned worker, unsigned workers) const;
  // By SIPSONDE_TABLE_*: entries that are taken.
  std::array<std::uint64_t, SIPSONDE_TABLE_COUNT> occupied() const;

  // A packet that the kernel is not asked about.
  void count_other(sipsonde_hook hook, sipsonde_flow flow) const;

 private:
  mutable Mapping<sipsonde_counters> shards_;  // the kernel's memory, no state of ours
};

}  // namespace sipsonde
