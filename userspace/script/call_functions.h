// SPDX-License-Identifier: Apache-2.0
// The `call` that callbacks are given (docs/scripts.md).
#pragma once

#include <lua.hpp>

namespace sipsonde {

// Pushes the one `call` of a state: what it says is that of the callback that runs. May raise a Lua error.
void push_call_object(lua_State* L);

}  // namespace sipsonde
