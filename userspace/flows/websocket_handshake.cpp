// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_handshake.h"

#include <algorithm>
#include <optional>

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kRequestStart = "GET ";
constexpr std::string_view kResponseStart = "HTTP/1.1 ";
constexpr std::string_view kSwitchingProtocols = "101";  // RFC 9110 section 15.2.2

// RFC 7692 section 7.1.2.
constexpr std::uint32_t kLeastWindowBits = 8, kMostWindowBits = 15;

// The next element of a list, trimmed; separators within quotes are text. False at the end.
bool take_element(std::string_view& rest, char separator, std::string_view& element) {
  if (rest.empty()) return false;
  bool quoted = false;
  std::size_t length = 0;
  for (; length < rest.size() && (quoted || rest[length] != separator); ++length) {
    if (rest[length] == '"') quoted = !quoted;
  }
  element = trim(take(rest, length));
  if (!rest.empty()) rest.remove_prefix(1);
  return true;
}

bool lists(std::string_view value, std::string_view wanted) {
  std::string_view element;
  while (take_element(value, ',', element)) {
    if (equals_ignoring_case(element, wanted)) return true;
  }
  return false;
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// RFC 7692 section 7.1. A client may name its window without a number; then, and for a number out of range,
// the largest window is assumed: it can read what any smaller one wrote.
void take_parameter(std::string_view parameter, WebSocketUpgrade& upgrade) {
  const std::size_t equals = std::min(parameter.find('='), parameter.size());
  const std::string_view name = trim(parameter.substr(0, equals));
  const std::string_view value =
      equals < parameter.size() ? unquoted(trim(parameter.substr(equals + 1))) : std::string_view();
  const std::uint32_t number = decode_number(value, kMostWindowBits).value_or(kMostWindowBits);
  const int bits = static_cast<int>(number < kLeastWindowBits ? kMostWindowBits : number);
  if (equals_ignoring_case(name, "client_no_context_takeover")) upgrade.client_no_context_takeover = true;
  if (equals_ignoring_case(name, "server_no_context_takeover")) upgrade.server_no_context_takeover = true;
  if (equals_ignoring_case(name, "client_max_window_bits")) upgrade.client_max_window_bits = bits;
  if (equals_ignoring_case(name, "server_max_window_bits")) upgrade.server_max_window_bits = bits;
}

void take_extensions(std::string_view value, WebSocketUpgrade& upgrade) {
  std::string_view extension;
  while (!upgrade.deflate && take_element(value, ',', extension)) {
    std::string_view part;
    if (!take_element(extension, ';', part) || !equals_ignoring_case(part, "permessage-deflate")) continue;
    upgrade.deflate = true;
    while (take_element(extension, ';', part)) take_parameter(part, upgrade);
  }
}

// What the header fields of a head say (RFC 6455 sections 4.1 and 4.2.2).
struct Fields {
  WebSocketUpgrade upgrade;
  bool to_websocket = false;
  bool has_key = false;
  bool has_accept = false;
};

void take_field(std::string_view line, Fields& fields) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  // No space is taken off the name: a line that begins with one continues the line before (RFC 9112
  // section 5.2).
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equals_ignoring_case(name, "Upgrade")) fields.to_websocket |= lists(value, "websocket");
  if (equals_ignoring_case(name, "Sec-WebSocket-Key")) fields.has_key = !value.empty();
  if (equals_ignoring_case(name, "Sec-WebSocket-Accept")) fields.has_accept = !value.empty();
  if (equals_ignoring_case(name, "Sec-WebSocket-Protocol")) fields.upgrade.sip |= lists(value, "sip");
  if (equals_ignoring_case(name, "Sec-WebSocket-Extensions")) take_extensions(value, fields.upgrade);
}

Fields read_fields(std::string_view head) {
  Fields fields;
  while (!head.empty()) {
    const std::string_view line = take(head, std::min(head.find(kEndOfLine), head.size()));
    head.remove_prefix(std::min(kEndOfLine.size(), head.size()));
    if (!line.empty()) take_field(line, fields);
  }
  return fields;
}

// The length of the head with its empty line, once it is all there; else what it is so far.
std::optional<std::size_t> length_of_head(std::string_view bytes, std::string_view start, HttpHead& verdict) {
  const std::size_t common = std::min(bytes.size(), start.size());
  const std::size_t end = bytes.substr(0, kLongestHttpHead).find(kEndOfHead);
  if (bytes.substr(0, common) != start.substr(0, common)) {
    verdict = HttpHead::not_http;
  } else if (end == std::string_view::npos) {
    verdict = bytes.size() < kLongestHttpHead ? HttpHead::incomplete : HttpHead::not_http;
  } else {
    return end + kEndOfHead.size();
  }
  return std::nullopt;
}

}  // namespace

HttpHead read_upgrade_request(std::string_view bytes, WebSocketUpgrade& offered, std::size_t& length) {
  HttpHead verdict{};
  const auto end = length_of_head(bytes, kRequestStart, verdict);
  if (!end) return verdict;
  const std::string_view head = bytes.substr(0, *end);
  const std::string_view line = head.substr(0, head.find(kEndOfLine));
  if (!line.ends_with(" HTTP/1.1")) return HttpHead::not_http;
  length = *end;
  const Fields fields = read_fields(head.substr(line.size()));
  if (!fields.to_websocket || !fields.has_key) return HttpHead::not_websocket;
  offered = fields.upgrade;
  return HttpHead::websocket;
}

HttpHead read_upgrade_response(std::string_view bytes, WebSocketUpgrade& accepted, std::size_t& length) {
  HttpHead verdict{};
  const auto end = length_of_head(bytes, kResponseStart, verdict);
  if (!end) return verdict;
  const std::string_view head = bytes.substr(0, *end);
  const std::string_view line = head.substr(0, head.find(kEndOfLine));
  std::string_view rest = line.substr(kResponseStart.size());
  length = *end;
  if (take_word(rest) != kSwitchingProtocols) return HttpHead::not_websocket;
  const Fields fields = read_fields(head.substr(line.size()));
  if (!fields.to_websocket || !fields.has_accept) return HttpHead::not_websocket;
  accepted = fields.upgrade;
  return HttpHead::websocket;
}

}  // namespace sipsonde
