// SPDX-License-Identifier: Apache-2.0
#include "cli/check_kernel.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/fake_host.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

constexpr std::uint64_t kNetAdmin = 1ull << 12;
constexpr std::uint64_t kSysAdmin = 1ull << 21;
constexpr std::uint64_t kSysResource = 1ull << 24;
constexpr std::uint64_t kPerfmon = 1ull << 38;
constexpr std::uint64_t kBpf = 1ull << 39;
constexpr KernelVersion kOld{5, 4};
constexpr KernelVersion kNew{6, 1};

TEST(Kernel, VersionIsReadFromTheRelease) {
  EXPECT_EQ(parse_kernel_version("6.1.0-13-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(parse_kernel_version("5.10"), (KernelVersion{5, 10}));
  EXPECT_EQ(parse_kernel_version("unknown"), (KernelVersion{0, 0}));
}

TEST(Kernel, BelowTheFloorRunCannotWork) {
  EXPECT_EQ(judge_kernel("5.9.16", "x86_64").level, Level::fail);
  EXPECT_EQ(judge_kernel("5.12.0", "x86_64").level, Level::warn) << "no XDP";
  EXPECT_EQ(judge_kernel("5.18.0", "aarch64").level, Level::ok);
  EXPECT_EQ(judge_kernel("6.18.44", "x86_64").finding, "6.18.44 x86_64");
}

struct CapabilityCase {
  std::string name;
  std::uint64_t effective;
  KernelVersion kernel;
  Level level;
  std::string finding;

  friend void PrintTo(const CapabilityCase& its, std::ostream* out) { *out << its.name; }
};

class Capabilities : public testing::TestWithParam<CapabilityCase> {};

TEST_P(Capabilities, AreJudgedByWhatTheKernelAsksFor) {
  const auto& [name, effective, kernel, level, finding] = GetParam();
  const Finding judged = judge_capabilities(effective, kernel);
  EXPECT_EQ(judged.level, level);
  EXPECT_EQ(judged.finding, finding);
  EXPECT_EQ(judged.remedy.empty(), level == Level::ok);
}

const CapabilityCase kCapabilities[] = {
    {"Least", kBpf | kPerfmon | kNetAdmin, kNew, Level::ok, "enough"},
    {"Root", ~0ull, kNew, Level::ok, "enough"},
    {"AdminStandsForBpf", kSysAdmin | kNetAdmin, kNew, Level::ok, "enough"},
    {"None", 0, kNew, Level::fail, "lacks CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN"},
    {"NoPerfmon", kBpf | kNetAdmin, kNew, Level::fail, "lacks CAP_PERFMON"},
    {"NoNetAdmin", kBpf | kPerfmon, kNew, Level::fail, "lacks CAP_NET_ADMIN"},
    {"BpfAloneOnAnOldKernel", kBpf | kPerfmon | kNetAdmin, kOld, Level::fail, "lacks CAP_SYS_ADMIN"},
    {"AdminOnAnOldKernel", kSysAdmin | kNetAdmin, kOld, Level::ok, "enough"},
};
INSTANTIATE_TEST_SUITE_P(Sets, Capabilities, testing::ValuesIn(kCapabilities),
                         [](const auto& test) { return test.param.name; });

TEST(EffectiveCapabilities, AreReadFromTheStatusOfThisProcess) {
  const FakeHost host;
  host.write("/proc/self/status", "Name:\tx\nCapPrm:\t0000000000000001\nCapEff:\t000000c000001000\n");
  EXPECT_EQ(effective_capabilities(host.paths), kBpf | kPerfmon | kNetAdmin);
  EXPECT_EQ(effective_capabilities(HostPaths{"/nonexistent", "", ""}), 0u);
}

TEST(LockedMemory, MattersBelowLinux511) {
  EXPECT_EQ(judge_locked_memory(65536, 0, kNew).level, Level::ok);
  EXPECT_EQ(judge_locked_memory(65536, 0, {5, 10}).level, Level::fail);
  EXPECT_EQ(judge_locked_memory(65536, kSysResource, {5, 10}).level, Level::ok);
  EXPECT_EQ(judge_locked_memory(~0ull, 0, {5, 10}).level, Level::ok);
}

TEST(Bpf, ARefusalNamesWhatThisHostShows) {
  const FakeHost host;
  host.write("/proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
  host.write("/proc/self/status", "Seccomp:\t2\nSeccomp_filters:\t1\n");
  host.write("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
  const Finding refused = judge_bpf("bpf maps", EPERM, host.paths);
  EXPECT_EQ(refused.level, Level::fail);
  EXPECT_EQ(refused.finding, "refused: Operation not permitted");
  for (const char* hint : {"locked down", "seccomp", "kernel.unprivileged_bpf_disabled is 2"})
    EXPECT_NE(refused.remedy.find(hint), std::string::npos) << refused.remedy;
}

TEST(Bpf, ARefusalWithoutASignStillHasARemedy) {
  const FakeHost host;
  host.write("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
  EXPECT_EQ(judge_bpf("bpf maps", EPERM, host.paths).remedy,
            "run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON");
  EXPECT_NE(judge_bpf("bpf maps", ENOSYS, host.paths).remedy.find("CONFIG_BPF_SYSCALL"), std::string::npos);
  EXPECT_EQ(judge_bpf("bpf maps", 0, host.paths).level, Level::ok);
}

TEST(Jit, OffIsAWarning) {
  const FakeHost host;
  EXPECT_EQ(check_jit(host.paths).finding, "not visible from here");
  host.write("/proc/sys/net/core/bpf_jit_enable", "1\n");
  EXPECT_EQ(check_jit(host.paths).level, Level::ok);
  host.write("/proc/sys/net/core/bpf_jit_enable", "0\n");
  EXPECT_EQ(check_jit(host.paths).level, Level::warn);
}

TEST(Btf, IsInformationOnly) {
  const FakeHost host;
  EXPECT_EQ(check_btf(host.paths).finding, "absent; not needed");
  host.write("/sys/kernel/btf/vmlinux", "x");
  EXPECT_EQ(check_btf(host.paths).finding, "present; not needed");
  EXPECT_EQ(check_btf(host.paths).level, Level::ok);
}

}  // namespace
}  // namespace sipsonde
