// SPDX-License-Identifier: Apache-2.0
#include "script/lua_state.h"

#include <time.h>

#include <cstdlib>

namespace sipsonde {
namespace {

// Between two looks at the budget: a look costs as much as some ten instructions.
constexpr int kInstructionsALook = 256;

// The contract of lua_Alloc; shrinking never fails, as Lua demands.
void* allocate(void* user, void* block, std::size_t before, std::size_t after) {
  auto& host = *static_cast<LuaHost*>(user);
  if (after == 0) {
    host.memory_used -= before;
    std::free(block);
    return nullptr;
  }
  if (after > before && host.memory_used + (after - before) > host.limits.memory_bytes) return nullptr;
  void* const moved = std::realloc(block, after);
  if (moved) host.memory_used = host.memory_used - before + after;
  return moved;
}

std::uint64_t thread_cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

bool cpu_time_is_spent(LuaHost& host) {
  if (host.limits.cpu_ns == 0 || host.loading) return false;
  const std::uint64_t now = thread_cpu_ns();
  if (host.cpu_began_ns == 0) host.cpu_began_ns = now;
  return now - host.cpu_began_ns > host.limits.cpu_ns;
}

void look_at_budget(lua_State* L, lua_Debug*) {
  LuaHost& host = host_of(L);
  host.instructions_left -= kInstructionsALook;
  if (host.overrun || host.instructions_left <= 0 || cpu_time_is_spent(host)) raise_overrun(L, 0);
}

}  // namespace

LuaHost& host_of(lua_State* L) {
  void* user = nullptr;
  lua_getallocf(L, &user);
  return *static_cast<LuaHost*>(user);
}

void charge(lua_State* L, std::int64_t instructions) {
  LuaHost& host = host_of(L);
  host.instructions_left -= instructions;
  if (host.overrun || host.instructions_left <= 0) raise_overrun(L, 1);
}

void raise_overrun(lua_State* L, int level) {
  host_of(L).overrun = true;
  luaL_where(L, level);
  lua_pushliteral(L, "time budget exceeded");
  lua_concat(L, 2);
  lua_error(L);
  std::abort();  // lua_error() does not return, and is not declared so
}

std::unique_ptr<LuaState> LuaState::open(const ScriptLimits& limits, ScriptMetrics& metrics,
                                         ScriptedCall& call) {
  std::unique_ptr<LuaState> made(new LuaState);
  made->host_.metrics = &metrics;
  made->host_.call = &call;
  made->host_.limits = limits;
  made->state_ = lua_newstate(allocate, &made->host_);
  if (!made->state_) return nullptr;
  luaJIT_setmode(made->state_, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
  return made;
}

LuaState::~LuaState() {
  if (state_) lua_close(state_);
}

bool LuaState::call(int arguments, std::int64_t instructions) {
  host_.instructions_left = instructions;
  host_.cpu_began_ns = 0;
  host_.overrun = false;
  lua_sethook(state_, look_at_budget, LUA_MASKCOUNT, kInstructionsALook);  // counts from here
  const int status = lua_pcall(state_, arguments, 0, 0);
  if (status == LUA_ERRMEM) host_.overrun = true;
  return status == 0;
}

bool LuaState::protect(lua_CFunction function, void* argument) {
  return lua_cpcall(state_, function, argument) == 0;
}

std::string LuaState::take_error() {
  std::string text = "the error is no text";
  if (lua_type(state_, -1) == LUA_TSTRING) {
    std::size_t size = 0;
    const char* const bytes = lua_tolstring(state_, -1, &size);
    text.assign(bytes, size);
  }
  lua_settop(state_, 0);
  return text;
}

}  // namespace sipsonde
