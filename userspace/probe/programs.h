// SPDX-License-Identifier: Apache-2.0
// The kernel half on its way into the kernel: opened, told what it needs to know, loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"

struct sipsonde_bpf;  // the skeleton, generated from bpf/sipsonde.bpf.c

namespace sipsonde {

// The three programs that see packets.
enum class Program : std::uint8_t { xdp, tc_ingress, tc_egress };

// What is loaded: each costs the verifier a quarter of a second.
struct ProgramSet {
  bool xdp = true;
  bool tc_ingress = true;
  bool tc_egress = true;
  bool hand_back = true;  // counts messages that were put together
};

struct DestroySkeleton {
  void operator()(sipsonde_bpf* skeleton) const noexcept;
};
using Skeleton = std::unique_ptr<sipsonde_bpf, DestroySkeleton>;

// All that are wanted; on an older kernel without those that it may lack, which is logged: a feature is off
// then, the agent runs on. `prepare` writes constants and sizes, again for each attempt.
Result<Skeleton> load_programs(ProgramSet wanted, const std::function<void(sipsonde_bpf&)>& prepare);

// Which privilege, memory or kernel feature is missing, of an errno.
Error load_error(int code);

}  // namespace sipsonde
