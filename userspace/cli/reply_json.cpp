// SPDX-License-Identifier: Apache-2.0
#include "cli/reply_json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/json_members.h"

namespace sipsonde {
namespace {

// RapidJSON leaves DEL and C1 controls as they are, and some terminals obey them. They stand in strings
// alone.
std::string without_controls(std::string_view json) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0u;
    const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (byte != 0x7F && !c1) {
      out += json[i];
      continue;
    }
    const unsigned point = c1 ? next : byte;
    out.append("\\u00") += kHex[point >> 4];
    out += kHex[point & 15];
    if (c1) ++i;
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> entries_of(std::string_view body, const char* list) {
  rapidjson::Document document;
  const rapidjson::Value* entries = nullptr;
  if (json::parse(document, body)) entries = json::member(document, list);
  if (!entries || !entries->IsArray())
    return Error{"the answer is none of an agent of sipsonde; give another --api URL"};
  std::vector<std::string> texts;
  for (const rapidjson::Value& entry : entries->GetArray()) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer writer(buffer);
    entry.Accept(writer);
    texts.push_back(without_controls({buffer.GetString(), buffer.GetSize()}));
  }
  return texts;
}

std::optional<std::string> text_of(std::string_view body, const char* name) {
  rapidjson::Document document;
  if (!json::parse(document, body)) return std::nullopt;
  std::string text = json::text(document, name);
  if (text.empty()) return std::nullopt;
  return text;
}

std::string list_member(std::string_view name, const std::vector<std::string>& entries) {
  std::string out = "\"";
  out.append(name).append("\": [");
  for (std::size_t i = 0; i < entries.size(); ++i) out.append(i > 0 ? ", " : "").append(entries[i]);
  return out += "]";
}

}  // namespace sipsonde
