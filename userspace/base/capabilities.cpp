// SPDX-License-Identifier: Apache-2.0
#include "base/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/log.h"

namespace sipsonde {
namespace {

// Newer than old headers.
constexpr unsigned kPerfmon = 38, kBpf = 39;

constexpr CapabilitySet bit(unsigned number) {
  return CapabilitySet{1} << number;
}

constexpr std::pair<unsigned, const char*> kNames[] = {
    {CAP_DAC_OVERRIDE, "dac_override"}, {CAP_NET_ADMIN, "net_admin"}, {CAP_SYS_ADMIN, "sys_admin"},
    {CAP_SYS_RESOURCE, "sys_resource"}, {kPerfmon, "perfmon"},        {kBpf, "bpf"},
};

struct ThreadCapabilities {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};

  bool read() { return syscall(SYS_capget, &header, sets.data()) == 0; }
  bool write() { return syscall(SYS_capset, &header, sets.data()) == 0; }
  CapabilitySet effective() const { return sets[0].effective | CapabilitySet{sets[1].effective} << 32; }
};

// Before Linux 5.8 CAP_SYS_ADMIN stands for what CAP_BPF is now.
CapabilitySet for_maps() {
  const bool has_its_own = prctl(PR_CAPBSET_READ, kBpf, 0, 0, 0) >= 0;
  return has_its_own ? bit(kBpf) : bit(CAP_SYS_ADMIN);
}

}  // namespace

CapabilitySet capabilities_of_main() {
  return for_maps() | bit(CAP_NET_ADMIN) | bit(CAP_DAC_OVERRIDE);
}

CapabilitySet capabilities_of_workers() {
  return for_maps();
}

CapabilitySet capabilities_of_sinks() {
  return bit(CAP_DAC_OVERRIDE);
}

CapabilitySet capabilities_of_http() {
  utsname about{};
  unsigned major = 0, minor = 0;
  if (uname(&about) != 0 || std::sscanf(about.release, "%u.%u", &major, &minor) != 2) return for_maps();
  return major > 5 || (major == 5 && minor >= 19) ? 0 : for_maps();
}

void keep_capabilities(CapabilitySet kept) {
  ThreadCapabilities own;
  if (!own.read()) return;
  for (unsigned half = 0; half < own.sets.size(); ++half) {
    const auto mask = static_cast<__u32>(kept >> (32 * half));
    own.sets[half].effective &= mask;
    own.sets[half].permitted &= mask;
    own.sets[half].inheritable = 0;
  }
  if (!own.write()) spdlog::warn("capabilities are kept: the kernel does not let them be given up");
}

CapabilitySet held_capabilities() {
  ThreadCapabilities own;
  return own.read() ? own.effective() : 0;
}

std::map<CapabilitySet, unsigned> threads_by_capabilities() {
  std::map<CapabilitySet, unsigned> threads;
  std::error_code ignored;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    ThreadCapabilities of_one;
    of_one.header.pid = std::atoi(thread.path().filename().c_str());
    if (of_one.read()) ++threads[of_one.effective()];
  }
  return threads;
}

std::vector<std::string> names_of(CapabilitySet set) {
  std::vector<std::string> names;
  for (unsigned number = 0; number < 64; ++number) {
    if (!(set & bit(number))) continue;
    std::string name = std::to_string(number);
    for (const auto& [known, text] : kNames)
      if (known == number) name = text;
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace sipsonde
