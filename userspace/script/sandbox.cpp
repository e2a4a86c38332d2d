// SPDX-License-Identifier: Apache-2.0
#include "script/sandbox.h"

#include <algorithm>
#include <string_view>

#include "script/lua_state.h"

namespace sipsonde {
namespace {

constexpr std::string_view kGlobals[] = {
    "_G",     "_VERSION", "assert",       "error",  "getmetatable", "ipairs",   "math", "rawequal", "rawget",
    "rawset", "select",   "setmetatable", "string", "table",        "tonumber", "type", "unpack"};
constexpr std::string_view kText[] = {"byte", "char", "format", "len", "lower", "reverse", "sub", "upper"};
constexpr std::string_view kTable[] = {"concat", "insert", "maxn", "remove", "sort"};

// Leaves in the table on top of the stack only what is listed.
template <std::size_t kCount>
void keep_only(lua_State* L, const std::string_view (&names)[kCount]) {
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pop(L, 1);
    std::size_t size = 0;
    const char* const text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : "";
    if (std::ranges::find(names, std::string_view(text, size)) != std::end(names)) continue;
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, -4);  // an assignment to a field that is there does not disturb the walk
  }
}

void open_library(lua_State* L, lua_CFunction open, const char* name) {
  lua_pushcfunction(L, open);
  lua_pushstring(L, name);
  lua_call(L, 1, 0);
}

// ---- functions of ours in the place of Lua's ----

// The walk of LuaJIT's own pairs() depends on a random number: two replays would not do the same.
struct SortKey {
  int type = LUA_TNIL;
  double number = 0;
  const char* text = nullptr;  // the table holds it
  std::size_t size = 0;

  int rank() const { return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2; }
  bool operator<(const SortKey& other) const {
    if (rank() != other.rank()) return rank() < other.rank();
    if (type == LUA_TSTRING) return std::string_view(text, size) < std::string_view(other.text, other.size);
    return number < other.number;
  }
};

SortKey key_at(lua_State* L, int index) {
  SortKey key{.type = lua_type(L, index)};
  if (key.type == LUA_TNUMBER)
    key.number = lua_tonumber(L, index);
  else if (key.type == LUA_TSTRING)
    key.text = lua_tolstring(L, index, &key.size);
  else if (key.type == LUA_TBOOLEAN)
    key.number = lua_toboolean(L, index);
  else
    luaL_error(L, "a key that is a %s has no order; use numbers, texts or booleans",
               lua_typename(L, key.type));
  return key;
}

void push_key(lua_State* L, const SortKey& key) {
  if (key.type == LUA_TNUMBER)
    lua_pushnumber(L, key.number);
  else if (key.type == LUA_TSTRING)
    lua_pushlstring(L, key.text, key.size);
  else
    lua_pushboolean(L, key.number != 0);
}

int next_pair(lua_State* L) {
  auto position = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    lua_rawgeti(L, lua_upvalueindex(2), static_cast<int>(++position));
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, lua_upvalueindex(1));
    if (!lua_isnil(L, -1)) break;  // else removed on the way
    lua_pop(L, 2);
  }
  lua_pushinteger(L, position);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

int pairs(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  push_sorted_keys(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_pair, 3);
  return 1;
}

// A script may catch its own errors, not the end of its budget.
int protected_call(lua_State* L) {
  luaL_checkany(L, 1);
  const int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  if (status == LUA_ERRMEM) host_of(L).overrun = true;
  if (host_of(L).overrun) return lua_error(L);
  lua_pushboolean(L, status == 0);
  lua_insert(L, 1);
  return lua_gettop(L);
}

// Lua's own writes the address of a table.
int to_text(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_callmeta(L, 1, "__tostring")) return 1;
  switch (lua_type(L, 1)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
      lua_pushvalue(L, 1);
      lua_tolstring(L, -1, nullptr);
      return 1;
    case LUA_TBOOLEAN:
      lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false");
      return 1;
    default:
      lua_pushstring(L, luaL_typename(L, 1));
      return 1;
  }
}

}  // namespace

void push_sorted_keys(lua_State* L, int index) {
  std::size_t count = 0;
  lua_pushnil(L);
  for (; lua_next(L, index); lua_pop(L, 1)) ++count;
  charge(L, static_cast<std::int64_t>(count));
  auto* const keys = static_cast<SortKey*>(lua_newuserdata(L, (count + 1) * sizeof(SortKey)));
  std::size_t taken = 0;
  lua_pushnil(L);
  for (; lua_next(L, index); lua_pop(L, 1)) keys[taken++] = key_at(L, -2);
  std::sort(keys, keys + taken);
  lua_createtable(L, static_cast<int>(taken), 0);
  for (std::size_t i = 0; i < taken; ++i) {
    push_key(L, keys[i]);
    lua_rawseti(L, -2, static_cast<int>(i + 1));
  }
  lua_remove(L, -2);  // the room for sorting
}

void open_sandbox(lua_State* L) {
  open_library(L, luaopen_base, "");
  open_library(L, luaopen_math, LUA_MATHLIBNAME);
  open_library(L, luaopen_string, LUA_STRLIBNAME);
  open_library(L, luaopen_table, LUA_TABLIBNAME);
  luaJIT_setmode(L, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);

  lua_pushvalue(L, LUA_GLOBALSINDEX);
  keep_only(L, kGlobals);
  lua_pushcfunction(L, pairs);
  lua_setfield(L, -2, "pairs");
  lua_pushcfunction(L, protected_call);
  lua_setfield(L, -2, "pcall");
  lua_pushcfunction(L, to_text);
  lua_setfield(L, -2, "tostring");
  lua_getfield(L, -1, "table");
  keep_only(L, kTable);
  lua_pop(L, 1);
  lua_getfield(L, -1, "string");
  keep_only(L, kText);
  add_text_functions(L);
  // ("text"):find() goes by the metatable of texts; nobody else shall.
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_settop(L, 0);
}

}  // namespace sipsonde
