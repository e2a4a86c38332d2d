// SPDX-License-Identifier: Apache-2.0
#include "script/engine.h"

#include <utility>

#include "base/log.h"
#include "script/call_functions.h"
#include "script/metric_functions.h"
#include "script/sandbox.h"

namespace sipsonde {
namespace {

// What Lua calls the file in its errors; it would shorten a path.
constexpr const char* kChunk = "=script";
constexpr std::string_view kChunkInErrors = "script:";

constexpr const char* kCallbacks[] = {"on_start", "on_answer", "on_end"};

struct SetUp {
  int call_object = LUA_NOREF;
};

int set_up(lua_State* L) {
  auto* const set_up = static_cast<SetUp*>(lua_touserdata(L, 1));
  open_sandbox(L);
  add_metric_functions(L);
  push_call_object(L);
  set_up->call_object = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

int find_callbacks_in(lua_State* L) {
  auto& callbacks = *static_cast<std::array<int, 3>*>(lua_touserdata(L, 1));
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    lua_getglobal(L, kCallbacks[i]);
    if (!lua_isnil(L, -1) && !lua_isfunction(L, -1)) return luaL_error(L, "%s is no function", kCallbacks[i]);
    callbacks[i] = lua_isnil(L, -1) ? LUA_NOREF : luaL_ref(L, LUA_REGISTRYINDEX);
  }
  return 0;
}

int collect_garbage(lua_State* L) {
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const ScriptFile& file, ScriptMetrics& metrics,
                                             const TrunkTable& trunks, const ScriptLimits& limits) {
  std::unique_ptr<Engine> engine(new Engine(file, metrics, trunks, limits));
  if (auto loaded = engine->load(); !loaded) return loaded.error();
  return engine;
}

Result<Done> Engine::load() {
  lua_ = LuaState::open(limits_, metrics_, call_);
  if (!lua_) return start_error("not enough memory");
  lua_State* const L = lua_->get();
  SetUp made;
  if (!lua_->protect(set_up, &made)) return start_error(lua_->take_error());
  call_object_ = made.call_object;
  if (luaL_loadbufferx(L, file_.text.data(), file_.text.size(), kChunk, "t") != 0)
    return start_error(lua_->take_error());
  lua_->host().loading = true;
  const bool ran = lua_->call(0, limits_.load_instructions);
  lua_->host().loading = false;
  if (!ran) return start_error(lua_->take_error());
  return find_callbacks();
}

Result<Done> Engine::find_callbacks() {
  if (!lua_->protect(find_callbacks_in, &callbacks_)) return start_error(lua_->take_error());
  for (const int callback : callbacks_)
    if (callback != LUA_NOREF) return Done{};
  return start_error("has none of the functions on_start, on_answer and on_end; define one");
}

Error Engine::start_error(std::string text) const {
  return Error{with_path(std::move(text)), 2};
}

std::string Engine::with_path(std::string text) const {
  if (!text.starts_with(kChunkInErrors)) return file_.path + ": " + text;
  return file_.path + text.substr(kChunkInErrors.size() - 1);
}

void Engine::run(Moment moment, const ScriptedLeg& leg) {
  if (off_ || (resting_ && !awake(leg.now_ns))) return;
  const int callback = callbacks_[static_cast<std::size_t>(moment)];
  if (callback == LUA_NOREF) return;
  lua_State* const L = lua_->get();
  lua_->host().now_ns = leg.now_ns;
  call_.begin(moment, leg);
  lua_rawgeti(L, LUA_REGISTRYINDEX, callback);
  lua_rawgeti(L, LUA_REGISTRYINDEX, call_object_);
  const bool ran = lua_->call(1, limits_.instructions);
  call_.commit();
  if (!ran) note_error(moment, leg.now_ns);
}

void Engine::note_error(Moment moment, std::uint64_t now_ns) {
  metrics_.count_error();
  const bool overrun = lua_->host().overrun;
  const std::string text = with_path(lua_->take_error());
  if (const auto unsaid = log_limit_.take(now_ns)) {
    const char* const where = kCallbacks[static_cast<std::size_t>(moment)];
    if (*unsaid > 0)
      spdlog::warn("{}: {} ({} errors before it left out)", where, printable(text), *unsaid);
    else
      spdlog::warn("{}: {}", where, printable(text));
  }
  if (overrun) note_overrun(now_ns);
}

// Of time or of memory. What the script keeps may be the reason, so it begins anew afterwards.
void Engine::note_overrun(std::uint64_t now_ns) {
  if (overruns_ == 0 || now_ns - overruns_since_ns_ > kMinuteNs) {
    overruns_since_ns_ = now_ns;
    overruns_ = 0;
  }
  if (++overruns_ < kOverrunsAMinute) {
    lua_->protect(collect_garbage, nullptr);
    lua_settop(lua_->get(), 0);
    return;
  }
  overruns_ = 0;
  resting_ = true;
  rest_until_ns_ = now_ns + kMinuteNs;
  lua_.reset();
  spdlog::warn("{}: {} overruns of time or memory within a minute; it rests for a minute, then begins anew",
               file_.path, kOverrunsAMinute);
}

bool Engine::awake(std::uint64_t now_ns) {
  if (now_ns < rest_until_ns_) return false;
  resting_ = false;
  if (auto loaded = load(); !loaded) {
    off_ = true;
    lua_.reset();
    spdlog::error("{}; the script is off until the next start", loaded.error().message);
    return false;
  }
  return true;
}

}  // namespace sipsonde
