// SPDX-License-Identifier: Apache-2.0
// One program on one hook of one interface, exactly as long as this lives.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "probe/clsact_filter.h"
#include "probe/probe.h"

namespace sipsonde {

struct Device {
  std::string name;
  int index = 0;
};

struct AttachedProgram {
  Device device;
  sipsonde_flow flow = SIPSONDE_FLOW_ingress;
  std::string hook;  // label value: xdp, xdp-generic, tcx, clsact
  std::variant<FileDescriptor, std::unique_ptr<ClsactFilter>> holder;
};

enum class XdpMode : std::uint8_t { native, generic };

// Each of these takes over what an earlier run has left at this hook, where hooks outlive the agent (pins.h).

// Never replaces a program of another and never falls back to another mode.
Result<AttachedProgram> attach_xdp(const Probe& probe, const Device& device, XdpMode mode);

// At the head of the chain. `unsupported` is set when this kernel has no tcx.
Result<AttachedProgram> attach_tcx(const Probe& probe, const Device& device, sipsonde_flow flow,
                                   bool& unsupported);

Result<AttachedProgram> attach_clsact(const Probe& probe, const Device& device, sipsonde_flow flow,
                                      const std::shared_ptr<ClsactQdisc>& qdisc);

}  // namespace sipsonde
