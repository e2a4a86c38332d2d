// SPDX-License-Identifier: Apache-2.0
// Members of a JSON object that somebody else wrote: what is missing or of another kind is unknown.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipsonde::json {

using Value = rapidjson::Value;

// False when `text` is no object. Not by recursion: it may nest however deep.
bool parse(rapidjson::Document& document, std::string_view text);

inline std::string_view view_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

inline const Value* member(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

inline std::string text(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  return value && value->IsString() ? std::string(view_of(*value)) : std::string();
}

inline std::optional<std::int64_t> integer(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsInt64()) return std::nullopt;
  return value->GetInt64();
}

inline std::optional<std::uint64_t> count(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsUint64()) return std::nullopt;
  return value->GetUint64();
}

inline std::optional<double> number(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  if (!value || !value->IsNumber()) return std::nullopt;
  return value->GetDouble();
}

template <typename Visit>
void for_each_member(const Value& object, Visit&& visit) {
  for (rapidjson::SizeType i = 0; i < object.MemberCount(); ++i) {
    const auto& entry = object.MemberBegin()[i];
    visit(view_of(entry.name), entry.value);
  }
}

}  // namespace sipsonde::json
