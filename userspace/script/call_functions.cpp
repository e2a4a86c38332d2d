// SPDX-License-Identifier: Apache-2.0
#include "script/call_functions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "base/endpoint.h"
#include "base/labels.h"
#include "script/lua_state.h"
#include "script/sandbox.h"
#include "script/scripted_call.h"

namespace sipsonde {
namespace {

// ---- reading ----

void push_text(lua_State* L, std::string_view text) {
  if (text.empty())
    lua_pushnil(L);
  else
    lua_pushlstring(L, text.data(), text.size());
}

template <typename T>
void push_number(lua_State* L, const std::optional<T>& number) {
  if (number)
    lua_pushnumber(L, static_cast<lua_Number>(*number));
  else
    lua_pushnil(L);
}

void push_seconds(lua_State* L, const std::optional<std::uint64_t>& from,
                  const std::optional<std::uint64_t>& until) {
  if (from && until)
    lua_pushnumber(L, *until > *from ? static_cast<lua_Number>(*until - *from) / 1e9 : 0);
  else
    lua_pushnil(L);
}

void push_endpoint(lua_State* L, const Endpoint& endpoint) {
  char text[64];  // no std::string is open when Lua raises an error
  std::size_t size = 0;
  {
    const std::string made = to_text(endpoint);
    size = made.copy(text, sizeof text);
  }
  lua_pushlstring(L, text, size);
}

void push_custom(lua_State* L, Attributes custom) {
  lua_createtable(L, 0, static_cast<int>(custom.size()));
  for (const Attribute& attribute : custom) {
    lua_pushlstring(L, attribute.name.data(), attribute.name.size());
    lua_pushlstring(L, attribute.value.data(), attribute.value.size());
    lua_rawset(L, -3);
  }
}

void push_message_code(lua_State* L, const ScriptedCall& call) {
  const SipMessage* const message = call.message();
  if (call.record().sip_status)
    lua_pushinteger(L, *call.record().sip_status);
  else if (message && message->code)
    lua_pushinteger(L, message->code);
  else
    lua_pushnil(L);
}

struct ReadField {
  const char* name;
  void (*push)(lua_State* L, const ScriptedCall& call);
};

constexpr std::string_view kMoments[] = {"start", "answer", "end"};

using C = const ScriptedCall&;
constexpr ReadField kReadFields[] = {
    {"moment", [](lua_State* L, C c) { push_text(L, kMoments[static_cast<std::size_t>(c.moment())]); }},
    {"call_id", [](lua_State* L, C c) { push_text(L, c.record().call_id); }},
    {"leg", [](lua_State* L, C c) { lua_pushinteger(L, c.record().leg); }},
    {"direction", [](lua_State* L, C c) { push_text(L, label(c.record().direction)); }},
    {"transport", [](lua_State* L, C c) { push_text(L, label(c.record().transport)); }},
    {"from_number", [](lua_State* L, C c) { push_text(L, c.record().from_number); }},
    {"to_number", [](lua_State* L, C c) { push_text(L, c.record().to_number); }},
    {"from_uri", [](lua_State* L, C c) { push_text(L, c.record().from_uri); }},
    {"to_uri", [](lua_State* L, C c) { push_text(L, c.record().to_uri); }},
    {"src", [](lua_State* L, C c) { push_endpoint(L, c.record().source); }},
    {"dst", [](lua_State* L, C c) { push_endpoint(L, c.record().destination); }},
    {"user_agent", [](lua_State* L, C c) { push_text(L, c.record().user_agent); }},
    {"tenant", [](lua_State* L, C c) { push_text(L, c.tenant()); }},
    {"trunk", [](lua_State* L, C c) { push_text(L, c.trunk().name); }},
    {"method",
     [](lua_State* L, C c) {
       push_text(L, c.message() ? std::string_view(label(c.message()->method)) : std::string_view());
     }},
    {"code", [](lua_State* L, C c) { push_message_code(L, c); }},
    {"disposition",
     [](lua_State* L, C c) {
       push_text(L, c.record().disposition ? label(*c.record().disposition) : std::string_view());
     }},
    {"q850_cause", [](lua_State* L, C c) { push_number(L, c.record().q850_cause); }},
    {"hangup_cause", [](lua_State* L, C c) { push_text(L, c.record().hangup_cause); }},
    {"disconnect_initiator",
     [](lua_State* L, C c) {
       push_text(L, c.moment() == Moment::end ? label(c.record().disconnect_initiator) : std::string_view());
     }},
    {"coverage",
     [](lua_State* L, C c) {
       push_text(L, c.moment() == Moment::end ? label(c.record().coverage) : std::string_view());
     }},
    {"ringing", [](lua_State* L, C c) { push_seconds(L, c.record().start_ns, c.record().ringing_ns); }},
    {"setup", [](lua_State* L, C c) { push_seconds(L, c.record().start_ns, c.record().answer_ns); }},
    {"duration", [](lua_State* L, C c) { push_seconds(L, c.record().start_ns, c.record().end_ns); }},
    {"billable", [](lua_State* L, C c) { push_seconds(L, c.record().answer_ns, c.record().end_ns); }},
    {"price",
     [](lua_State* L, C c) {
       if (c.record().price_micros)
         lua_pushnumber(L, static_cast<lua_Number>(*c.record().price_micros) / 1e6);
       else
         lua_pushnil(L);
     }},
    {"currency", [](lua_State* L, C c) { push_text(L, c.record().currency); }},
    {"recording_url", [](lua_State* L, C c) { push_text(L, c.record().recording_url); }},
    {"agent_id", [](lua_State* L, C c) { push_text(L, c.record().agent_id); }},
    {"route", [](lua_State* L, C c) { push_text(L, c.record().route); }},
    {"custom", [](lua_State* L, C c) { push_custom(L, c.record().custom); }},
};

ScriptedCall& open_call(lua_State* L) {
  ScriptedCall& call = *host_of(L).call;
  if (!call.is_open()) luaL_error(L, "no call: this is not a callback");
  return call;
}

// Upvalue: a table from names to places in kReadFields, and to methods.
int read_field(lua_State* L) {
  const ScriptedCall& call = open_call(L);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  if (lua_type(L, -1) == LUA_TNUMBER)
    kReadFields[lua_tointeger(L, -1)].push(L, call);
  else if (lua_isnil(L, -1))
    return luaL_error(L, "call has no field '%s'", lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
  return 1;
}

int header(lua_State* L) {
  ScriptedCall& call = open_call(L);
  std::size_t size = 0;
  const char* const name = luaL_checklstring(L, 2, &size);
  std::string_view value;
  if (!call.header({name, size}, value))
    lua_pushnil(L);
  else
    lua_pushlstring(L, value.data(), value.size());
  return 1;
}

// ---- writing ----

// A text, number or boolean at the top of the stack, as text.
std::string_view text_value(lua_State* L, const char* of) {
  std::size_t size = 0;
  switch (lua_type(L, -1)) {
    case LUA_TSTRING:
    case LUA_TNUMBER: {
      const char* const text = lua_tolstring(L, -1, &size);
      return {text, size};
    }
    case LUA_TBOOLEAN:
      return lua_toboolean(L, -1) ? "true" : "false";
    default:
      luaL_error(L, "%s takes a text, not a %s", of, luaL_typename(L, -1));
      return {};
  }
}

void write_text(lua_State* L, ScriptedCall& call, ScriptedCall::TextField field, const char* name) {
  call.set(field, lua_isnil(L, -1) ? std::string_view() : text_value(L, name));
}

void write_currency(lua_State* L, ScriptedCall& call) {
  const bool unknown = lua_isnil(L, -1);
  const std::string_view text = unknown ? std::string_view() : text_value(L, "currency");
  const bool is_code =
      text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!unknown && !is_code) luaL_error(L, "currency takes three capital letters (ISO 4217), as in EUR");
  call.set(ScriptedCall::TextField::currency, text);
}

// The number of a header's text too: prices come from headers. std::from_chars knows no locale.
bool price_of(lua_State* L, double& price) {
  if (lua_type(L, -1) == LUA_TNUMBER) {
    price = lua_tonumber(L, -1);
    return true;
  }
  if (lua_type(L, -1) != LUA_TSTRING) return false;
  const std::string_view text = text_value(L, "price");
  const auto read = std::from_chars(text.data(), text.data() + text.size(), price);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

void write_price(lua_State* L, ScriptedCall& call) {
  if (lua_isnil(L, -1)) return call.set_price(std::nullopt);
  constexpr double kMost = 1e12;  // in millionths it still is a whole number
  double price = 0;
  if (!price_of(L, price) || !std::isfinite(price) || price < 0 || price > kMost)
    luaL_error(L, "price takes a number from 0 to 1e12");
  call.set_price(std::llround(price * 1e6));
}

void write_custom_field(lua_State* L, ScriptedCall& call) {
  if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "the name of a custom field is a text");
  std::size_t size = 0;
  const char* const name = lua_tolstring(L, -2, &size);
  if (size == 0 || size > kCustomNameBytes)
    luaL_error(L, "the name of a custom field has 1 to %d bytes", static_cast<int>(kCustomNameBytes));
  const std::string_view value = text_value(L, "a custom field");
  const std::string* const kept = host_of(L).metrics->custom_name({name, size});
  if (!kept) luaL_error(L, "too many names of custom fields");
  if (!call.set_custom(*kept, value))
    luaL_error(L, "a leg has at most %d custom fields", static_cast<int>(kCustomFields));
}

// Calls `write` with a key and its value on top, for each of the table on top of the stack: in order, so that
// what is refused beyond a bound is the same in every run.
template <typename Write>
void for_each_pair(lua_State* L, Write&& write) {
  const int table = lua_gettop(L);
  luaL_checkstack(L, 6, "too many values");
  push_sorted_keys(L, table);
  const auto count = static_cast<int>(lua_objlen(L, -1));
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, table + 1, i);
    lua_pushvalue(L, -1);
    lua_rawget(L, table);
    write();
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
}

void write_custom(lua_State* L, ScriptedCall& call) {
  if (!lua_istable(L, -1)) luaL_error(L, "custom takes a table");
  for_each_pair(L, [&] { write_custom_field(L, call); });
}

struct WriteField {
  std::string_view name;
  void (*write)(lua_State* L, ScriptedCall& call);
};

using W = ScriptedCall&;
using T = ScriptedCall::TextField;
constexpr WriteField kWriteFields[] = {
    {"tenant", [](lua_State* L, W c) { write_text(L, c, T::tenant, "tenant"); }},
    {"route", [](lua_State* L, W c) { write_text(L, c, T::route, "route"); }},
    {"price", write_price},
    {"currency", write_currency},
    {"recording_url", [](lua_State* L, W c) { write_text(L, c, T::recording_url, "recording_url"); }},
    {"agent_id", [](lua_State* L, W c) { write_text(L, c, T::agent_id, "agent_id"); }},
    {"custom", write_custom},
};

// With a name below the value on top of the stack.
void write_pair(lua_State* L, ScriptedCall& call) {
  std::size_t size = 0;
  const char* const name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &size) : "";
  for (const WriteField& field : kWriteFields)
    if (field.name == std::string_view(name, size)) return field.write(L, call);
  luaL_error(
      L, "call takes no '%s'; it takes tenant, route, price, currency, recording_url, agent_id and custom",
      name);
}

int write_field(lua_State* L) {
  ScriptedCall& call = open_call(L);
  lua_settop(L, 3);
  write_pair(L, call);
  return 0;
}

int set_fields(lua_State* L) {
  ScriptedCall& call = open_call(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  for_each_pair(L, [&] { write_pair(L, call); });
  return 0;
}

}  // namespace

void push_call_object(lua_State* L) {
  lua_newuserdata(L, 1);
  lua_newtable(L);  // its metatable
  lua_newtable(L);
  for (std::size_t i = 0; i < std::size(kReadFields); ++i) {
    lua_pushinteger(L, static_cast<lua_Integer>(i));
    lua_setfield(L, -2, kReadFields[i].name);
  }
  lua_pushcfunction(L, header);
  lua_setfield(L, -2, "header");
  lua_pushcfunction(L, set_fields);
  lua_setfield(L, -2, "set");
  lua_pushcclosure(L, read_field, 1);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, write_field);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
}

}  // namespace sipsonde
