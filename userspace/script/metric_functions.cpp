// SPDX-License-Identifier: Apache-2.0
#include "script/metric_functions.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "base/log.h"
#include "script/log_limit.h"
#include "script/lua_state.h"
#include "script/sandbox.h"
#include "script/script_metrics.h"

namespace sipsonde {
namespace {

// Names of the metatables.
constexpr const char* kMetatables[] = {"sipsonde.counter", "sipsonde.gauge", "sipsonde.histogram"};

std::string_view view_at(lua_State* L, int index) {
  std::size_t size = 0;
  const char* const text = lua_tolstring(L, index, &size);
  return {text, size};
}

// ---- declaring ----

// Each returns what is wrong, or an empty text. The table of the declaration is at index 1.

std::string take_text(lua_State* L, const char* field, std::string& text) {
  lua_getfield(L, 1, field);
  if (lua_type(L, -1) != LUA_TSTRING) return std::string("needs a ") + field + ", a text";
  text = view_at(L, -1);
  lua_pop(L, 1);
  return {};
}

// With the value of a label on top: a list of texts, or a number.
std::string take_label(lua_State* L, LabelDeclaration& label) {
  const std::string about = "label \"" + label.name + "\" ";
  if (lua_type(L, -1) == LUA_TNUMBER) {
    const double bound = lua_tonumber(L, -1);
    if (bound < 1 || bound > static_cast<double>(kValuesALabel) || bound != std::trunc(bound))
      return about + "takes 1 to " + std::to_string(kValuesALabel) + " values";
    label.bound = static_cast<std::size_t>(bound);
    return {};
  }
  if (lua_type(L, -1) != LUA_TTABLE) return about + "takes a list of its values, or how many there may be";
  const std::size_t count = lua_objlen(L, -1);
  for (std::size_t i = 1; i <= count && i <= kValuesALabel + 1; ++i) {
    lua_rawgeti(L, -1, static_cast<int>(i));
    if (lua_type(L, -1) != LUA_TSTRING) return about + "has a value that is no text";
    label.values.emplace_back(view_at(L, -1));
    lua_pop(L, 1);
  }
  return {};
}

std::string take_labels(lua_State* L, std::vector<LabelDeclaration>& labels) {
  lua_getfield(L, 1, "labels");
  if (lua_isnil(L, -1)) return {};
  if (!lua_istable(L, -1)) return "takes labels as a table: labels = {result = {\"ok\", \"fail\"}}";
  const int table = lua_gettop(L);
  push_sorted_keys(L, table);
  const auto count = static_cast<int>(lua_objlen(L, -1));
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, table + 1, i);
    if (lua_type(L, -1) != LUA_TSTRING) return "takes labels by name: labels = {result = {\"ok\", \"fail\"}}";
    LabelDeclaration& label = labels.emplace_back();
    label.name = view_at(L, -1);
    lua_rawget(L, table);
    if (std::string problem = take_label(L, label); !problem.empty()) return problem;
    lua_pop(L, 1);
  }
  return {};
}

std::string take_edges(lua_State* L, std::vector<double>& edges) {
  lua_getfield(L, 1, "buckets");
  if (!lua_istable(L, -1)) return "needs buckets: a list of numbers";
  for (int i = 1; i <= static_cast<int>(kEdgesAHistogram) + 1; ++i) {
    lua_rawgeti(L, -1, i);
    if (lua_isnil(L, -1)) break;
    if (lua_type(L, -1) != LUA_TNUMBER) return "has a bucket that is no number";
    edges.push_back(lua_tonumber(L, -1));
    lua_pop(L, 1);
  }
  return {};
}

std::string problem_of_keys(lua_State* L) {
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    const std::string_view key = lua_type(L, -1) == LUA_TSTRING ? view_at(L, -1) : std::string_view("?");
    if (key != "name" && key != "help" && key != "labels" && key != "buckets")
      return "takes name, help, labels and buckets, no \"" + std::string(key) + "\"";
  }
  return {};
}

std::string declare(lua_State* L, MetricKind kind, ScriptFamily*& family) {
  MetricDeclaration declaration;
  declaration.kind = kind;
  if (std::string problem = take_text(L, "name", declaration.name); !problem.empty()) return problem;
  const std::string about = "\"" + declaration.name + "\" ";
  for (const auto& problem :
       {problem_of_keys(L), take_text(L, "help", declaration.help), take_labels(L, declaration.labels),
        kind == MetricKind::histogram ? take_edges(L, declaration.edges) : std::string()})
    if (!problem.empty()) return about + problem;
  auto declared = host_of(L).metrics->declare(std::move(declaration));
  if (!declared) return about + declared.error().message;
  family = *declared;
  return {};
}

// No C++ object is open when a Lua error is raised.
bool declare_or_say(lua_State* L, MetricKind kind, ScriptFamily*& family, char (&said)[256]) {
  const std::string problem = declare(L, kind, family);
  said[problem.copy(said, sizeof said - 1)] = '\0';
  return problem.empty();
}

template <MetricKind kind>
int declare_metric(lua_State* L) {
  constexpr const char* kFunctions[] = {"sipsonde.counter", "sipsonde.gauge", "sipsonde.histogram"};
  constexpr auto kIndex = static_cast<std::size_t>(kind);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!host_of(L).loading)
    return luaL_error(L, "%s: metrics are declared when the file is loaded, not in a callback",
                      kFunctions[kIndex]);
  lua_settop(L, 1);
  luaL_checkstack(L, 20, "out of stack");
  ScriptFamily* family = nullptr;
  char said[256];
  if (!declare_or_say(L, kind, family, said)) return luaL_error(L, "%s: %s", kFunctions[kIndex], said);
  *static_cast<ScriptFamily**>(lua_newuserdata(L, sizeof family)) = family;
  luaL_getmetatable(L, kMetatables[kIndex]);
  lua_setmetatable(L, -2);
  return 1;
}

// ---- counting ----

ScriptFamily& family_at_front(lua_State* L, MetricKind kind) {
  return **static_cast<ScriptFamily**>(luaL_checkudata(L, 1, kMetatables[static_cast<std::size_t>(kind)]));
}

std::size_t label_named(const ScriptFamily& family, std::string_view name) {
  const auto& labels = family.declaration().labels;
  return static_cast<std::size_t>(std::ranges::find(labels, name, &LabelDeclaration::name) - labels.begin());
}

// Of a label's value on top of the stack. What can not be a value is `other` as well.
std::string_view label_value(lua_State* L) {
  switch (lua_type(L, -1)) {
    case LUA_TSTRING:
    case LUA_TNUMBER:
      return view_at(L, -1);
    case LUA_TBOOLEAN:
      return lua_toboolean(L, -1) ? "true" : "false";
    default:
      return {};
  }
}

// The cell that the labels at index 2 name, and steps behind them. A label that is not given is `other`: a
// message without the header is no error.
std::size_t take_cell(lua_State* L, ScriptFamily& family, int& next) {
  const auto& labels = family.declaration().labels;
  std::size_t places[kLabelsAMetric];
  for (std::size_t i = 0; i < labels.size(); ++i) places[i] = labels[i].size() - 1;
  next = 2;
  if (lua_istable(L, 2)) {
    next = 3;
    lua_pushnil(L);
    for (; lua_next(L, 2); lua_pop(L, 1)) {
      const std::string_view name = lua_type(L, -2) == LUA_TSTRING ? view_at(L, -2) : std::string_view("?");
      const std::size_t label = label_named(family, name);
      if (label == labels.size())
        luaL_error(L, "%s has no label '%s'", family.declaration().name.c_str(),
                   lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?");
      places[label] = family.place_of(label, label_value(L));
    }
  } else if (!labels.empty()) {
    luaL_error(L, "%s takes its labels first, as a table", family.declaration().name.c_str());
  }
  std::size_t cell = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) cell += places[i] * family.stride(i);
  return cell;
}

double number_at(lua_State* L, int index, const ScriptFamily& family) {
  if (lua_type(L, index) != LUA_TNUMBER)
    luaL_error(L, "%s takes a number, not a %s", family.declaration().name.c_str(), luaL_typename(L, index));
  const double number = lua_tonumber(L, index);
  if (!std::isfinite(number)) luaL_error(L, "%s takes a finite number", family.declaration().name.c_str());
  return number;
}

// counter:inc([labels,] [amount])
int counter_inc(lua_State* L) {
  ScriptFamily& family = family_at_front(L, MetricKind::counter);
  int next = 0;
  const std::size_t cell = take_cell(L, family, next);
  const double amount = lua_isnoneornil(L, next) ? 1 : number_at(L, next, family);
  if (amount < 0) return luaL_error(L, "%s only counts up", family.declaration().name.c_str());
  family.add(cell, amount);
  return 0;
}

// gauge:set([labels,] value)
int gauge_set(lua_State* L) {
  ScriptFamily& family = family_at_front(L, MetricKind::gauge);
  int next = 0;
  const std::size_t cell = take_cell(L, family, next);
  family.set(cell, number_at(L, next, family));
  return 0;
}

// gauge:add([labels,] amount)
int gauge_add(lua_State* L) {
  ScriptFamily& family = family_at_front(L, MetricKind::gauge);
  int next = 0;
  const std::size_t cell = take_cell(L, family, next);
  family.add(cell, number_at(L, next, family));
  return 0;
}

// histogram:observe([labels,] value)
int histogram_observe(lua_State* L) {
  ScriptFamily& family = family_at_front(L, MetricKind::histogram);
  int next = 0;
  const std::size_t cell = take_cell(L, family, next);
  family.observe(cell, number_at(L, next, family));
  return 0;
}

// sipsonde.log(text)
int log_line(lua_State* L) {
  const std::string_view text = (luaL_checkstring(L, 1), view_at(L, 1));
  LuaHost& host = host_of(L);
  const auto unsaid = host.log_limit.take(host.now_ns);
  if (!unsaid) return 0;
  if (*unsaid > 0)
    spdlog::info("script: {} ({} lines before it left out)", printable(text), *unsaid);
  else
    spdlog::info("script: {}", printable(text));
  return 0;
}

void add_metatable(lua_State* L, MetricKind kind, const luaL_Reg* methods) {
  luaL_newmetatable(L, kMetatables[static_cast<std::size_t>(kind)]);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

}  // namespace

void add_metric_functions(lua_State* L) {
  const luaL_Reg counter[] = {{"inc", counter_inc}, {nullptr, nullptr}};
  const luaL_Reg gauge[] = {{"set", gauge_set}, {"add", gauge_add}, {nullptr, nullptr}};
  const luaL_Reg histogram[] = {{"observe", histogram_observe}, {nullptr, nullptr}};
  add_metatable(L, MetricKind::counter, counter);
  add_metatable(L, MetricKind::gauge, gauge);
  add_metatable(L, MetricKind::histogram, histogram);
  const luaL_Reg functions[] = {{"counter", declare_metric<MetricKind::counter>},
                                {"gauge", declare_metric<MetricKind::gauge>},
                                {"histogram", declare_metric<MetricKind::histogram>},
                                {"log", log_line},
                                {nullptr, nullptr}};
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  lua_setglobal(L, "sipsonde");
}

}  // namespace sipsonde
