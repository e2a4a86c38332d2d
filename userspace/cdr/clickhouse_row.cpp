// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_row.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <optional>

#include "facts/timestamp.h"

namespace sipsonde {
namespace {

using Size = rapidjson::SizeType;

// Passes on what the parser reads; what is called or written otherwise stands in the outermost object.
class RowWriter : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, RowWriter> {
 public:
  explicit RowWriter(rapidjson::StringBuffer& buffer) : writer_(buffer) {}

  bool Null() {
    return twice([](auto& writer) { return writer.Null(); });
  }
  bool Bool(bool value) { return writer_.Bool(value); }
  bool RawNumber(const char* digits, Size length, bool) {
    if (what_ == What::time) return time({digits, length});
    return writer_.RawValue(digits, length, rapidjson::kNumberType);
  }
  bool String(const char* text, Size length, bool) {
    return twice([=](auto& writer) { return writer.String(text, length); });
  }
  bool StartObject() {
    ++depth_;
    return writer_.StartObject();
  }
  bool EndObject(Size) {
    --depth_;
    return writer_.EndObject();
  }
  // An array at the outside is no record.
  bool StartArray() { return depth_++ > 0 && writer_.StartArray(); }
  bool EndArray(Size) {
    --depth_;
    return writer_.EndArray();
  }
  bool Key(const char* text, Size length, bool) {
    const std::string_view name(text, length);
    what_ = What::other;
    if (depth_ == 1 && name.ends_with("_timestamp_ms")) what_ = What::time;
    if (depth_ == 1 && name == "disposition") what_ = What::disposition;
    if (depth_ == 1 && name == "call_id") return key("call_sid");
    return key(name);
  }

 private:
  enum class What : std::uint8_t { other, time, disposition };

  bool key(std::string_view name) { return writer_.Key(name.data(), static_cast<Size>(name.size())); }

  // The disposition stands under two names.
  template <typename Write>
  bool twice(Write write) {
    if (what_ == What::disposition && !(write(writer_) && key("status"))) return false;
    return write(writer_);
  }

  bool time(std::string_view digits) {
    std::uint64_t milliseconds = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
    constexpr std::uint64_t kLast = UINT64_MAX / 1'000'000;
    if (failed != std::errc{} || end != digits.data() + digits.size() || milliseconds > kLast) return false;
    const auto nanoseconds = timestamp_text(milliseconds * 1'000'000);
    constexpr std::size_t kToMilliseconds = sizeof "2026-03-01T12:00:00.000" - 1;
    std::string text(nanoseconds.data(), kToMilliseconds);
    text.push_back('Z');
    return writer_.String(text.data(), static_cast<Size>(text.size()));
  }

  rapidjson::Writer<rapidjson::StringBuffer> writer_;
  What what_ = What::other;  // the value that comes next
  int depth_ = 0;
};

}  // namespace

bool append_clickhouse_row(std::string& out, std::string_view document) {
  thread_local rapidjson::StringBuffer buffer;
  buffer.Clear();
  RowWriter writer(buffer);
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
  if (reader.Parse<kFlags>(stream, writer).IsError() || buffer.GetString()[0] != '{') return false;
  out.append(buffer.GetString(), buffer.GetSize()).push_back('\n');
  return true;
}

}  // namespace sipsonde
