// SPDX-License-Identifier: Apache-2.0
#include "cli/check_kernel.h"

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "config/values.h"
#include "probe/bpf_trials.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

constexpr KernelVersion kFloor{5, 12};                 // compare-and-exchange in programs
constexpr KernelVersion kXdpFloor{5, 18};              // bpf_xdp_load_bytes and frags
constexpr KernelVersion kOwnCapabilities{5, 8};        // CAP_BPF and CAP_PERFMON; before, CAP_SYS_ADMIN
constexpr KernelVersion kMemoryByControlGroup{5, 11};  // before, maps count as locked memory

// linux/capability.h of old systems lacks the newest.
constexpr unsigned kCapPerfmon = 38;
constexpr unsigned kCapBpf = 39;

bool has(std::uint64_t capabilities, unsigned number) {
  return (capabilities >> number & 1) != 0;
}

std::string status_field(const HostPaths& paths, const std::string& field) {
  std::ifstream file(paths.proc + "/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(field + ":")) {
      const std::size_t value = line.find_first_not_of(" \t", field.size() + 1);
      return value == line.npos ? std::string{} : line.substr(value);
    }
  return {};
}

// Reasons for a refusal that this host shows.
std::string refusal_hints(const HostPaths& paths) {
  std::string hints;
  const auto add = [&hints](const std::string& hint) { hints += (hints.empty() ? "" : "; ") + hint; };
  if (const std::string lockdown = first_line(paths.sys + "/kernel/security/lockdown");
      lockdown.find("[integrity]") != lockdown.npos || lockdown.find("[confidentiality]") != lockdown.npos)
    add("the kernel is locked down (" + lockdown + ")");
  if (status_field(paths, "Seccomp") == "2")
    add("a seccomp filter is active: allow bpf() in the container's profile");
  const std::string unprivileged = first_line(paths.proc + "/sys/kernel/unprivileged_bpf_disabled");
  if (!unprivileged.empty() && unprivileged != "0")
    add("kernel.unprivileged_bpf_disabled is " + unprivileged + ": run as root or with CAP_BPF");
  if (hints.empty()) add("run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON");
  return hints;
}

Finding judge_feature(const std::string& what, int error, const std::string& use,
                      const std::string& without) {
  if (error == 0) return {Level::ok, what, "works: " + use, {}};
  return {Level::warn, what, std::string("not here (") + std::strerror(error) + ")", without};
}

Finding check_xdp() {
  const PassProgram pass = load_xdp_pass();
  if (!pass.program)
    return {Level::warn, "XDP", std::string("not here (") + std::strerror(pass.error) + ")",
            "tc takes ingress"};
  if (!pass.frags)
    return {Level::warn, "XDP", "loads, but without frags",
            "an MTU above one page cannot attach; tc takes ingress"};
  return {Level::ok, "XDP", "loads, with frags", {}};
}

}  // namespace

KernelVersion parse_kernel_version(const std::string& release) {
  KernelVersion version;
  if (std::sscanf(release.c_str(), "%u.%u", &version.major, &version.minor) != 2) return {};
  return version;
}

Finding judge_kernel(const std::string& release, const std::string& machine) {
  const KernelVersion version = parse_kernel_version(release);
  const std::string finding = release + " " + machine;
  if (version < kFloor) return {Level::fail, "kernel", finding, "sipsonde needs Linux 5.12 or newer"};
  if (version < kXdpFloor) return {Level::warn, "kernel", finding, "XDP needs Linux 5.18; tc takes ingress"};
  return {Level::ok, "kernel", finding, {}};
}

Finding check_btf(const HostPaths& paths) {
  const bool there = access((paths.sys + "/kernel/btf/vmlinux").c_str(), R_OK) == 0;
  return {Level::ok, "BTF", there ? "present; not needed" : "absent; not needed", {}};
}

Finding check_jit(const HostPaths& paths) {
  const std::string value = first_line(paths.proc + "/sys/net/core/bpf_jit_enable");
  if (value == "0")
    return {Level::warn, "JIT", "off: programs are interpreted, several times slower",
            "sysctl net.core.bpf_jit_enable=1"};
  // The file is absent in a network namespace of its own; the setting is the host's.
  return {Level::ok, "JIT", value.empty() ? "not visible from here" : "on", {}};
}

std::uint64_t effective_capabilities(const HostPaths& paths) {
  return std::strtoull(status_field(paths, "CapEff").c_str(), nullptr, 16);
}

Finding judge_capabilities(std::uint64_t effective, KernelVersion kernel) {
  const bool admin = has(effective, CAP_SYS_ADMIN);
  std::string missing;
  const auto need = [&missing](bool there, const char* name) {
    if (!there) missing += (missing.empty() ? "" : ", ") + std::string(name);
  };
  if (kernel < kOwnCapabilities) {
    need(admin, "CAP_SYS_ADMIN");
  } else {
    need(admin || has(effective, kCapBpf), "CAP_BPF");
    need(admin || has(effective, kCapPerfmon), "CAP_PERFMON");
  }
  need(has(effective, CAP_NET_ADMIN), "CAP_NET_ADMIN");
  if (missing.empty()) return {Level::ok, "capabilities", "enough", {}};
  return {Level::fail, "capabilities", "lacks " + missing,
          "run as root or add them (setcap, or securityContext)"};
}

Finding judge_locked_memory(std::uint64_t limit_bytes, std::uint64_t effective, KernelVersion kernel) {
  constexpr std::uint64_t kEnough = 256ull << 20;  // the maps at their default sizes
  if (kernel >= kMemoryByControlGroup)
    return {Level::ok, "memory of maps", "counted by the control group", {}};
  if (has(effective, CAP_SYS_RESOURCE)) return {Level::ok, "memory of maps", "the limit can be raised", {}};
  if (limit_bytes >= kEnough)
    return {Level::ok, "memory of maps", "the limit on locked memory is enough", {}};
  return {Level::fail, "memory of maps",
          "only " + size_to_text(limit_bytes) +
              " may be locked, and Linux before 5.11 "
              "counts maps as locked",
          "ulimit -l unlimited, or add CAP_SYS_RESOURCE"};
}

Finding judge_bpf(const std::string& what, int error, const HostPaths& paths) {
  if (error == 0) return {Level::ok, what, "works", {}};
  const std::string finding = std::string("refused: ") + std::strerror(error);
  if (error == ENOSYS)
    return {Level::fail, what, finding,
            "this kernel has no bpf() (CONFIG_BPF_SYSCALL), or a filter hides it; " + refusal_hints(paths)};
  if (error == ENOMEM) return {Level::fail, what, finding, "raise the memory limit of this control group"};
  return {Level::fail, what, finding, refusal_hints(paths)};
}

Findings check_kernel(const HostPaths& paths) {
  utsname name{};
  uname(&name);
  const KernelVersion version = parse_kernel_version(name.release);
  const std::uint64_t effective = effective_capabilities(paths);
  rlimit locked{};
  getrlimit(RLIMIT_MEMLOCK, &locked);

  Findings findings = {
      judge_kernel(name.release, name.machine), check_btf(paths),
      judge_capabilities(effective, version),   judge_locked_memory(locked.rlim_cur, effective, version),
      judge_bpf("bpf maps", try_map(), paths),  judge_bpf("tc program", try_tc_program(), paths)};
  // Without these nothing else can be tried.
  if (!run_can_work(findings)) return findings;
  findings.push_back(judge_bpf("ring buffer", try_ring_buffer(), paths));
  findings.push_back(judge_feature("tcx", try_tcx(), "programs sit beside others, each on its own link",
                                   "a clsact filter is used instead (tcx needs Linux 6.6)"));
  findings.push_back(judge_feature("syscall program", try_syscall_program(),
                                   "put-together messages are counted by the kernel",
                                   "messages over TCP and in fragments are not counted (needs Linux 5.14)"));
  findings.push_back(check_xdp());
  findings.push_back(check_jit(paths));
  return findings;
}

}  // namespace sipsonde
