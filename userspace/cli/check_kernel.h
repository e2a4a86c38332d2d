// SPDX-License-Identifier: Apache-2.0
// The doctor on the kernel: its version, what this process may do, and which BPF features work.
#pragma once

#include <cstdint>
#include <string>

#include "base/host_paths.h"
#include "cli/finding.h"

namespace sipsonde {

struct KernelVersion {
  unsigned major = 0;
  unsigned minor = 0;

  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};

// "6.1.0-13-amd64" → 6.1; 0.0 when it is no version.
KernelVersion parse_kernel_version(const std::string& release);

Finding judge_kernel(const std::string& release, const std::string& machine);
Finding check_btf(const HostPaths& paths);
Finding check_jit(const HostPaths& paths);

// The effective set of this process, as in /proc/self/status.
std::uint64_t effective_capabilities(const HostPaths& paths);
Finding judge_capabilities(std::uint64_t effective, KernelVersion kernel);
Finding judge_locked_memory(std::uint64_t limit_bytes, std::uint64_t effective, KernelVersion kernel);

// What a refused bpf() most likely means on this host, and what to do.
Finding judge_bpf(const std::string& what, int error, const HostPaths& paths);

// All of the above for this host, and the features, tried.
Findings check_kernel(const HostPaths& paths);

}  // namespace sipsonde
