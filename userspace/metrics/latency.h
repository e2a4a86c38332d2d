// SPDX-License-Identifier: Apache-2.0
// The edges that all latencies share, the kernel's and the agent's.
#pragma once

#include <array>
#include <cstdint>

#include "sipsonde/state.h"

namespace sipsonde {

inline constexpr std::array<std::uint64_t, SIPSONDE_LATENCY_EDGE_COUNT> kLatencyEdgesNs = {
#define X(milliseconds) milliseconds *std::uint64_t{1'000'000},
    SIPSONDE_LATENCY_EDGES_MS(X)
#undef X
};

inline constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace sipsonde
