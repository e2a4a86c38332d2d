// SPDX-License-Identifier: Apache-2.0
#include "probe/programs.h"

#include <bpf/libbpf.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/capabilities.h"
#include "base/log.h"
#include "sipsonde/knobs.h"

// Has structs of the header above.
#include "sipsonde.skel.h"

namespace sipsonde {
namespace {

// libbpf speaks in many lines; they are kept for who asks for debug.
int log_libbpf(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG || !spdlog::should_log(spdlog::level::debug)) return 0;
  char line[512];
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  if (length > 0)
    spdlog::debug("libbpf: {}",
                  printable(std::string_view(line).substr(0, std::string_view(line).find('\n'))));
  return 0;
}

// Below 5.11 maps count against RLIMIT_MEMLOCK instead of the control group.
void raise_memory_lock_limit() {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

// Without CAP_PERFMON the verifier refuses what moves by lengths of a packet, as an older kernel does.
bool lacks_perfmon() {
  constexpr CapabilitySet kPerfmon = 1ULL << 38;  // linux/capability.h, too new for some
  constexpr CapabilitySet kSysAdmin = 1ULL << 21;
  return (held_capabilities() & (kPerfmon | kSysAdmin)) == 0;
}

// Programs that this kernel may lack: without them a feature is off, the agent runs on.
bpf_program* optional_program(sipsonde_bpf& skeleton, int index) {
  return index == 0 ? skeleton.progs.sipsonde_xdp : skeleton.progs.sipsonde_hand_back;
}

constexpr const char* kOptionalFeature[] = {
    "XDP is off: this kernel refuses the program (5.18 or newer is needed); tc is used",
    "put-together messages are off: this kernel has no syscall programs (5.14 or newer is needed)",
};

// `without` of the optional ones are left out, the last first.
void choose_programs(sipsonde_bpf& skeleton, ProgramSet wanted, int without) {
  bpf_program__set_autoload(skeleton.progs.sipsonde_xdp, wanted.xdp);
  bpf_program__set_autoload(skeleton.progs.sipsonde_in, wanted.tc_ingress);
  bpf_program__set_autoload(skeleton.progs.sipsonde_out, wanted.tc_egress);
  bpf_program__set_autoload(skeleton.progs.sipsonde_hand_back, wanted.hand_back);
  for (int index = 0; index < without; ++index)
    bpf_program__set_autoload(optional_program(skeleton, 1 - index), false);
}

}  // namespace

void DestroySkeleton::operator()(sipsonde_bpf* skeleton) const noexcept {
  sipsonde_bpf::destroy(skeleton);
}

Result<Skeleton> load_programs(ProgramSet wanted, const std::function<void(sipsonde_bpf&)>& prepare) {
  libbpf_set_print(log_libbpf);
  raise_memory_lock_limit();
  int failure = 0;
  for (int without = 0; without <= 2; ++without) {
    Skeleton skeleton(sipsonde_bpf::open());
    if (!skeleton) return load_error(errno);
    prepare(*skeleton);
    choose_programs(*skeleton, wanted, without);
    failure = -sipsonde_bpf::load(skeleton.get());
    if (failure == 0) {
      for (int index = 0; index < without; ++index) spdlog::warn(kOptionalFeature[1 - index]);
      return skeleton;
    }
    if (failure == EPERM || failure == ENOMEM) break;
  }
  return load_error(failure);
}

Error load_error(int code) {
  const std::string what = "load the kernel programs: ";
  if (code == EPERM || (code == EACCES && lacks_perfmon()))
    return Error{what +
                 "not permitted; run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON (see: sipsonde "
                 "doctor)"};
  if (code == ENOMEM) return Error{what + "no memory; lower limits.transactions or limits.streams"};
  if (code == EACCES || code == E2BIG || code == EINVAL || code == ENOSYS)
    return Error{what + "refused by this kernel; Linux 5.12 or newer is needed (see: sipsonde doctor)"};
  return Error{what + std::strerror(code) + "; see: sipsonde doctor"};
}

}  // namespace sipsonde
