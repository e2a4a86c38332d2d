// SPDX-License-Identifier: Apache-2.0
// The setting `tunnels`: a bit for each enum sipsonde_tunnel that is looked into.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "config/given.h"

namespace sipsonde {

// `all`, `none`, or a list of the labels of SIPSONDE_TUNNELS; an empty list is `none`.
Result<Done> read_tunnels(const Given& given, std::uint32_t& tunnels);

// The same tunnels as YAML in one line.
std::string tunnels_to_text(std::uint32_t tunnels);

}  // namespace sipsonde
