// SPDX-License-Identifier: Apache-2.0
// Numbers of the kernel's interface that Debian 12's headers (6.1) do not have yet.
#pragma once

#include <cstdint>

namespace sipsonde {

inline constexpr int kTcxIngress = 46;             // BPF_TCX_INGRESS, Linux 6.6
inline constexpr int kTcxEgress = 47;              // BPF_TCX_EGRESS
inline constexpr std::uint32_t kBefore = 1U << 3;  // BPF_F_BEFORE: without a neighbour named, at the head

}  // namespace sipsonde
