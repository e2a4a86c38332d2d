// SPDX-License-Identifier: Apache-2.0
// Where the agent is in its life, as a load balancer or kubelet asks.
#pragma once

#include <atomic>
#include <cstdint>

namespace sipsonde {

enum class Phase : std::uint8_t { starting, ready, draining };

// Set by the agent, read by the server's thread.
using Readiness = std::atomic<Phase>;

}  // namespace sipsonde
