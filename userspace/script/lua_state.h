// SPDX-License-Identifier: Apache-2.0
// A Lua state that can not harm its thread: its memory has a cap, its time a budget, and it knows no function
// that reaches beyond itself (sandbox.h). LuaJIT's compiler is off: compiled code would run without the
// count that the budget is enforced by. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lua.hpp>
#include <memory>
#include <string>

#include "script/log_limit.h"

namespace sipsonde {

class ScriptMetrics;
class ScriptedCall;

// How much of a worker a script may take.
struct ScriptLimits {
  std::size_t memory_bytes = 8u << 20;
  std::int64_t instructions = 100'000;          // of a callback
  std::int64_t load_instructions = 10'000'000;  // of the file itself, once
  // Live only, since it makes no two runs the same: CPU time of a callback. For what one instruction can
  // spend, as in the joining of long texts.
  std::uint64_t cpu_ns = 0;  // 0: not watched
};

// What functions called by a script find of their surroundings. What is pointed to outlives the state.
struct LuaHost {
  ScriptMetrics* metrics = nullptr;
  ScriptedCall* call = nullptr;
  ScriptLimits limits;
  std::size_t memory_used = 0;
  std::int64_t instructions_left = 0;
  std::uint64_t cpu_began_ns = 0;  // 0: not looked at yet
  bool overrun = false;            // the budget is spent: nothing may catch the error that says so
  bool loading = false;
  std::uint64_t now_ns = 0;  // event time of the callback
  LogLimit log_limit;        // of what the script itself says
};

LuaHost& host_of(lua_State* L);

// Takes `instructions` off the budget, for what C functions do in a loop; raises a Lua error when it is
// spent.
void charge(lua_State* L, std::int64_t instructions);

// Raises the Lua error of a spent budget.
[[noreturn]] void raise_overrun(lua_State* L, int level);

class LuaState {
 public:
  // nullptr: not enough memory even for an empty one.
  static std::unique_ptr<LuaState> open(const ScriptLimits& limits, ScriptMetrics& metrics,
                                        ScriptedCall& call);
  ~LuaState();
  LuaState(const LuaState&) = delete;
  LuaState& operator=(const LuaState&) = delete;

  lua_State* get() const { return state_; }
  LuaHost& host() { return host_; }

  // Calls what is on the stack with `arguments` within `instructions`; nothing is returned. On failure the
  // error's value is on the stack.
  bool call(int arguments, std::int64_t instructions);

  // Calls `function` with nothing but `argument`, so that an error in it is an error here. For set-up.
  bool protect(lua_CFunction function, void* argument);

  // The text of the error on the stack, which is then empty.
  std::string take_error();

 private:
  LuaState() = default;

  LuaHost host_;
  lua_State* state_ = nullptr;
};

}  // namespace sipsonde
