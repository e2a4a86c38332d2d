// SPDX-License-Identifier: Apache-2.0
// One JSON object at a time, written field by field.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.h"
#include "base/json_text.h"
#include "facts/fact.h"

namespace sipsonde {

// RapidJSON keeps the grammar; strings are ours: its writer copies and looks at them byte by byte, escapes
// neither DEL nor C1 controls, and its SSE2 scan misses 0x1A to 0x1F.
class JsonWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

  // `value` needs no escape. To the grammar a key is the string that comes first.
  void clean_string(std::string_view value) {
    Prefix(rapidjson::kStringType);
    char* place = os_->Push(value.size() + 2);
    *place++ = '"';
    std::memcpy(place, value.data(), value.size());
    place[value.size()] = '"';
  }
  // `json` is a whole value.
  void raw(rapidjson::Type type, std::string_view json) {
    Prefix(type);
    std::memcpy(os_->Push(json.size()), json.data(), json.size());
  }
};

// Buffers are kept from line to line: after the first lines nothing is allocated. Not thread-safe.
class JsonLine {
 public:
  void begin() {
    buffer_.Clear();
    writer_.Reset(buffer_);
    writer_.StartObject();
  }
  void end(std::string& out) {
    writer_.EndObject();
    out.append(buffer_.GetString(), buffer_.GetSize());
  }

  void key(std::string_view name) { writer_.clean_string(name); }

  void null(std::string_view name) {
    key(name);
    writer_.Null();
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void text_or_null(std::string_view name, std::string_view value) {
    value.empty() ? null(name) : text(name, value);
  }
  // `value` is known to need no escape.
  void clean_text(std::string_view name, std::string_view value) {
    key(name);
    writer_.clean_string(value);
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name);
    writer_.Uint64(value);
  }
  void boolean(std::string_view name, bool value) {
    key(name);
    writer_.Bool(value);
  }
  template <typename Number>
  void number_or_null(std::string_view name, const std::optional<Number>& value) {
    value ? number(name, *value) : null(name);
  }
  void endpoint(std::string_view name, const Endpoint& value) {
    if (value == Endpoint{}) return null(name);
    scratch_.clear();
    append_text(scratch_, value);
    clean_text(name, scratch_);
  }
  // Millionths as a number with as many decimals as it has, so that 0.1 is not 0.09999999.
  void decimal_or_null(std::string_view name, const std::optional<std::int64_t>& millionths) {
    if (!millionths) return null(name);
    char digits[32];
    char* end = digits;
    const bool negative = *millionths < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(*millionths) : static_cast<std::uint64_t>(*millionths);
    if (negative) *end++ = '-';
    end = std::to_chars(end, digits + sizeof digits, magnitude / 1'000'000).ptr;
    auto rest = static_cast<unsigned>(magnitude % 1'000'000);
    if (rest > 0) *end++ = '.';
    for (unsigned place = 100'000; rest > 0; place /= 10) {
      *end++ = static_cast<char>('0' + rest / place);
      rest %= place;
    }
    key(name);
    writer_.raw(rapidjson::kNumberType, {digits, end});
  }
  // Milliseconds as seconds with three decimals.
  void seconds_or_null(std::string_view name, const std::optional<std::uint64_t>& milliseconds) {
    if (!milliseconds) return null(name);
    char digits[32];
    char* end = std::to_chars(digits, digits + sizeof digits, *milliseconds / 1000).ptr;
    const auto rest = static_cast<unsigned>(*milliseconds % 1000);
    *end++ = '.';
    *end++ = static_cast<char>('0' + rest / 100);
    *end++ = static_cast<char>('0' + rest / 10 % 10);
    *end++ = static_cast<char>('0' + rest % 10);
    key(name);
    writer_.raw(rapidjson::kNumberType, {digits, end});
  }
  void text_map(std::string_view name, Attributes entries) {
    key(name);
    writer_.StartObject();
    for (const auto& [entry, value] : entries) {
      string(entry);
      string(value);
    }
    writer_.EndObject();
  }
  // A measured value at the precision that it is worth: `scale` of 1000 is three decimals.
  void measured_or_null(std::string_view name, const std::optional<double>& value, std::int64_t scale) {
    constexpr double kLargest = 9e12;  // that millionths in 64 bits can say
    if (!value || !(std::fabs(*value) < kLargest)) return null(name);
    decimal_or_null(name, std::llround(*value * static_cast<double>(scale)) * (1'000'000 / scale));
  }
  // An object in the object; `write` fills it in.
  template <typename Write>
  void object(std::string_view name, Write&& write) {
    key(name);
    writer_.StartObject();
    write();
    writer_.EndObject();
  }
  // A list of objects; `write` fills one in.
  template <typename Entries, typename Write>
  void list(std::string_view name, const Entries& entries, Write&& write) {
    key(name);
    writer_.StartArray();
    for (const auto& entry : entries) {
      writer_.StartObject();
      write(entry);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

 private:
  void string(std::string_view value) {
    if (needs_no_escape(value)) return writer_.clean_string(value);
    scratch_.clear();
    append_json_string(scratch_, value);
    writer_.raw(rapidjson::kStringType, scratch_);
  }

  rapidjson::StringBuffer buffer_;
  JsonWriter writer_{buffer_};
  std::string scratch_;
};

}  // namespace sipsonde
