// SPDX-License-Identifier: Apache-2.0
// The functions of Lua's `string` that search and repeat, with the meaning of the Lua 5.1 reference manual,
// section 5.4, within the budget.
#include <algorithm>
#include <string_view>

#include "script/lua_state.h"
#include "script/pattern.h"
#include "script/sandbox.h"

namespace sipsonde {
namespace {

constexpr std::int64_t kStepsAnInstruction = 4;
constexpr std::int64_t kBytesAnInstruction = 64;

std::string_view text_at(lua_State* L, int index) {
  std::size_t size = 0;
  const char* const text = luaL_checklstring(L, index, &size);
  return {text, size};
}

void push(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

PatternMatch matcher(lua_State* L, std::string_view subject, std::string_view pattern) {
  return {subject, pattern, std::max<std::int64_t>(host_of(L).instructions_left, 0) * kStepsAnInstruction};
}

// match_at() of every place from `begin` on, or of `begin` alone; takes what it cost off the budget.
std::size_t search(lua_State* L, PatternMatch& match, std::size_t& begin, std::size_t size, bool anchored) {
  const std::int64_t before = match.steps_left();
  std::size_t end = PatternMatch::kNone;
  for (;; ++begin) {
    end = match.match_at(begin);
    if (end != PatternMatch::kNone || match.failure() || anchored || begin >= size) break;
  }
  const std::int64_t spent = (before - match.steps_left()) / kStepsAnInstruction + 1;
  if (match.out_of_steps()) raise_overrun(L, 1);
  if (match.failure()) luaL_error(L, "%s", match.failure());
  charge(L, spent);
  return end;
}

void push_capture(lua_State* L, const PatternMatch& match, std::size_t index, std::string_view subject) {
  const PatternMatch::Capture& capture = match.capture(index);
  if (capture.length == PatternMatch::kPosition)
    lua_pushinteger(L, static_cast<lua_Integer>(capture.begin + 1));
  else
    push(L, subject.substr(capture.begin, capture.length));
}

// Captures, or the whole match where the pattern has none and `whole` is asked for.
int push_captures(lua_State* L, const PatternMatch& match, std::string_view subject, std::string_view whole,
                  bool push_whole) {
  const std::size_t count = match.capture_count();
  luaL_checkstack(L, static_cast<int>(count) + 1, "too many captures");
  if (count == 0 && push_whole) push(L, whole);
  for (std::size_t i = 0; i < count; ++i) push_capture(L, match, i, subject);
  return static_cast<int>(count == 0 && push_whole ? 1 : count);
}

// The optional place to begin at, counted from 1 or, below zero, from the end.
std::size_t begin_of(lua_State* L, int index, std::size_t size) {
  const lua_Integer given = luaL_optinteger(L, index, 1);
  const auto length = static_cast<lua_Integer>(size);
  const lua_Integer from_start = given < 0 ? length + given : given - 1;
  return static_cast<std::size_t>(std::clamp<lua_Integer>(from_start, 0, length));
}

bool take_anchor(std::string_view& pattern) {
  if (!pattern.starts_with('^')) return false;
  pattern.remove_prefix(1);
  return true;
}

int find_or_match(lua_State* L, bool find) {
  const std::string_view subject = text_at(L, 1);
  std::string_view pattern = text_at(L, 2);
  std::size_t begin = begin_of(L, 3, subject.size());
  if (find && lua_toboolean(L, 4)) {
    charge(L, static_cast<std::int64_t>(subject.size()) / kBytesAnInstruction * 2);
    const std::size_t at = subject.find(pattern, begin);
    if (at == std::string_view::npos) return 0;
    lua_pushinteger(L, static_cast<lua_Integer>(at + 1));
    lua_pushinteger(L, static_cast<lua_Integer>(at + pattern.size()));
    return 2;
  }
  const bool anchored = take_anchor(pattern);
  PatternMatch match = matcher(L, subject, pattern);
  const std::size_t end = search(L, match, begin, subject.size(), anchored);
  if (end == PatternMatch::kNone) return 0;
  if (find) {
    lua_pushinteger(L, static_cast<lua_Integer>(begin + 1));
    lua_pushinteger(L, static_cast<lua_Integer>(end));
  }
  const int captures = push_captures(L, match, subject, subject.substr(begin, end - begin), !find);
  return captures + (find ? 2 : 0);
}

// nil where nothing is found: a function that returns nothing would be no argument to another.
int or_nil(lua_State* L, int count) {
  if (count > 0) return count;
  lua_pushnil(L);
  return 1;
}

int find(lua_State* L) {
  return or_nil(L, find_or_match(L, true));
}

int match(lua_State* L) {
  return or_nil(L, find_or_match(L, false));
}

// Upvalues: subject, pattern, where the next search begins.
int next_match(lua_State* L) {
  const std::string_view subject = text_at(L, lua_upvalueindex(1));
  const std::string_view pattern = text_at(L, lua_upvalueindex(2));
  auto begin = static_cast<std::size_t>(lua_tointeger(L, lua_upvalueindex(3)));
  if (begin > subject.size()) return 0;
  PatternMatch match = matcher(L, subject, pattern);
  const std::size_t end = search(L, match, begin, subject.size(), false);
  if (end == PatternMatch::kNone) return 0;
  lua_pushinteger(L, static_cast<lua_Integer>(end == begin ? end + 1 : end));
  lua_replace(L, lua_upvalueindex(3));
  return push_captures(L, match, subject, subject.substr(begin, end - begin), true);
}

int gmatch(lua_State* L) {
  text_at(L, 1);
  text_at(L, 2);
  lua_settop(L, 2);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_match, 3);
  return 1;
}

// ---- gsub ----

// The text that a replacement stands for: %0 to %9 in it are captures.
void add_expanded(lua_State* L, luaL_Buffer& out, const PatternMatch& match, std::string_view subject,
                  std::string_view whole, std::string_view replacement) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '%') {
      luaL_addchar(&out, replacement[i]);
      continue;
    }
    const char digit = ++i < replacement.size() ? replacement[i] : '\0';
    const auto index = static_cast<std::size_t>(digit - '1');
    if (digit == '0' || (digit == '1' && match.capture_count() == 0)) {
      luaL_addlstring(&out, whole.data(), whole.size());
    } else if (digit >= '1' && digit <= '9') {
      if (index >= match.capture_count()) luaL_error(L, "invalid capture index");
      push_capture(L, match, index, subject);
      luaL_addvalue(&out);
    } else {
      luaL_addchar(&out, digit);
    }
  }
}

// The first capture or the whole match, as the argument of a table or function.
void push_replaced(lua_State* L, const PatternMatch& match, std::string_view subject,
                   std::string_view whole) {
  if (lua_type(L, 3) == LUA_TTABLE) {
    if (match.capture_count() == 0)
      push(L, whole);
    else
      push_capture(L, match, 0, subject);
    lua_gettable(L, 3);
    return;
  }
  lua_pushvalue(L, 3);
  const int arguments = push_captures(L, match, subject, whole, true);
  lua_call(L, arguments, 1);
}

void add_replacement(lua_State* L, luaL_Buffer& out, const PatternMatch& match, std::string_view subject,
                     std::string_view whole) {
  if (lua_type(L, 3) == LUA_TSTRING || lua_type(L, 3) == LUA_TNUMBER)
    return add_expanded(L, out, match, subject, whole, text_at(L, 3));
  push_replaced(L, match, subject, whole);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    push(L, whole);
  } else if (!lua_isstring(L, -1)) {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
  luaL_addvalue(&out);
}

int gsub(lua_State* L) {
  const std::string_view subject = text_at(L, 1);
  std::string_view pattern = text_at(L, 2);
  const int type = lua_type(L, 3);
  luaL_argcheck(L, type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TTABLE || type == LUA_TFUNCTION,
                3, "text, table or function expected");
  const lua_Integer most = luaL_optinteger(L, 4, static_cast<lua_Integer>(subject.size()) + 1);
  const bool anchored = take_anchor(pattern);
  lua_settop(L, 3);
  if (type == LUA_TNUMBER) lua_tolstring(L, 3, nullptr);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  lua_Integer replaced = 0;
  std::size_t at = 0;
  while (replaced < most) {
    PatternMatch match = matcher(L, subject, pattern);
    std::size_t begin = at;
    const std::size_t end = search(L, match, begin, subject.size(), anchored);
    if (end == PatternMatch::kNone) break;
    luaL_addlstring(&out, subject.data() + at, begin - at);
    ++replaced;
    add_replacement(L, out, match, subject, subject.substr(begin, end - begin));
    at = end;
    if (end == begin) {  // an empty match: the byte behind it stays
      if (at < subject.size()) luaL_addchar(&out, subject[at]);
      ++at;
    }
    if (at > subject.size() || anchored) break;
  }
  if (at < subject.size()) luaL_addlstring(&out, subject.data() + at, subject.size() - at);
  luaL_pushresult(&out);
  lua_pushinteger(L, replaced);
  return 2;
}

// ---- rep, format ----

int rep(lua_State* L) {
  const std::string_view text = text_at(L, 1);
  const lua_Integer count = luaL_checkinteger(L, 2);
  if (count <= 0 || text.empty()) {
    lua_pushliteral(L, "");
    return 1;
  }
  const std::size_t limit = host_of(L).limits.memory_bytes;
  if (static_cast<std::size_t>(count) > limit / text.size()) return luaL_error(L, "not enough memory");
  const std::size_t size = text.size() * static_cast<std::size_t>(count);
  charge(L, static_cast<std::int64_t>(size) / kBytesAnInstruction + count / 8);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  for (lua_Integer i = 0; i < count; ++i) luaL_addlstring(&out, text.data(), text.size());
  luaL_pushresult(&out);
  return 1;
}

bool asks_for_address(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || ++i == format.size()) continue;
    i = std::min(format.find_first_not_of("-+ #0123456789.", i), format.size() - 1);
    if (format[i] == 'p') return true;
  }
  return false;
}

// LuaJIT's own, given nothing of which it would write the address. Upvalues: that, and our tostring().
int format(lua_State* L) {
  const std::string_view text = text_at(L, 1);
  luaL_argcheck(L, !asks_for_address(text), 1, "'%p' is not available");
  const int count = lua_gettop(L);
  std::int64_t bytes = static_cast<std::int64_t>(text.size());
  for (int i = 2; i <= count; ++i) {
    const int type = lua_type(L, i);
    if (type == LUA_TSTRING) bytes += static_cast<std::int64_t>(lua_objlen(L, i));
    if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING) continue;
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    lua_replace(L, i);
  }
  charge(L, bytes / kBytesAnInstruction);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, count, 1);
  return 1;
}

}  // namespace

void add_text_functions(lua_State* L) {
  lua_getfield(L, -1, "format");
  lua_getglobal(L, "tostring");
  lua_pushcclosure(L, format, 2);
  lua_setfield(L, -2, "format");
  const luaL_Reg functions[] = {{"find", find}, {"match", match}, {"gmatch", gmatch},
                                {"gsub", gsub}, {"rep", rep},     {nullptr, nullptr}};
  luaL_setfuncs(L, functions, 0);
}

}  // namespace sipsonde
