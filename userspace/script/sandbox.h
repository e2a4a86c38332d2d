// SPDX-License-Identifier: Apache-2.0
// The functions that a script has: those of Lua that stay within the state, do the same in every run and end
// in a time that the budget bounds. No io, os, debug, package, ffi, jit or coroutine; no way to load code,
// as source or as bytecode; no addresses.
#pragma once

#include <lua.hpp>

namespace sipsonde {

// May raise a Lua error.
void open_sandbox(lua_State* L);

// string.find, match, gmatch, gsub and what else of `string` is not LuaJIT's own; into the table on top.
void add_text_functions(lua_State* L);

// Pushes a list of the keys of the table at `index`: numbers, then texts, then false and true, each in order.
// Raises an error for keys that have no order.
void push_sorted_keys(lua_State* L, int index);

}  // namespace sipsonde
