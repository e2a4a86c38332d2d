// SPDX-License-Identifier: Apache-2.0
// The filters on an interface's clsact qdisc, whoever made them, read by netlink: libbpf can only ask for a
// filter whose handle it knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

struct TcFilter {
  std::string kind;  // "bpf", "u32", "matchall", …
  std::uint32_t handle = 0;
  std::uint16_t priority = 0;
  std::string name;  // of a bpf filter: "program:[id]" when libbpf made it
  std::string tag;   // of a bpf filter's program, 16 hexadecimal digits
};

// Empty when there is no such qdisc.
Result<std::vector<TcFilter>> list_filters(int interface, sipsonde_flow flow);

}  // namespace sipsonde
