// SPDX-License-Identifier: Apache-2.0
// A pod of this node that has a network of its own, as the API server tells of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/endpoint.h"

namespace sipsonde {

struct Pod {
  std::string namespace_name;
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<Address> addresses;  // never empty
  std::uint64_t started_ns = 0;    // unix, of the kubelet's clock: of this node; 0: not told
};

}  // namespace sipsonde
