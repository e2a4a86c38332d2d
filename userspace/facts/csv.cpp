// SPDX-License-Identifier: Apache-2.0
#include "facts/csv.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "facts/json.h"

namespace sipsonde {
namespace {

// Numbers as they are written: a price keeps its decimals.
constexpr unsigned kReadFlags = rapidjson::kParseNumbersAsStringsFlag;

using Field = std::pair<std::string, std::string>;  // name and text

// Takes an object apart into the texts of its members; what is nested stays JSON.
class FieldReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FieldReader> {
 public:
  explicit FieldReader(std::vector<Field>& fields) : fields_(fields) {}

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ > 1) return nested_.Key(text, length);
    fields_.emplace_back(std::string(text, length), std::string());
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ > 1) return nested_.String(text, length);
    return is_member() && (fields_.back().second.assign(text, length), true);
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ > 1) return nested_.RawValue(text, length, rapidjson::kNumberType);
    return is_member() && (fields_.back().second.assign(text, length), true);
  }
  bool Null() { return depth_ > 1 ? nested_.Null() : is_member(); }
  bool Bool(bool value) {
    if (depth_ > 1) return nested_.Bool(value);
    return is_member() && (fields_.back().second = value ? "true" : "false", true);
  }
  bool StartObject() { return open() && (depth_ == 1 || nested_.StartObject()); }
  bool EndObject(rapidjson::SizeType) { return depth_ == 1 || (nested_.EndObject() && close()); }
  bool StartArray() { return open() && depth_ > 1 && nested_.StartArray(); }
  bool EndArray(rapidjson::SizeType) { return nested_.EndArray() && close(); }

 private:
  bool is_member() const { return depth_ == 1 && !fields_.empty(); }

  bool open() {
    if (depth_++ != 1) return true;
    buffer_.Clear();
    nested_.Reset(buffer_);
    return !fields_.empty();
  }
  bool close() {
    if (--depth_ == 1) fields_.back().second.assign(buffer_.GetString(), buffer_.GetSize());
    return true;
  }

  std::vector<Field>& fields_;
  int depth_ = 0;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> nested_{buffer_};
};

// As far as it can be read: of a line that is damaged the rest is unknown.
std::vector<Field> fields_of(std::string_view json) {
  std::vector<Field> fields;
  FieldReader handler(fields);
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader().Parse<kReadFlags>(stream, handler);
  return fields;
}

std::vector<std::string> column_names() {
  const TrunkTable trunks = {TrunkRule{.name = "default"}};
  std::string json;
  append_json(json, CallRecord{}, FactContext{&trunks, "node"});
  std::vector<std::string> names;
  for (Field& field : fields_of(json)) names.push_back(std::move(field.first));
  return names;
}

const std::vector<std::string>& columns() {
  static const std::vector<std::string> all = column_names();
  return all;
}

// Controls of C0, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F.
void blank_controls(std::string& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7f) text[at] = ' ';
    if (byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0)
      text.replace(at, 2, " ");
  }
}

void append_field(std::string& out, std::string text) {
  blank_controls(text);
  const bool blank_at_an_end = text.starts_with(' ') || text.ends_with(' ');
  if (text.find_first_of(",\"") == text.npos && !blank_at_an_end) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

const std::string& csv_header() {
  static const std::string header = [] {
    std::string line;
    for (const std::string& name : columns()) line.append(line.empty() ? "" : ",").append(name);
    return line + "\r\n";
  }();
  return header;
}

void append_csv(std::string& out, std::string_view json) {
  std::vector<Field> fields = fields_of(json);
  // Of this version's making they stand in the order of the columns; an older one's may lack some.
  auto next = fields.begin();
  for (std::size_t column = 0; column < columns().size(); ++column) {
    if (column > 0) out.push_back(',');
    const std::string& name = columns()[column];
    if (next == fields.end() || next->first != name) next = std::ranges::find(fields, name, &Field::first);
    if (next == fields.end()) {
      next = fields.begin();
      continue;
    }
    append_field(out, std::move(next->second));
    ++next;
  }
  out += "\r\n";
}

}  // namespace sipsonde
