// SPDX-License-Identifier: Apache-2.0
// What the kernel's BPF can do, found out by doing it with programs of two instructions. Nothing is attached
// here and nothing is left behind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/host_paths.h"
#include "base/result.h"

namespace sipsonde {

// 0, or the errno of the attempt.
int try_map();
int try_tc_program();
int try_ring_buffer();
int try_tcx();              // asks what is on tcx of the loopback interface; changes nothing
int try_syscall_program();  // a program that the agent calls to hand messages back

// A program that passes every packet; with frags where the kernel has them. Negative errno as a number when
// the kernel refuses.
struct PassProgram {
  FileDescriptor program;
  bool frags = false;
  int error = 0;
};
PassProgram load_xdp_pass();

struct ProgramOwner {
  std::string name;                  // of the program; empty when the kernel does not tell us
  std::vector<std::string> holders;  // "sipsonde[1234]": processes that hold it or a link to it
};
ProgramOwner owner_of_program(std::uint32_t id, const HostPaths& paths);

// `"name" (id 12) of cilium-agent[77]`.
std::string describe_program(std::uint32_t id, const ProgramOwner& owner);

}  // namespace sipsonde
