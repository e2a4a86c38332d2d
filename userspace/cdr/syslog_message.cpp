// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_message.h"

#include "facts/timestamp.h"
#include "store/json_object.h"

namespace sipsonde {
namespace {

constexpr unsigned kInformational = 6;      // RFC 5424 section 6.2.1
constexpr std::string_view kUnknown = "-";  // NILVALUE
constexpr std::size_t kHostnameLongest = 255;
constexpr std::size_t kToMicroseconds =
    26;  // of "2026-03-01T12:00:00.000000001Z": TIME-SECFRAC has six digits

std::string timestamp_of(const JsonObject& row) {
  const auto end_ms = row.number("end_timestamp_ms");
  if (!end_ms || *end_ms < 0) return std::string(kUnknown);
  const auto text = timestamp_text(static_cast<std::uint64_t>(*end_ms) * 1'000'000);
  return std::string(text.data(), kToMicroseconds) + "Z";
}

// 1*255PRINTUSASCII
std::string hostname_of(std::string_view node) {
  std::string name(node.substr(0, kHostnameLongest));
  for (char& c : name)
    if (c < '!' || c > '~') c = '_';
  return name.empty() ? std::string(kUnknown) : name;
}

}  // namespace

std::string syslog_message(const StoredRow& row, std::uint8_t facility, std::string_view node) {
  const auto fields = JsonObject::parse(row.document);
  const std::string_view own_node = fields ? fields->text("node") : std::string_view{};
  std::string message = "<" + std::to_string(facility * 8u + kInformational) + ">1 ";
  message += fields ? timestamp_of(*fields) : std::string(kUnknown);
  message += " " + hostname_of(own_node.empty() ? node : own_node) + " sipsonde - cdr - ";
  return message += row.document;
}

void append_octet_counted(std::string& out, std::string_view message) {
  out.append(std::to_string(message.size())).append(" ").append(message);
}

}  // namespace sipsonde
