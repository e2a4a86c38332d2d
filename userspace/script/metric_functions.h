// SPDX-License-Identifier: Apache-2.0
// The table `sipsonde` of a script: counter, gauge, histogram and log (docs/scripts.md).
#pragma once

#include <lua.hpp>

namespace sipsonde {

// Makes it a global. May raise a Lua error.
void add_metric_functions(lua_State* L);

}  // namespace sipsonde
