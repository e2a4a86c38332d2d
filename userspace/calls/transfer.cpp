// SPDX-License-Identifier: Apache-2.0
#include "calls/transfer.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is(std::string_view text, std::string_view name) {
  return std::ranges::equal(text, name, {}, lower);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int value_of_hex(char c) {
  if (is_digit(c)) return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

}  // namespace

ReferTarget refer_target_of(std::string_view refer_to) {
  ReferTarget target;
  target.uri = take_until(refer_to, '?');
  while (!refer_to.empty()) {
    std::string_view header = take_until(refer_to, '&');
    if (is(take_until(header, '='), "replaces") && target.replaces.empty()) target.replaces = header;
  }
  return target;
}

std::string_view call_id_of_replaces(std::string_view replaces) {
  std::string_view call_id = replaces.substr(0, replaces.find(';'));
  while (call_id.ends_with(' ') || call_id.ends_with('\t')) call_id.remove_suffix(1);
  return call_id;
}

Unescaped::Unescaped(std::string_view escaped) {
  while (!escaped.empty() && size_ < bytes_.size()) {
    const int high = escaped.size() > 2 ? value_of_hex(escaped[1]) : -1;
    const int low = escaped.size() > 2 ? value_of_hex(escaped[2]) : -1;
    const bool is_escape = escaped[0] == '%' && high >= 0 && low >= 0;
    bytes_[size_++] = is_escape ? static_cast<char>(high * 16 + low) : escaped[0];
    escaped.remove_prefix(is_escape ? 3 : 1);
  }
}

std::optional<std::uint16_t> quoted_status(std::string_view content_type, std::string_view body) {
  constexpr std::string_view kVersion = "sip/2.0 ";
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  if (!is(type, "message/sipfrag") || !is(body.substr(0, kVersion.size()), kVersion)) return {};
  const std::string_view code = body.substr(kVersion.size(), 3);
  if (code.size() != 3 || !std::ranges::all_of(code, is_digit) || code[0] < '1' || code[0] > '6') return {};
  const std::string_view after = body.substr(kVersion.size() + code.size());
  if (!after.empty() && is_digit(after[0])) return {};
  return static_cast<std::uint16_t>((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
}

}  // namespace sipsonde
