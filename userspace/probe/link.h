// SPDX-License-Identifier: Apache-2.0
// A network interface as the kernel describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sipsonde {

struct Link {
  struct Xdp {
    std::string mode;  // native, generic, offload
    std::uint32_t program_id = 0;
  };

  std::string name;
  int index = 0;
  bool up = false;       // administratively
  bool carrier = false;  // there is a signal
  std::uint32_t carrier_changes = 0;
  std::uint32_t mtu = 0;
  std::string driver;        // "virtio_net", "veth"; empty when it does not say
  std::string virtual_kind;  // "veth", "bridge", "vlan"; empty for a device
  std::string parent;        // the device it belongs to, "0000:00:03.0"; empty for a virtual one
  std::vector<Xdp> xdp;

  bool physical() const { return virtual_kind.empty() && !parent.empty(); }
};

// An error with exit code 2 when there is no such interface.
Result<Link> read_link(const std::string& name);

// A bpf filter on clsact, or a program on tcx.
struct TcProgram {
  bool egress = false;
  bool tcx = false;
  std::string filter;            // name of the filter; empty on tcx
  std::uint32_t program_id = 0;  // 0: a classic BPF filter, which has none
};

// What neighbours, and we, have attached to tc on this interface. What cannot be asked is left out.
std::vector<TcProgram> tc_programs(int ifindex);

// The driver's own word on native XDP (Linux 6.3): true, false, or nothing when this kernel cannot say.
std::optional<bool> says_native_xdp(int ifindex);

}  // namespace sipsonde
